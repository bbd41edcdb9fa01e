import { quoteText } from "../../store/quoting.js";
import type { Store } from "../../store/store.js";
import { castText, dynamicFromJson } from "../casts.js";
import { unmarkedJson } from "../kept-json.js";
import { brokenRow } from "../load.js";
import { jsonLines } from "../profile.js";
import type { Rejects } from "../rejects.js";
import type { BrokenRow } from "../split.js";

/** The columns of the table in which the objects of a source wait, as ClickHouse declares them. */
const columns =
  "n UInt64, type String, id String, version DateTime64(7, 'UTC'), data String, pattern String, made Nullable(DateTime64(7, 'UTC'))," +
  " changed Nullable(DateTime64(7, 'UTC')), begins Nullable(DateTime64(7, 'UTC')), ends Nullable(DateTime64(7, 'UTC'))";

/** The version of an object that says no time: what differs is newer. */
export const unversioned = "toDateTime64('1970-01-01 00:00:00', 7, 'UTC')";

/**
 * Makes the table `target` of the STIX objects among the rows of `raw` (see `fillRaw`), and sets aside what is no STIX object,
 * with its place and the reason.
 */
export async function fillObjects(store: Store, raw: string, target: string, rejects: Rejects): Promise<void> {
  const checked = `SELECT n, line, ${reason} AS reason FROM ${raw} WHERE ok = 1`;
  const broken = `SELECT n AS line, reason, ${unmarkedJson("line")} AS text FROM (${checked}) WHERE reason != '' ORDER BY n`;
  for await (const row of jsonLines<BrokenRow>(store, `SELECT ${brokenRow} FROM (${broken})`)) await rejects.add(row);
  await store.command(`DROP TABLE IF EXISTS ${target} SYNC`);
  await store.command(`CREATE TABLE ${target} (${columns}) ENGINE = MergeTree ORDER BY id`);
  const values =
    `n, ${text("type")} AS type, ${text("id")} AS id, coalesce(changed, made, ${unversioned}) AS version,` +
    ` ${dynamicFromJson(unmarkedJson("line"))} AS data, ${text("pattern")} AS pattern, ${time("created")} AS made,` +
    ` ${time("modified")} AS changed, ${time("valid_from")} AS begins, ${time("valid_until")} AS ends`;
  await store.command(`INSERT INTO ${target} SELECT ${values} FROM (${checked}) WHERE reason = ''`);
}

/** Larger objects are no indicators, and would fill the memory of whoever reads them. */
const largest = 4 << 20;

/** Why an object is none of STIX's, as SQL; `''` for a good one. */
const reason = (() => {
  const type = text("type");
  const isIndicator = `${type} = 'indicator'`;
  const shown = (what: string) => `concat(${quoteText(`${what}, found "`)}, substringUTF8(${text("id")}, 1, 80), '"')`;
  const noTime = (name: string) =>
    `JSONHas(line, '${name}') AND JSONType(line, '${name}') != 'Null' AND isNull(${time(name)}), 'expected a date and time in ${name}'`;
  const uuid = "[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}";
  const confidence = "JSONExtractRaw(line, 'confidence')";
  return (
    `multiIf(length(line) > ${largest}, 'expected an object of at most ${largest >> 20} MB',` +
    ` NOT match(${type}, '^[a-z0-9][a-z0-9-]{1,248}[a-z0-9]$'), 'expected a STIX object, with the name of its kind in type',` +
    ` ${type} = 'bundle', 'a bundle inside of another is no STIX',` +
    ` NOT (startsWith(${text("id")}, concat(${type}, '--')) AND match(${text("id")}, '--${uuid}$')), ${shown("expected an id of its type and a UUID")},` +
    ` ${["created", "modified", "valid_from", "valid_until"].map(noTime).join(", ")},` +
    ` ${isIndicator} AND (${text("pattern")} = '' OR JSONType(line, 'pattern') != 'String'), 'expected a text in pattern',` +
    ` ${isIndicator} AND NOT (${confidence} = '' OR match(${confidence}, '^(null|[0-9]|[1-9][0-9]|100)$')), 'expected a whole number from 0 to 100 in confidence',` +
    ` JSONHas(line, 'revoked') AND JSONType(line, 'revoked') NOT IN ('Bool', 'Null'), 'expected true or false in revoked', '')`
  );
})();

/** When an object in `line` was changed last, as SQL: null for one that does not say. */
export function changedOf(json: string): string {
  return `arrayMap(line -> coalesce(${time("modified")}, ${time("created")}), [${json}])[1]`;
}

/** The text of a property; a property that is no text is `''`. */
function text(name: string): string {
  return `JSONExtractString(line, '${name}')`;
}

function time(name: string): string {
  return `arrayMap(t -> ${castText("datetime", "t")}, [${text(name)}])[1]`;
}

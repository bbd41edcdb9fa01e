import type { KqlType } from "@calypso/kql";
import { quoteName, quoteText } from "../store/quoting.js";
import type { Store } from "../store/store.js";
import type { SourceKey } from "./columns.js";
import { newColumns } from "./infer.js";
import { stagingTable } from "./ledger.js";
import { type LoadPlan, planLoad } from "./plan.js";
import { jsonLines, named, one, type TableValue, withTable } from "./profile.js";
import type { Reader } from "./reader.js";
import type { BrokenRow } from "./split.js";

/** What a load has put into its staging table. */
export interface Staged {
  readonly stored: number;
  readonly from: string | null;
  readonly to: string | null;
  /** Rows of the source without any time. */
  readonly untimed: number;
  readonly plan: LoadPlan;
  readonly notes: readonly string[];
}

/** One load of the rows of a reader into one table. */
export interface LoadRequest {
  readonly id: string;
  readonly table: string;
  readonly arrival: Date;
  readonly keys: readonly SourceKey[];
  /** Where rows name their table: the values that mean this one, and those of the whole source. */
  readonly names?: { readonly key: string; readonly mine: readonly string[]; readonly all: readonly TableValue[] };
  /** Fail on the first row that is not as expected, or leave such rows out. */
  readonly strict: boolean;
}

/** Makes the table and its columns, and puts the rows into a staging table of the same form. */
export async function stageRows(store: Store, reader: Reader, request: LoadRequest): Promise<Staged> {
  const mine = ownRows(reader, request);
  const added = await newColumns(
    store,
    reader,
    store.schema().table(request.table),
    request.keys,
    `_calypso_scratch_${request.id}`,
    mine,
  );
  await store.ensureTable(request.table, withStandard(store, request.table, added));
  const schema = store.schema().table(request.table);
  if (schema === undefined) throw new Error(`table ${request.table} was not made`);
  const plan = planLoad(reader, schema, request.keys, request);
  const staging = quoteName(stagingTable(request.id));
  await store.command(`DROP TABLE IF EXISTS ${staging} SYNC`);
  await store.command(`CREATE TABLE ${staging} AS ${quoteName(schema.storage?.table ?? schema.name)}`);
  // Merging beside the load takes memory and time from it; the table itself merges the parts when they are there.
  await store.command(`SYSTEM STOP MERGES ${staging}`);
  const conditions = mine === undefined ? [] : [mine];
  let values = plan.values;
  if (request.strict) {
    const surprises = [...reader.unreadable(plan.dynamicKeys), ...otherTables(reader, request)];
    if (plan.time !== undefined) surprises.push(badTime(plan));
    // Added up, because OR would ask one after the other and copy the rows that are left each time.
    const guard = surprises.length === 0 ? "0" : `throwIf((${surprises.join(" + ")}) > 0, 'calypso: not as expected')`;
    // Where every row gets an id, the guard rides on it: a filter would compute times and JSON a second time.
    if (mine === undefined && plan.guarded !== undefined) values = plan.guarded(guard);
    else conditions.unshift(`${guard} = 0`);
  } else if (plan.time !== undefined) conditions.push(`NOT ${badTime(plan)}`);
  const where = conditions.length === 0 ? undefined : conditions.join(" AND ");
  await reader.insert(`${staging} (${plan.columns.join(", ")})`, values, where, { complete: request.strict });
  return { ...(await summary(store, reader, request, plan, staging, mine)), plan };
}

/** Rows of the source that have a time which is none: with their line and text, where the reader knows them. */
export async function* rowsWithBadTime(
  store: Store,
  reader: Reader,
  request: LoadRequest,
  plan: LoadPlan,
): AsyncGenerator<BrokenRow> {
  if (plan.time === undefined || reader.place === undefined) return;
  const scratch = quoteName(`_calypso_scratch_${request.id}`);
  const time = plan.time;
  await store.command(`DROP TABLE IF EXISTS ${scratch} SYNC`);
  await store.command(
    `CREATE TABLE ${scratch} (line UInt64, reason String, text String) ENGINE = MergeTree ORDER BY line`,
  );
  const mine = ownRows(reader, request);
  const reason = `concat(${quoteText(`expected a date and time in ${time.keys[0]}, found "`)}, substringUTF8(${time.text}, 1, 60), '"')`;
  await reader.insert(
    scratch,
    [reader.place.line, reason, reader.place.text],
    [...(mine === undefined ? [] : [mine]), badTime(plan)].join(" AND "),
  );
  yield* jsonLines<BrokenRow>(store, `SELECT ${brokenRow} FROM (SELECT * FROM ${scratch} ORDER BY line)`);
  await store.command(`DROP TABLE IF EXISTS ${scratch} SYNC`);
}

/** The columns of a broken row as a JSON object; a line number fits a number of JSON. */
export const brokenRow = named({ line: "Float64", reason: "String", text: "String" });

async function summary(
  store: Store,
  reader: Reader,
  request: LoadRequest,
  plan: LoadPlan,
  staging: string,
  mine: string | undefined,
) {
  const timed = plan.columns.includes("`TimeGenerated`");
  const iso = (column: string) => `if(stored = 0, '', concat(replaceOne(toString(${column}), ' ', 'T'), 'Z'))`;
  const nulls = plan.typed.map((column) => `toFloat64(countIf(isNull(${quoteName(column.name)})))`);
  const row = await one<{ stored: number; from: string; to: string; nulls: number[] }>(
    store,
    `SELECT ${named({ stored: "Float64", from: "String", to: "String", nulls: "Array(Float64)" })} FROM (SELECT stored, ${timed ? iso("first") : "''"} AS \`from\`,` +
      ` ${timed ? iso("last") : "''"} AS \`to\`, nulls FROM (SELECT toFloat64(count()) AS stored,` +
      ` ${timed ? "min(TimeGenerated) AS first, max(TimeGenerated) AS last," : ""} [${nulls.join(", ")}]::Array(Float64) AS nulls FROM ${staging}))`,
  );
  const suspects = plan.typed.filter((_column, index) => (row?.nulls[index] ?? 0) > 0);
  const counts = [
    ...suspects.map((column) => `toFloat64(countIf(${column.text} != '' AND isNull(${column.value})))`),
    plan.time === undefined ? "toFloat64(count())" : `toFloat64(countIf(${plan.time.text} = ''))`,
  ];
  // Whether any row lacks its time shows only in the source; rows that carry the arrival time say where to look.
  const arrived = timed && (await hasArrivals(store, staging, request.arrival));
  const found =
    suspects.length === 0 && !arrived
      ? []
      : await withTable(store, `_calypso_scratch_${request.id}`, "counts Array(Float64)", async (table) => {
          await reader.insert(table, [`[${counts.join(", ")}]`], mine);
          return (
            (await one<{ counts: number[] }>(store, `SELECT ${named({ counts: "Array(Float64)" })} FROM ${table}`))
              ?.counts ?? []
          );
        });
  return {
    stored: row?.stored ?? 0,
    from: row?.from || null,
    to: row?.to || null,
    untimed: found.at(-1) ?? 0,
    notes: suspects.flatMap((column, index) =>
      (found[index] ?? 0) > 0
        ? [`${found[index]} values of ${column.name} are not ${nouns[column.type]}; they are stored as null`]
        : [],
    ),
  };
}

/** How many rows wait in a staging table, and their first and last time. */
export async function stagedSummary(store: Store, staging: string): Promise<Pick<Staged, "stored" | "from" | "to">> {
  const iso = (column: string) => `if(stored = 0, '', concat(replaceOne(toString(${column}), ' ', 'T'), 'Z'))`;
  const row = await one<{ stored: number; from: string; to: string }>(
    store,
    `SELECT ${named({ stored: "Float64", from: "String", to: "String" })} FROM (SELECT stored, ${iso("first")} AS \`from\`,` +
      ` ${iso("last")} AS \`to\` FROM (SELECT count() AS stored, min(TimeGenerated) AS first, max(TimeGenerated) AS last FROM ${staging}))`,
  );
  return { stored: row?.stored ?? 0, from: row?.from || null, to: row?.to || null };
}

async function hasArrivals(store: Store, staging: string, arrival: Date): Promise<boolean> {
  const text = quoteText(arrival.toISOString().replace("T", " ").replace("Z", ""));
  const sql = `SELECT count() AS n FROM ${staging} WHERE TimeGenerated = toDateTime64(${text}, 7, 'UTC')`;
  return ((await one<{ n: number }>(store, `SELECT ${named({ n: "Float64" })} FROM (${sql})`))?.n ?? 0) > 0;
}

const nouns: Readonly<Record<KqlType, string>> = {
  bool: "true or false",
  int: "whole numbers of 32 bits",
  long: "whole numbers of 64 bits",
  real: "numbers",
  decimal: "decimal numbers",
  string: "texts",
  datetime: "dates and times",
  timespan: "timespans",
  guid: "GUIDs",
  dynamic: "JSON",
};

function badTime(plan: LoadPlan): string {
  return plan.time === undefined ? "0" : `(${plan.time.text} != '' AND isNull(${plan.time.value}))`;
}

/** The rows that name this table; where all rows of the source do, there is nothing to choose. */
function ownRows(reader: Reader, { names }: LoadRequest): string | undefined {
  if (names === undefined || names.mine.length === valuesOf(names).length) return undefined;
  return `${reader.text(names.key)} IN (${names.mine.map(quoteText).join(", ")})`;
}

/** Rows that name a table which the sample did not show. They are nobody's, so no reader may leave them out unseen. */
function otherTables(reader: Reader, { names }: LoadRequest): readonly string[] {
  return names === undefined
    ? []
    : [`(${reader.text(names.key)} NOT IN (${valuesOf(names).map(quoteText).join(", ")}))`];
}

function valuesOf(names: NonNullable<LoadRequest["names"]>): readonly string[] {
  return names.all.filter((entry) => entry.key === names.key).map((entry) => entry.value);
}

/** A new table begins with the columns that every table has. */
function withStandard(store: Store, table: string, added: readonly { name: string; type: KqlType }[]) {
  if (store.schema().table(table) !== undefined) return added;
  const standard: readonly { name: string; type: KqlType }[] = [
    { name: "TenantId", type: "string" },
    { name: "TimeGenerated", type: "datetime" },
  ];
  const last: readonly { name: string; type: KqlType }[] = [
    { name: "SourceSystem", type: "string" },
    { name: "Type", type: "string" },
  ];
  const own = new Set([...standard, ...last].map((column) => column.name));
  return [...standard, ...added.filter((column) => !own.has(column.name)), ...last];
}

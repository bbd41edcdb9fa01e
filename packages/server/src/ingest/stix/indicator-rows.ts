import { quoteName, quoteText } from "../../store/quoting.js";
import type { Store } from "../../store/store.js";
import { unversioned } from "./stix-objects.js";

/** The tables of one load: its new objects, all of its objects, the observables of patterns, and where rows wait. */
export interface StixTables {
  readonly fresh: string;
  readonly objects: string;
  readonly observables: string;
  readonly staging: string;
}

export const indicatorTable = "ThreatIntelIndicators";
export const objectTable = "ThreatIntelObjects";

/** Stages a row for each observable of each new indicator, or one in all for an indicator without any. */
export async function stageIndicators(store: Store, tables: StixTables, arrived: Date, feed?: string): Promise<void> {
  const ends = `coalesce(ends, ${never})`;
  const revoked = "JSONExtractBool(data, 'revoked')";
  await insert(store, tables.staging, {
    ...everywhere(arrived, feed),
    Confidence: "JSONExtract(data, 'confidence', 'Nullable(Int32)')",
    Created: "made",
    IsActive: `NOT ${revoked} AND ${ends} > ${timeOf(arrived)}`,
    Modified: "changed",
    ObservableKey: "ifNull(key, '')",
    ObservableValue: "ifNull(value, '')",
    Pattern: "o.pattern",
    Revoked: revoked,
    Tags: "arrayStringConcat(JSONExtract(data, 'labels', 'Array(String)'), ', ')",
    ValidFrom: "coalesce(begins, made)",
    ValidUntil: ends,
    from:
      `(SELECT * FROM ${tables.fresh} WHERE type = 'indicator') AS o ${maker(tables)}` +
      ` LEFT JOIN ${tables.observables} AS p ON p.pattern = if(${isStixPattern("data")}, o.pattern, '')`,
  });
}

/** Stages a row for each new object that is no indicator. */
export async function stageObjects(store: Store, tables: StixTables, arrived: Date, feed?: string): Promise<void> {
  await insert(store, tables.staging, {
    ...everywhere(arrived, feed),
    StixType: "type",
    from: `(SELECT * FROM ${tables.fresh} WHERE type != 'indicator') AS o ${maker(tables)}`,
  });
}

/** Stages the end of the observables that stored indicators had, and that their new versions in the staging table have not. */
export async function stageLostObservables(store: Store, tables: StixTables): Promise<void> {
  const columns = (store.schema().table(indicatorTable)?.columns ?? []).map(({ name }) => name);
  const changes = new Map([
    ["TimeGenerated", "new.at"],
    ["IsActive", "false"],
    ["IsDeleted", "true"],
    ["Modified", "new.changed"],
    ["Data", "new.data"],
    ["Pattern", "new.pattern"],
  ]);
  const news =
    `SELECT Id, any(TimeGenerated) AS at, any(Modified) AS changed, any(Data) AS data, any(Pattern) AS pattern` +
    ` FROM ${tables.staging} GROUP BY Id`;
  const latest = `SELECT Id, max(TimeGenerated) FROM ${indicatorTable} WHERE Id IN (SELECT Id FROM ${tables.staging}) GROUP BY Id`;
  await store.command(
    `INSERT INTO ${tables.staging} (${columns.map(quoteName).join(", ")})` +
      ` SELECT ${columns.map((name) => changes.get(name) ?? `old.${quoteName(name)}`).join(", ")}` +
      ` FROM (SELECT * FROM ${indicatorTable} WHERE (Id, TimeGenerated) IN (${latest}) AND NOT ifNull(IsDeleted, false)) AS old` +
      ` INNER JOIN (${news}) AS new ON new.Id = old.Id` +
      ` WHERE (old.Id, old.ObservableKey, old.ObservableValue) NOT IN (SELECT Id, ObservableKey, ObservableValue FROM ${tables.staging})`,
  );
}

/** Whether the pattern of an indicator is one of STIX, and not a rule of another language. */
export function isStixPattern(data: string): string {
  return `JSONExtractString(${data}, 'pattern_type') IN ('', 'stix')`;
}

type Rows = Readonly<Record<string, string>> & { readonly from: string };

async function insert(store: Store, into: string, { from, ...values }: Rows): Promise<void> {
  const names = Object.keys(values).map(quoteName).join(", ");
  await store.command(`INSERT INTO ${into} (${names}) SELECT ${Object.values(values).join(", ")} FROM ${from}`);
}

/** The columns that indicators and other objects share. */
function everywhere(arrived: Date, feed: string | undefined): Readonly<Record<string, string>> {
  const made = "if(ifNull(maker, '') = '', 'STIX', maker)";
  return {
    TimeGenerated: timeOf(arrived),
    _TimeReceived: instant(arrived),
    AdditionalFields: `if(${marking} = '', '', concat('{"TLPLevel":"', ${marking}, '"}'))`,
    Data: "data",
    Id: "o.id",
    IsDeleted: "false",
    LastUpdateMethod: "'Import'",
    SourceSystem: feed === undefined ? made : quoteText(feed),
  };
}

/** The name of who made an object, where the source has that identity. */
function maker({ objects }: StixTables): string {
  return (
    `LEFT JOIN (SELECT id AS identity, JSONExtractString(data, 'name') AS maker FROM ${objects}` +
    " WHERE type = 'identity' ORDER BY version DESC LIMIT 1 BY id) AS m ON m.identity = JSONExtractString(o.data, 'created_by_ref')"
  );
}

/** An object is of the time at which it was changed last, or of its arrival where that is earlier. */
function timeOf(arrived: Date): string {
  return `if(version = ${unversioned}, ${instant(arrived)}, least(version, ${instant(arrived)}))`;
}

function instant(date: Date): string {
  return `toDateTime64(${quoteText(date.toISOString().replace("T", " ").replace("Z", ""))}, 7, 'UTC')`;
}

/** The end of an indicator that names none: rules ask for `ValidUntil > now()`. */
const never = "reinterpret(toInt64(2534023007990000000), 'DateTime64(7, \\'UTC\\')')";

/** The markings that STIX itself defines for the Traffic Light Protocol, of both versions. */
const markings: Readonly<Record<string, string>> = {
  "613f2e26-407d-48c7-9eca-b8e91df99dc9": "White",
  "94868c89-83c2-464b-929b-a1a8aa3c8487": "White",
  "34098fce-860f-48ae-8e50-ebd3cc5e41da": "Green",
  "bab4a63c-aed9-4cf5-a766-dfca5abac2bb": "Green",
  "f88d31f6-486f-44da-b317-01333bde0b82": "Amber",
  "55d920b0-5e8b-4f79-9ee9-91f868d9b421": "Amber",
  "939a9414-2ddd-4d32-a0cd-375ea402b003": "Amber",
  "5e57c739-391a-4eb3-b6be-7d15ca92d5ed": "Red",
  "e828b379-4e03-4974-9ac4-e53a884c97c1": "Red",
};

const marking = (() => {
  const from = Object.keys(markings).map((id) => quoteText(`marking-definition--${id}`));
  const to = Object.values(markings).map(quoteText);
  const levels = `arrayMap(ref -> transform(ref, [${from.join(", ")}], [${to.join(", ")}], ''), JSONExtract(data, 'object_marking_refs', 'Array(String)'))`;
  return `arrayFirst(level -> level != '', ${levels})`;
})();

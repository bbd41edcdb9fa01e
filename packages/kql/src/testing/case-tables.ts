import { storedPropertySql } from "../functions/stored-properties.js";
import type { TableSchema } from "../schema/schema.js";
import { workspaceSchema } from "../schema/schema.js";
import { clickHouseTypes } from "../schema/types.js";
import { caseFunctions } from "./case-functions.js";

const people: TableSchema = {
  name: "People",
  columns: [
    { name: "TimeGenerated", type: "datetime" },
    { name: "Id", type: "long" },
    { name: "Name", type: "string" },
    { name: "Score", type: "real" },
    { name: "Active", type: "bool" },
    { name: "Details", type: "dynamic" },
    { name: "Type", type: "string" },
  ],
  hidden: [{ name: "_ItemId", type: "string" }],
  otherNames: { Moment: "TimeGenerated", Label: "Name", Id: "Score", Other: "Gone" },
  notNull: ["TimeGenerated"],
  properties: ["team", "tags", "n"].map((name) => ({ column: "Details", path: [name], stored: `Details/${name}` })),
  ingestionTime: "_IngestionTime",
};

const visits: TableSchema = {
  name: "Visits",
  columns: [
    { name: "TimeGenerated", type: "datetime" },
    { name: "Name", type: "string" },
    { name: "Code", type: "string" },
    { name: "Port", type: "int" },
    { name: "Details", type: "string" },
  ],
  otherNames: { Moment: "TimeGenerated" },
  notNull: ["TimeGenerated"],
};

/** The tables that the queries of case files read. */
export const caseSchema = workspaceSchema("cases", [people, visits], caseFunctions);

/** Statements that make those tables and fill them. */
export const caseTables: readonly string[] = [
  create(people),
  create(visits, "LowCardinality(String)"),
  `INSERT INTO People VALUES
    ('2026-01-01 08:00:00.0000001', 1, 'ann', 1.5, true, '{"team":"red","tags":["a","b"],"n":7}', 'People', 'i1', '2026-01-01 09:00:00'),
    ('2026-01-01 12:30:00', 2, 'Bob', NULL, false, '{"team":"blue","tags":[],"n":"9"}', 'People', 'i2', '2026-01-01 13:00:00'),
    ('2026-01-02 00:00:00', NULL, '', 3, NULL, '', 'People', 'i3', '2026-01-02 01:00:00'),
    ('2026-01-03 23:59:59.9999999', 9007199254740993, 'Zoë', nan, true, '["x",{"y":null}]', 'People', 'i4', '2026-01-04 00:00:00')`,
  `INSERT INTO Visits VALUES
    ('2026-01-01 09:00:00', 'ann', '0', 443, '{"city":"Oslo"}'),
    ('2026-01-01 10:00:00', 'ann', '50126', 22, '{"city":"Rome"}'),
    ('2026-01-02 10:00:00', 'Bob', '0', NULL, ''),
    ('2026-01-05 10:00:00', 'eve', '50126', 3389, 'not json')`,
];

/** A table whose strings are stored as the given type. */
function create(table: TableSchema, text = clickHouseTypes.string): string {
  const notNull = new Set(table.notNull);
  const columns = [...table.columns, ...(table.hidden ?? [])].map(({ name, type }) => {
    const usual = type === "string" ? text : clickHouseTypes[type];
    const stored = notNull.has(name) ? usual.replace(/^Nullable\((.*)\)$/, "$1") : usual;
    return `\`${name}\` ${stored}`;
  });
  const own = (table.properties ?? []).map(
    ({ column, path, stored }) =>
      `\`${stored}\` String MATERIALIZED ${storedPropertySql({ name: column, type: "dynamic" }, path)}`,
  );
  const arrival = table.ingestionTime === undefined ? [] : [`\`${table.ingestionTime}\` DateTime64(7, 'UTC')`];
  return `CREATE TABLE ${table.name} (${[...columns, ...arrival, ...own].join(", ")}) ENGINE = MergeTree ORDER BY TimeGenerated`;
}

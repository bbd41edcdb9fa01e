import fc from "fast-check";
import { workspaceSchema } from "../schema/schema.js";
import { clickHouseTypes, type KqlType } from "../schema/types.js";
import { type Cell, cells } from "./random-cells.js";

/** The columns of the random tables: one of every type, and `N`, which numbers the rows. */
export const randomColumns = [
  { name: "N", type: "long" },
  { name: "L", type: "long" },
  { name: "I", type: "int" },
  { name: "R", type: "real" },
  { name: "M", type: "decimal" },
  { name: "B", type: "bool" },
  { name: "S", type: "string" },
  { name: "T", type: "datetime" },
  { name: "D", type: "timespan" },
  { name: "G", type: "guid" },
  { name: "J", type: "dynamic" },
] as const satisfies readonly { readonly name: string; readonly type: KqlType }[];

/** Rows of a random table, without `N`. */
export type RandomRows = readonly (readonly Cell[])[];

/** Random rows, sometimes none, and with equal values in many of them. */
export function randomRows(maxLength: number): fc.Arbitrary<RandomRows> {
  const row = fc.tuple(...randomColumns.slice(1).map(({ type }) => cells(type)));
  const some = fc.array(row, { minLength: Math.ceil(maxLength / 2), maxLength });
  return fc.oneof({ weight: 9, arbitrary: some }, { weight: 1, arbitrary: fc.constant([]) });
}

/** The schema of the stored tables A and B. */
export const randomSchema = workspaceSchema(
  "laws",
  ["A", "B"].map((name) => ({ name, columns: randomColumns })),
);

/** Statements that make and fill the stored form of a table; the strings of B are stored once for each value. */
export function storing(name: string, rows: RandomRows): readonly string[] {
  const text = name === "B" ? "LowCardinality(String)" : clickHouseTypes.string;
  const typeOf = (type: KqlType) => (type === "string" ? text : clickHouseTypes[type]);
  const columns = randomColumns.map((column) => `\`${column.name}\` ${typeOf(column.type)}`).join(", ");
  const values = rows.map((row, number) => `(${[`${number}`, ...row.map(({ sql }) => sql)].join(", ")})`);
  return [
    `CREATE OR REPLACE TABLE ${name} (${columns}) ENGINE = Memory`,
    ...(values.length === 0 ? [] : [`INSERT INTO ${name} VALUES ${values.join(", ")}`]),
  ];
}

/** A `let` that gives the same rows as a datatable. */
export function asDatatable(name: string, rows: RandomRows): string {
  const columns = randomColumns.map((column) => `${column.name}: ${column.type}`).join(", ");
  const values = rows.flatMap((row, number) => [`${number}`, ...row.map(({ kql }) => kql)]);
  return `let ${name} = datatable(${columns})[${values.join(", ")}];`;
}

import type { Problem, Scenario, ScenarioFile, ScenarioRow } from "@calypso/catalog";
import { type Column, nearest, type WorkspaceSchema } from "@calypso/kql";
import type { KnownRows } from "../ingest/known-rows.js";
import { cellText } from "./cell-text.js";

type Place = Scenario["place"];

/** The rows of a scenario that are written in its file, and what is wrong with them: names of tables and columns, and values. */
export function scenarioRows(
  file: ScenarioFile,
  scenario: Scenario,
  schema: WorkspaceSchema,
): { readonly rows: readonly KnownRows[]; readonly problems: readonly Problem[] } {
  const problems: Problem[] = [];
  const wrong = (place: Place, message: string) => {
    problems.push({ code: "bad-scenario", severity: "error", message, file: file.name, ...place });
  };
  const rows = scenario.events.flatMap((events): KnownRows[] => {
    const known = columnsOf(file, events.table, schema);
    if (known === undefined) {
      wrong(events.place, `there is no table ${events.table}${didYouMean(events.table, schema.tableNames)}`);
      return [];
    }
    if (events.kind === "file") return [];
    const used = usedColumns(events.rows, known, (cell) => {
      const hint = didYouMean(cell.column, [...known.keys()]);
      wrong(cell.place, `${events.table} has no column \`${cell.column}\`${hint}`);
    });
    const texts = events.rows.flatMap((row) => rowTexts(row, used, scenario.now, wrong));
    return [{ table: events.table, columns: used, rows: texts }];
  });
  return { rows, problems };
}

/** Declared columns that a table has already, of another type. */
export function wrongDeclarations(file: ScenarioFile, schema: WorkspaceSchema): readonly Problem[] {
  return file.tables.flatMap(({ table, columns }) => {
    const known = schema.table(table);
    const types = new Map([...(known?.columns ?? []), ...(known?.hidden ?? [])].map(({ name, type }) => [name, type]));
    return columns.flatMap(({ name, type, place }): Problem[] => {
      const other = types.get(name);
      if (other === undefined || other === type) return [];
      const message = `\`${name}\` of ${table} is of type ${other}, and cannot be ${type}`;
      return [{ code: "bad-scenario", severity: "error", message, file: file.name, ...place }];
    });
  });
}

/** The columns of a table that rows may have, those that the file declares among them. */
export function columnsOf(
  file: ScenarioFile,
  table: string,
  schema: WorkspaceSchema,
): ReadonlyMap<string, Column> | undefined {
  const shipped = schema.table(table);
  const declared = file.tables
    .filter((one) => one.table === table)
    .flatMap(({ columns }) => columns.map(({ name, type }) => ({ name, type })));
  if (shipped === undefined && declared.length === 0) return undefined;
  const time: Column = { name: "TimeGenerated", type: "datetime" };
  const all = [...(shipped?.columns ?? [time]), ...(shipped?.hidden ?? []), ...declared];
  return new Map(all.map((column) => [column.name, column]));
}

function didYouMean(name: string, names: readonly string[]): string {
  const [near] = nearest(name, names, 1);
  return near === undefined
    ? "; declare it under `tables`"
    : `; did you mean \`${near}\`? Or declare it under \`tables\``;
}

type Cell = ScenarioRow["cells"][number];

/** The columns that some row has, and `TimeGenerated`, which every row gets. */
function usedColumns(
  rows: readonly ScenarioRow[],
  known: ReadonlyMap<string, Column>,
  unknown: (cell: Cell) => void,
): readonly Column[] {
  const used = new Map<string, Column>();
  const time = known.get("TimeGenerated");
  if (time !== undefined) used.set(time.name, time);
  for (const cell of rows.flatMap(({ cells }) => cells)) {
    const column = known.get(cell.column);
    if (column === undefined) unknown(cell);
    else used.set(column.name, column);
  }
  return [...used.values()];
}

/** The texts of a row, or of as many as it stands for. A row without a time happened a minute before the clock. */
function rowTexts(
  row: ScenarioRow,
  columns: readonly Column[],
  now: number,
  wrong: (place: Place, message: string) => void,
): string[][] {
  const cells = new Map(row.cells.map((cell) => [cell.column, cell]));
  const untimed: Cell = { column: "TimeGenerated", place: row.place, json: '"-1m"', text: "-1m" };
  return Array.from({ length: row.count }, (_, index) =>
    columns.map(({ name, type }) => {
      const cell = cells.get(name) ?? (name === "TimeGenerated" ? untimed : undefined);
      if (cell === undefined) return "";
      const text = cellText(cell, type, { now, row, n: index + 1 });
      if (typeof text === "string") return text;
      if (index === 0) wrong(cell.place, text.wrong);
      return "";
    }),
  );
}

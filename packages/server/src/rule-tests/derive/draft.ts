import type { Condition, KqlType, QueryFacts, TableRead, Threshold, WorkspaceSchema } from "@calypso/kql";
import { type CellValue, choiceFor, usualValue } from "./values.js";

/** A row that may make a rule fire, and how often it has to come. */
export interface DraftRow {
  readonly table: string;
  readonly count: number;
  readonly cells: ReadonlyMap<string, CellValue>;
}

/** A condition that the rows meet: without it they are a near miss. */
export interface Met {
  readonly condition: Condition;
  /** The position of the row. */
  readonly row: number;
  readonly cells: ReadonlyMap<string, CellValue>;
}

/** Rows that meet all conditions that tell their values, and what is left to chance. */
export interface Draft {
  readonly rows: readonly DraftRow[];
  readonly met: readonly Met[];
  /** Places of conditions that do not tell the values. */
  readonly open: readonly NonNullable<Condition["location"]>[];
}

/** Makes a row for each read of a table. */
export function draftOf(facts: QueryFacts, schema: WorkspaceSchema, now: bigint): Draft {
  const open: Draft["open"][number][] = [...facts.otherConditions];
  const met: Met[] = [];
  const rows = facts.reads.map((read, index) => {
    const types = new Map(schema.table(read.table)?.columns.map(({ name, type }) => [name, type]));
    const cells = usualCells(facts, types);
    const time = timeOf(read, now);
    if (time !== undefined) cells.set("TimeGenerated", time);
    const choices = chosen(read, types, now, open);
    for (const own of choices) {
      const [condition, choice] = own;
      const others = partsBeside(choices, own);
      put(cells, condition, choice.part === undefined ? choice.yes : [choice.yes, ...others].join(" "));
      const without = choice.part === undefined || others.length === 0 ? choice.no : others.join(" ");
      met.push({ condition, row: index, cells: put(new Map(), condition, without) });
    }
    for (const { when } of facts.thresholds) putWhen(cells, types, now, when);
    return { table: read.table, count: 1, cells };
  });
  joinUp(facts, rows);
  for (const threshold of facts.thresholds) if (!isCounted(threshold)) open.push(threshold.location);
  return { rows: distinct(rows), met, open };
}

/** How often rows have to come to pass all thresholds on their number; and the columns that differ from row to row then. */
export function countsOf(facts: QueryFacts): { readonly count: number; readonly differing: readonly string[] } {
  const counted = facts.thresholds.filter(isCounted);
  const needed = counted.map(({ operator, value }) => (operator === ">" ? value + 1 : value));
  const differing = counted
    .filter((one) => one.function !== "count")
    .flatMap(({ of }) => of.map(({ column }) => column));
  return { count: Math.min(10_000, Math.max(1, ...needed.map(Math.ceil))), differing: [...new Set(differing)] };
}

function isCounted({ function: name, operator }: Threshold): boolean {
  return /^(?:count|dcount|count_distinct)(?:if)?$/.test(name) && [">", ">=", "=="].includes(operator);
}

/** The columns of the table that the query names, with values that such columns may have. */
function usualCells(facts: QueryFacts, types: ReadonlyMap<string, KqlType>): Map<string, CellValue> {
  const cells = new Map<string, CellValue>();
  for (const [column] of facts.columns) {
    const type = types.get(column);
    if (type !== undefined && type !== "dynamic" && type !== "datetime") cells.set(column, usualValue(column, type));
  }
  return cells;
}

type Chosen = readonly [Condition, NonNullable<ReturnType<typeof choiceFor>>];

/** The conditions on a row that tell its values, those that say least first, so that others have the last word. */
function chosen(
  { conditions, afterwards }: TableRead,
  types: ReadonlyMap<string, KqlType>,
  now: bigint,
  open: Draft["open"][number][],
): readonly Chosen[] {
  const found = [...conditions, ...afterwards].flatMap((condition): readonly Chosen[] => {
    if (isTime(condition, types)) return [];
    const told = [condition, ...(condition.alternatives ?? [])].flatMap((one): readonly Chosen[] => {
      const type = one.path === undefined ? types.get(one.column ?? "") : "string";
      const choice = type === undefined ? undefined : choiceFor(one, type, now);
      return choice === undefined ? [] : [[one, choice]];
    });
    const [first] = told;
    if (first === undefined && condition.location !== undefined) open.push(condition.location);
    return first === undefined ? [] : [first];
  });
  return found.sort(([, a], [, b]) => a.weight - b.weight);
}

/** Texts that the same value has to hold, those of conditions that say most first. */
function partsBeside(choices: readonly Chosen[], [condition, choice]: Chosen): readonly CellValue[] {
  if (choice.part === undefined) return [];
  const place = ({ column, path = [] }: Condition) => [column, ...path].join(".");
  const same = choices.filter(
    ([one, { part }]) => part !== undefined && one !== condition && place(one) === place(condition),
  );
  return same.map(([, { yes }]) => yes).reverse();
}

/** The time of the event, also by its other name in tables of advanced hunting. */
function isTime({ column }: Condition, types: ReadonlyMap<string, KqlType>): boolean {
  return column === "TimeGenerated" || (column === "Timestamp" && !types.has(column));
}

function put(
  cells: Map<string, CellValue>,
  { column = "", path }: Condition,
  value: CellValue,
): Map<string, CellValue> {
  const before = cells.get(column);
  cells.set(column, path === undefined ? value : nested(typeof before === "object" ? before : null, path, value));
  return cells;
}

function nested(before: CellValue, [step, ...rest]: readonly string[], value: CellValue): CellValue {
  if (step === undefined) return value;
  const members = typeof before === "object" && before !== null ? before : {};
  return { ...members, [step]: nested(members[step] ?? null, rest, value) };
}

function putWhen(
  cells: Map<string, CellValue>,
  types: ReadonlyMap<string, KqlType>,
  now: bigint,
  when: Condition | undefined,
): void {
  const type = types.get(when?.column ?? "");
  const choice = when === undefined || type === undefined ? undefined : choiceFor(when, type, now);
  if (when !== undefined && choice !== undefined) put(cells, when, choice.yes);
}

/** A time within the bounds that conditions set, as a distance from the clock; undefined where any recent time will do. */
function timeOf({ conditions, afterwards }: TableRead, now: bigint): string | undefined {
  let latest = 0n;
  for (const { column, operator, values } of [...conditions, ...afterwards]) {
    const bound = operator === "between" ? values[1] : operator === "<" || operator === "<=" ? values[0] : undefined;
    if ((column === "TimeGenerated" || column === "Timestamp") && typeof bound === "bigint" && now - bound > latest)
      latest = now - bound;
  }
  return latest === 0n ? undefined : `-${latest / 600_000_000n + 1n}m`;
}

/** Gives the columns that joins compare one value. */
function joinUp(
  facts: QueryFacts,
  rows: readonly { readonly table: string; readonly cells: Map<string, CellValue> }[],
): void {
  for (const { left, right } of facts.joins) {
    const origins = [...left, ...right];
    const value = origins
      .map(({ table, column }) => rows.find((row) => row.table === table)?.cells.get(column))
      .find((one) => one !== undefined);
    if (value === undefined) continue;
    for (const { table, column } of origins) {
      for (const row of rows) if (row.table === table) row.cells.set(column, value);
    }
  }
}

function distinct(rows: readonly DraftRow[]): readonly DraftRow[] {
  return [...new Map(rows.map((row) => [JSON.stringify([row.table, ...row.cells]), row])).values()];
}

import type { Cell, ResultRows } from "./rows.ts";
import { type Key, keyOf, keyOrder } from "./sort-keys.ts";

/** What the cells of a column have to be; kinds that take a text, and those that take values. */
export type Condition =
  | { readonly column: number; readonly kind: "has" | "lacks" | "from" | "to"; readonly text: string }
  | { readonly column: number; readonly kind: "in" | "out"; readonly values: readonly Cell[] };

export type ConditionKind = Condition["kind"];

/** Whether a row meets all conditions; one whose text is no bound of its column's type has no effect. */
export function testOf(rows: ResultRows, conditions: readonly Condition[]): (row: number) => boolean {
  const tests = conditions.flatMap((condition) => {
    const test = cellTest(condition, rows.columns[condition.column]?.type ?? "string");
    return test === undefined ? [] : [{ cells: rows.column(condition.column), test }];
  });
  return (row) => tests.every(({ cells, test }) => test(cells[row] ?? null));
}

function cellTest(condition: Condition, type: string): ((cell: Cell) => boolean) | undefined {
  switch (condition.kind) {
    case "in":
    case "out": {
      const [values, wanted] = [new Set(condition.values), condition.kind === "in"];
      return (cell) => values.has(cell) === wanted;
    }
    case "has":
    case "lacks": {
      const [text, wanted] = [condition.text.toLowerCase(), condition.kind === "has"];
      return (cell) =>
        String(cell ?? "")
          .toLowerCase()
          .includes(text) === wanted;
    }
    case "from":
    case "to": {
      const bound = boundOf(condition.text, type);
      if (bound === undefined) return undefined;
      const way = condition.kind === "from" ? 1 : -1;
      // What is no number is within no bounds.
      return (cell) => cell !== null && cell !== "NaN" && way * keyOrder(orderedBy(cell, type), bound) >= 0;
    }
    default:
      return condition satisfies never;
  }
}

/** Whether values of a type have an order that people ask for ranges of. */
export function hasRange(type: string): boolean {
  return ["int", "long", "real", "decimal", "datetime", "timespan"].includes(type);
}

/** A text as a bound for values of a type: a number, an instant in UTC or a part of one, a span as KQL writes it; nothing where it is none. */
export function boundOf(text: string, type: string): Key | undefined {
  const written = text.trim();
  if (type === "datetime") return instantOf(written);
  if (type === "timespan") return spanOf(written);
  if (!/^[+-]?\d+(?:\.\d+)?(?:e[+-]?\d{1,2})?$/i.test(written)) return undefined;
  const plain = written.replace(/^\+/, "");
  if (type === "decimal") return keyOf(plain, "decimal");
  return /^-?\d+$/.test(plain) && type !== "real" ? BigInt(plain) : Number(plain);
}

function orderedBy(cell: Exclude<Cell, null>, type: string): Key {
  return type === "datetime" ? String(cell) : keyOf(cell, type);
}

/** As the API writes it: `2026-10-14T03:00:00.0000000Z`. */
export function instantOf(text: string): string | undefined {
  const [, day, minutes = "00:00", seconds = "00", fraction = ""] =
    /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d)(?::(\d\d)(?:\.(\d{1,7}))?)?)?Z?$/i.exec(text) ?? [];
  const read = Date.parse(`${day}T${minutes}:${seconds}Z`);
  // A day that the month does not have would be taken for one of the next.
  if (Number.isNaN(read) || new Date(read).toISOString().slice(0, 10) !== day) return undefined;
  return `${day}T${minutes}:${seconds}.${fraction.padEnd(7, "0")}Z`;
}

const units: Readonly<Record<string, number>> = { d: 864e9, h: 36e9, m: 6e8, s: 1e7, ms: 1e4 };

function spanOf(text: string): Key | undefined {
  if (/^-?(?:\d{1,8}\.)?\d\d?:\d\d:\d\d(?:\.\d{1,7})?$/.test(text)) return keyOf(text, "timespan");
  const [, number, unit] = /^(-?\d{1,12}(?:\.\d{1,7})?)(d|h|ms|m|s)$/.exec(text) ?? [];
  return number === undefined ? undefined : Number(number) * (units[unit ?? ""] ?? 1);
}

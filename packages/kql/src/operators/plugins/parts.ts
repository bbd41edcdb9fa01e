import type { Expression, Location } from "../../plan/expression.js";
import type { AggregateColumn, Named, Plan } from "../../plan/plan.js";
import { columnsOf, type JoinColumn, type JoinKind } from "../../plan/plan.js";
import type { Column, KqlType } from "../../schema/types.js";
import { placeAt } from "../../source/source.js";
import { type Context, freshName } from "../context.js";
import { call } from "../scalar.js";

/** A reference to a column. */
export function ref({ name, type }: Column): Expression {
  return { kind: "column", name, type };
}

/** Columns under their own names. */
export function same(columns: readonly Column[]): readonly Named[] {
  return columns.map((column) => ({ name: column.name, expression: ref(column) }));
}

/** A column of numbers between operators, under a name that no query can spell. */
export function freshColumn(cx: Context, hint: string): Column {
  return { name: freshName(cx, hint), type: "long" };
}

export function long(value: bigint): Expression {
  return { kind: "literal", type: "long", value };
}

/** The expressions and aggregates that plugins are put together from, all of one place in the query. */
export function partsAt(location: Location) {
  const of = (name: string, args: readonly Expression[], type: KqlType) => call(name, args, type, location);
  return {
    of,
    and: (...conditions: readonly Expression[]) => conditions.reduce((a, b) => of("and", [a, b], "bool")),
    compare: (operator: string, a: Expression, b: Expression) => of(operator, [a, b], "bool"),
    plus: (a: Expression, b: Expression, type: KqlType = "long") => of("+", [a, b], type),
    minus: (a: Expression, b: Expression, type: KqlType = "long") => of("-", [a, b], type),
    present: (value: Expression) => of("isnotnull", [value], "bool"),
    /** A number, with 0 for a null. */
    orZero: (value: Expression) => of("coalesce", [value, long(0n)], "long"),
    /** `a / b` as a real: NaN for 0 of 0. */
    ratio: (a: Expression, b: Expression) => of("/", [of("toreal", [a], "real"), of("toreal", [b], "real")], "real"),
    aggregate: (
      name: string,
      function_: string,
      args: readonly Expression[] = [],
      type: KqlType = "long",
    ): AggregateColumn => ({ name, function: function_, args, column: 0, type, location }),
    /** How many rows meet a condition. */
    countWhen: (name: string, when: Expression): AggregateColumn => ({
      name,
      function: "count",
      args: [],
      when,
      column: 0,
      type: "long",
      location,
    }),
    /** A condition without which the reference does not say what comes out. */
    settled: (construct: string, condition: Expression, message: string): Expression => {
      const { line, column } = placeAt(location.source.text, location.span.start);
      const value = `\`${construct}\` (line ${line}, column ${column}): ${message}`;
      return of("#settled", [condition, { kind: "literal", type: "string", value }], "bool");
    },
  };
}

/** A row for each distinct combination of the keys; no row where the input has none. */
export function grouped(input: Plan, keys: readonly Named[], aggregates: readonly AggregateColumn[]): Plan {
  return { kind: "aggregate", input, keys, aggregates, emptyWithoutRows: true };
}

export function filtered(input: Plan, condition: Expression): Plan {
  return { kind: "filter", input, condition };
}

/** A join on pairs of expressions that keeps all columns of the left side, and those of the right that it lacks. */
export function paired(
  left: Plan,
  right: Plan,
  on: readonly { readonly left: Expression; readonly right: Expression }[],
  kind: JoinKind = "inner",
): Plan {
  const own = columnsOf(left);
  const names = new Set(own.map(({ name }) => name));
  const columns: readonly JoinColumn[] = [
    ...own.map(({ name, type }): JoinColumn => ({ name, side: "left", source: name, type })),
    ...(kind === "leftanti" ? [] : columnsOf(right))
      .filter(({ name }) => !names.has(name))
      .map(({ name, type }): JoinColumn => ({ name, side: "right", source: name, type })),
  ];
  return { kind: "join", join: kind, left, right, on, columns };
}

/** Pairs of equal columns of both sides. */
export function byColumns(
  columns: readonly Column[],
): readonly { readonly left: Expression; readonly right: Expression }[] {
  return columns.map((column) => ({ left: ref(column), right: ref(column) }));
}

import fc from "fast-check";
import { compile } from "../compile.js";
import { printDiagnostic } from "../diagnostics/diagnostic.js";
import { engine } from "../functions/testing/evaluate.js";
import { workspaceSchema } from "../schema/schema.js";
import type { KqlType } from "../schema/types.js";
import { rowsOf } from "./run.js";

const schema = workspaceSchema("models", []);

/** What a value is in a model; longs beyond 2^53 come out of the engine as text. */
export type Modelled = null | boolean | number | bigint | string | readonly Modelled[];

/** Columns of random rows: each value as a literal of KQL, and as the model reads it. */
export interface Input<T> {
  readonly type: KqlType;
  readonly values: fc.Arbitrary<T>;
  readonly literal: (value: T) => string;
}

/** An engine whose functions are compared with functions of JavaScript. */
export async function models(): Promise<Models> {
  const clickHouse = await engine();
  const answer = async (text: string) => {
    const compilation = compile({ text, schema, now: 0n });
    const { rowsSql, diagnostics } = compilation;
    if (rowsSql === undefined) throw new Error(`${text}\n${diagnostics.map(printDiagnostic).join("\n")}`);
    return rowsOf(clickHouse, compilation);
  };
  return {
    async agree<T extends unknown[]>(
      inputs: readonly [...{ [K in keyof T]: Input<T[K]> }],
      functions: Readonly<Record<string, Model<T>>>,
      { runs = 1, size = 40 }: { readonly runs?: number; readonly size?: number } = {},
    ) {
      // Each value comes from the input at its place, so that a row has the types of the inputs.
      const row = fc.tuple(...inputs.map(({ values }) => values)) as unknown as fc.Arbitrary<T>;
      const property = fc.asyncProperty(fc.array(row, { minLength: size, maxLength: size }), async (rows) => {
        const declared = inputs.map(({ type }, at) => `x${at}: ${type}`).join(", ");
        const cells = rows.map((values) => values.map((value, at) => inputs[at]!.literal(value)));
        const wanted = rows.map((values) => Object.values(functions).map((model) => model(...values)));
        const names = Object.keys(functions).map((expression, at) => `y${at} = ${expression}`);
        const found = await answer(`datatable(${declared})[${cells.flat().join(", ")}] | project ${names.join(", ")}`);
        report(inputs.length, Object.keys(functions), cells, wanted, found);
        const few = cells.slice(0, 3);
        const constants = few.map((values, at) =>
          Object.keys(functions).map((expression, place) => `z${at}_${place} = ${filled(expression, values)}`),
        );
        const [line = "[]"] = await answer(`print ${constants.flat().join(", ")}`);
        report(0, constants.flat(), [[]], [wanted.slice(0, 3).flat()], [line]);
      });
      const { LAW_SEED: seed = "20260104", LAW_RUNS: times = "1" } = process.env;
      await fc.assert(property, { seed: Number(seed), numRuns: runs * Number(times), endOnFailure: true });
    },
    close: () => clickHouse.close(),
  };
}

/** A function of JavaScript over the values of a row, or over the first of them. */
type Model<T extends unknown[]> = (...values: T) => Modelled;

/** Says of KQL expressions over `x0`, `x1`, … that functions of JavaScript give the same, in columns and in constants. */
export interface Models {
  agree<T extends unknown[]>(
    inputs: readonly [...{ [K in keyof T]: Input<T[K]> }],
    functions: Readonly<Record<string, Model<T>>>,
    options?: { readonly runs?: number; readonly size?: number },
  ): Promise<void>;
  close(): Promise<void>;
}

function filled(expression: string, values: readonly string[]): string {
  return expression.replace(/\bx(\d)\b/g, (name, at: string) => {
    const literal = values[Number(at)] ?? name;
    return literal.startsWith("-") ? `(${literal})` : literal;
  });
}

function report(
  width: number,
  expressions: readonly string[],
  cells: readonly (readonly string[])[],
  wanted: readonly (readonly Modelled[])[],
  found: readonly string[],
): void {
  const wrong = cells.flatMap((values, row) => {
    const actual: readonly unknown[] = JSON.parse(found[row] ?? "[]");
    return expressions.flatMap((expression, at) => {
      const [model, answer] = [printed(wanted[row]?.[at] ?? null), JSON.stringify(actual[at])];
      if (model === answer) return [];
      const given = width === 0 ? "" : ` with ${values.map((value, place) => `x${place} = ${value}`).join(", ")}`;
      return [`${expression}${given}\n  the model says ${model}\n  the engine     ${answer}`];
    });
  });
  if (wrong.length > 0) throw new Error(`${wrong.length} differ:\n${wrong.slice(0, 12).join("\n")}`);
}

/** A model's value as the command line spells it. */
function printed(value: Modelled): string {
  if (typeof value === "bigint") {
    const exact = value >= -(2n ** 53n) && value <= 2n ** 53n;
    return exact ? String(value) : `"${value}"`;
  }
  if (typeof value === "number") {
    if (Number.isNaN(value)) return '"NaN"';
    if (!Number.isFinite(value)) return value > 0 ? '"Infinity"' : '"-Infinity"';
    return JSON.stringify(value);
  }
  if (Array.isArray(value)) return `[${value.map(printed).join(",")}]`;
  return JSON.stringify(value);
}

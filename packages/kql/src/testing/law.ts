import fc from "fast-check";
import { printDiagnostic } from "../diagnostics/diagnostic.js";
import { engine } from "../functions/testing/evaluate.js";
import { asDatatable, randomRows, randomSchema, storing } from "./random-tables.js";
import { compiled, rowsOf } from "./run.js";

const now = BigInt(Date.parse("2026-01-04T00:00:00Z")) * 10_000n;

/** An engine in which queries over random tables `A` and `B` are compared. */
export async function laws(): Promise<Laws> {
  const clickHouse = await engine();
  const answer = async (text: string): Promise<readonly string[]> => {
    const compilation = await compiled(clickHouse, { text, schema: randomSchema, now });
    const { rowsSql, diagnostics } = compilation;
    if (rowsSql === undefined) throw new Error(`${text}\n${diagnostics.map(printDiagnostic).join("\n")}`);
    const lines = await rowsOf(clickHouse, compilation).catch((error: unknown) => {
      throw new Error(`${text}\n${rowsSql}\n${String(error)}`);
    });
    return lines;
  };
  return {
    answer,
    async holds(choices, sides, { runs = 2, ordered = false } = {}) {
      const property = fc.asyncProperty(randomRows(9), randomRows(6), choices, async (a, b, chosen) => {
        for (const statement of [...storing("A", a), ...storing("B", b)]) await clickHouse.run(statement);
        const queries = sides(chosen);
        const written = `${asDatatable("A", a)}\n${asDatatable("B", b)}\n${queries.at(-1)}`;
        const [first, ...others] = await inTurn([...queries, written], async (query) => {
          const rows = await answer(query);
          return { query, rows: ordered ? rows : [...rows].sort() };
        });
        for (const other of others) {
          if (other.rows.join("\n") === first?.rows.join("\n")) continue;
          throw new Error([first, other].map((side) => `${side?.query}\n${side?.rows.join("\n")}`).join("\n\nbut\n\n"));
        }
      });
      const { LAW_SEED: seed = "20260104", LAW_RUNS: times = "1", LAW_SHRINK: shrink } = process.env;
      await fc.assert(property, {
        seed: Number(seed),
        numRuns: runs * Number(times),
        endOnFailure: shrink === undefined,
      });
    },
    close: () => clickHouse.close(),
  };
}

/** Says of queries that they give the same rows, whatever is in the tables and whichever choice is made. */
export interface Laws {
  holds<T>(
    choices: fc.Arbitrary<T>,
    sides: (chosen: T) => readonly string[],
    options?: { readonly runs?: number; readonly ordered?: boolean },
  ): Promise<void>;
  answer(query: string): Promise<readonly string[]>;
  close(): Promise<void>;
}

async function inTurn<T, R>(items: readonly T[], act: (item: T) => Promise<R>): Promise<readonly R[]> {
  const done: R[] = [];
  for (const item of items) done.push(await act(item));
  return done;
}

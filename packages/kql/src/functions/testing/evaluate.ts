import { createClient } from "@clickhouse/client";
import { createChdbConnection } from "chdb/connection";
import { engineSettings } from "../../engine-settings.js";
import type { Sql } from "../../sql/sql.js";

type ClientOptions = NonNullable<Parameters<typeof createClient>[0]>;

/** An embedded ClickHouse in memory with the settings that generated SQL relies on. */
export async function engine(): Promise<Engine> {
  // The same interface, which each of the two packages declares once more from its own copy.
  const connection = createChdbConnection({ path: ":memory:" }) as unknown as ClientOptions["connection"];
  const client = createClient({ connection });
  for (const [name, setting] of Object.entries(engineSettings)) {
    await client.command({ query: `SET ${name} = ${typeof setting === "string" ? `'${setting}'` : setting}` });
  }
  const textOf = async (query: string): Promise<string> => {
    try {
      return await (await client.query({ query, format: "TabSeparatedRaw" })).text();
    } catch (error) {
      // Rows that a failed query had already produced would come before those of the next one; this takes them away.
      await client.command({ query: "SELECT 1 FORMAT Null" });
      throw error;
    }
  };
  return {
    async row(...expressions) {
      const query = `SELECT ${expressions.map((expression, index) => `${expression.text} AS c${index}`).join(", ")}`;
      const answer = await client.query({ query, format: "JSONCompact" });
      const { data } = await answer.json<readonly unknown[]>();
      return data[0] ?? [];
    },
    async lines(rowsSql) {
      const text = await textOf(rowsSql);
      return text === "" ? [] : text.replace(/\n$/, "").split("\n");
    },
    async run(statement) {
      await client.command({ query: statement });
    },
    close: () => client.close(),
  };
}

/** Evaluates expressions in one SELECT, or runs a compiled query. */
export interface Engine {
  row(...expressions: readonly Sql[]): Promise<readonly unknown[]>;
  /** The lines of a compilation's `rowsSql`. */
  lines(rowsSql: string): Promise<readonly string[]>;
  /** Runs a statement that has no result. */
  run(statement: string): Promise<void>;
  close(): Promise<void>;
}

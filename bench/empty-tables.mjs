import { createClient } from "@clickhouse/client";
import { createChdbConnection } from "chdb/connection";
import { clickHouseTypes, engineSettings } from "../packages/kql/dist/index.js";
import { withSteps } from "../packages/server/dist/search/hybrid/run-steps.js";
import {
  dropScratchStatement,
  fillScratchStatement,
  makeScratchStatement,
} from "../packages/server/dist/store/scratch-tables.js";

/** The engine or a step said no; `outcome` says how. */
export class EngineError extends Error {
  constructor(outcome) {
    super(outcome);
    this.outcome = outcome;
  }
}

/** An engine in which every table is empty: gives the rows of compiled queries, each within `limit` seconds. */
export async function emptyTables(definitions, limit) {
  const client = createClient({ connection: createChdbConnection({ path: ":memory:" }) });
  const settings = { ...engineSettings, max_execution_time: limit, max_memory_usage: 4_000_000_000 };
  for (const [name, setting] of Object.entries(settings)) {
    await client.command({ query: `SET ${name} = ${typeof setting === "string" ? `'${setting}'` : setting}` });
  }
  const stepLimits = { maxSeconds: limit, maxMemoryBytes: 4e9, maxResultRows: 1e7, maxStepBytes: 1e9 };
  const asked = (work) => askedOf(client, work);
  const linesOf = async (rowsSql) => {
    const text = await asked(async () => (await client.query({ query: rowsSql, format: "TabSeparatedRaw" })).text());
    return text === "" ? [] : text.replace(/\n$/, "").split("\n");
  };
  const stepStore = {
    async *lines(rowsSql) {
      yield* await linesOf(rowsSql);
    },
    makeScratch: (name, columns) => asked(() => client.command({ query: makeScratchStatement(name, columns) })),
    fillScratch: (name, lines, columns) =>
      asked(() => client.command({ query: fillScratchStatement(name, lines, columns) })),
    dropScratch: (name) => asked(() => client.command({ query: dropScratchStatement(name) })),
  };
  const made = new Set();
  const make = async (name, statement) => {
    if (made.has(name)) return;
    await client.command({ query: statement() });
    made.add(name);
  };
  return async ({ rowsSql, steps, tables, externals }) => {
    try {
      for (const name of tables) await make(name, () => definitions.create(name));
      for (const { table, columns } of externals) await make(table, () => externalTable(table, columns));
    } catch (error) {
      throw new EngineError(`table: ${String(error.message)}`);
    }
    return withSteps(stepStore, steps, stepLimits, () => linesOf(rowsSql));
  };
}

function externalTable(table, columns) {
  const list = columns.map(({ name, type }) => `\`${name.replace(/[`\\]/g, "\\$&")}\` ${clickHouseTypes[type]}`);
  return `CREATE TABLE IF NOT EXISTS \`${table}\` (${list.join(", ")}) ENGINE = Memory`;
}

async function askedOf(client, work) {
  try {
    return await work();
  } catch (error) {
    const message = String(error.message);
    // An error leaves what was already written in the connection, where the next answer would begin with it.
    await client.command({ query: "SELECT 1 FORMAT Null" }).catch(() => {});
    if (message.includes("calypso refuses rows")) throw new EngineError("diagnostics");
    const out = /TIMEOUT_EXCEEDED|MEMORY_LIMIT|memory limit|Timeout exceeded/i.test(message);
    throw new EngineError(out ? "out of time or memory" : `engine: ${message}`);
  }
}

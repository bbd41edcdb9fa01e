import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { filledColumns, fillStatement, tables } from "./rows.mjs";
import { shippedDefinitions } from "./schema.mjs";

const require = createRequire(new URL("../packages/server/package.json", import.meta.url));
const { Session } = require("chdb");
const { setStatement } = await import(new URL("../packages/server/dist/store/settings.js", import.meta.url).href);
const threads = 2;
/** The cache of conditions would answer every run but the first from memory. */
const tail = `SETTINGS use_query_condition_cache=0, max_threads=${threads}`;

/** The tables in ClickHouse, made once; those of a run that was stopped meanwhile are made anew. */
export async function openClickHouse(folder) {
  const { create } = await shippedDefinitions();
  const opened = await once(folder, "complete", (isComplete) => {
    const session = new Session(join(folder, "clickhouse"));
    session.query(setStatement());
    if (isComplete) return session;
    for (const name of Object.keys(tables)) {
      console.error(`making ${name}`);
      session.query(create(name));
      session.query(fillStatement(name));
      session.query(`OPTIMIZE TABLE ${name} FINAL`);
    }
    return session;
  });
  return {
    run: (sql) => opened.query(`${sql} FORMAT Null ${tail}`),
    rows(sql) {
      const text = opened.query(`${sql} ${tail}, output_format_json_quote_64bit_integers=1`, "JSONCompactEachRow");
      const lines = text.split("\n").filter((line) => line !== "");
      return lines.map((line) => JSON.parse(line));
    },
    export(name, path) {
      const columns = filledColumns(name).map((column) =>
        column === "TimeGenerated" ? "toDateTime64(TimeGenerated, 6, 'UTC') AS TimeGenerated" : column,
      );
      const source = `SELECT ${columns.join(", ")} FROM ${name} ORDER BY TimeGenerated`;
      opened.query(
        `INSERT INTO FUNCTION file('${path}', 'Parquet') ${source} SETTINGS prefer_column_name_to_alias=0, output_format_parquet_string_as_string=1`,
      );
    },
  };
}

/** The same rows in DuckDB, which reads them once from Parquet files that ClickHouse writes. */
export async function openDuckDb(folder, clickHouse) {
  const connection = await once(folder, "loaded", async (isLoaded) => {
    const instance = await DuckDBInstance.create(join(folder, "duckdb.db"), { threads: String(threads) });
    const opened = await instance.connect();
    if (isLoaded) return opened;
    for (const name of Object.keys(tables)) {
      console.error(`loading ${name} into DuckDB`);
      const path = join(folder, `${name}.parquet`);
      clickHouse.export(name, path);
      const columns = filledColumns(name).map((column) => `${column}${castOf(column)} AS ${column}`);
      await opened.run(`CREATE TABLE ${name} AS SELECT ${columns.join(", ")} FROM read_parquet('${path}')`);
      rmSync(path);
    }
    await opened.run("CHECKPOINT");
    return opened;
  });
  return {
    async run(sql) {
      const result = await connection.stream(sql);
      for (;;) {
        const chunk = await result.fetchChunk();
        if (chunk === null || chunk.rowCount === 0) return;
      }
    },
    async rows(sql) {
      return (await connection.runAndReadAll(sql)).getRowsJson();
    },
  };
}

/** Opens what a folder holds; without its mark of being whole, the folder begins empty and gets the mark at the end. */
async function once(folder, mark, open) {
  const complete = join(folder, mark);
  const isComplete = existsSync(complete);
  if (!isComplete) {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
  }
  const opened = await open(isComplete);
  if (!isComplete) writeFileSync(complete, "");
  return opened;
}

function castOf(column) {
  if (column === "TimeGenerated") return "::TIMESTAMP";
  return ["LocationDetails", "DeviceDetail", "Status", "InitiatedBy", "TargetResources"].includes(column)
    ? "::JSON"
    : "";
}

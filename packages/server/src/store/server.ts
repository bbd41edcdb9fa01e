import { createReadStream } from "node:fs";
import type { Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import type { Connection, Engine } from "./connection.js";
import { sessionSettings } from "./settings.js";
import type { FileInsert } from "./store.js";

/** A ClickHouse server or cluster behind `http(s)://user:password@host:port/database`. */
export function serverEngine(url: URL): Engine {
  return { maxConnections: 8, connect: () => connectServer(url) };
}

async function connectServer(url: URL): Promise<Connection> {
  const { ClickHouseLogLevel, createClient } = await import("@clickhouse/client");
  const client = createClient({
    url: `${url.protocol}//${url.host}`,
    username: decodeURIComponent(url.username) || "default",
    password: decodeURIComponent(url.password),
    database: decodeURIComponent(url.pathname.replace(/^\//, "")) || "default",
    application: "calypso",
    request_timeout: requestMilliseconds,
    max_open_connections: 1,
    // What goes wrong is reported once, as a failure.
    log: { level: ClickHouseLogLevel.OFF },
    clickhouse_settings: {
      ...textSettings,
      // Otherwise an error in the middle of a result arrives as a part of its rows.
      wait_end_of_query: 1,
    },
  });
  return {
    run: async (sql) => ({ chunks: (await client.exec({ query: sql })).stream, complete: false }),
    insertFile: async (insert) => {
      const { stream } = await client.exec({
        query: insertFromInput(insert),
        values: plainContent(insert.path),
        clickhouse_settings: insert.settings ?? {},
      });
      stream.resume();
    },
    recover: async () => {},
    close: () => client.close(),
  };
}

/** As the HTTP interface takes them; the client's own types know only some of them. */
const textSettings: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(sessionSettings).map(([name, value]) => [name, String(value)]),
);

/** Longer than any query may run: the limit of the query itself decides. */
const requestMilliseconds = 24 * 3_600_000;

/** A local file without its compression, which the server would take for content. */
function plainContent(path: string): Readable {
  const content = createReadStream(path);
  if (!/\.gz$/i.test(path)) return content;
  const plain = createGunzip();
  content.on("error", (error) => plain.destroy(error));
  return content.pipe(plain);
}

function insertFromInput(insert: FileInsert): string {
  return (
    `INSERT INTO ${insert.into} SELECT ${insert.select} FROM input('${insert.structure.replaceAll("'", "''")}')` +
    (insert.where === undefined ? "" : ` WHERE ${insert.where}`) +
    ` FORMAT ${insert.format}`
  );
}

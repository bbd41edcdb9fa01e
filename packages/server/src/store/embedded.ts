import { mkdtemp, rm, symlink } from "node:fs/promises";
import { availableParallelism, tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { Readable } from "node:stream";
import type { createClient as createClientFunction } from "@clickhouse/client";
import type { Connection, Engine } from "./connection.js";
import { quoteText } from "./quoting.js";
import { setStatement } from "./settings.js";
import type { FileInsert } from "./store.js";

type ClientOptions = NonNullable<Parameters<typeof createClientFunction>[0]>;

/** ClickHouse inside this process, on a folder. A process can have one folder open at a time. */
export function embeddedEngine(folder: string): Engine {
  return {
    // Each running statement holds one of the four threads that Node keeps for such work; one stays free, or the
    // statement that stops a query would wait for the query to end.
    maxConnections: 3,
    connect: () => connectEmbedded(folder),
  };
}

async function connectEmbedded(folder: string): Promise<Connection> {
  const [{ createClient }, { createChdbConnection }] = await Promise.all([
    import("@clickhouse/client"),
    import("chdb/connection"),
  ]);
  // The same interface, which each of the two packages declares once more from its own copy.
  const connection = createChdbConnection({ path: folder }) as unknown as ClientOptions["connection"];
  const client = createClient({ connection });
  const read = async (sql: string): Promise<Readable> => (await client.exec({ query: sql })).stream;
  await read(setStatement());
  return {
    run: async (sql) => ({ chunks: await read(sql), complete: true }),
    insertFile: async (insert) => {
      await withPlainPath(insert.path, (path) => read(insertFromFile({ ...insert, path })));
    },
    // Rows that a failed statement had already produced would come before those of the next one; this takes them away.
    recover: async () => {
      await read("SELECT 1 FORMAT Null");
    },
    close: () => client.close(),
  };
}

/** The engine takes some characters of a path for a pattern; a file with such a name is given under another one. */
async function withPlainPath<T>(path: string, work: (path: string) => Promise<T>): Promise<T> {
  if (!/[*?{}[\]|]|::/.test(path)) return work(path);
  const folder = await mkdtemp(join(tmpdir(), "calypso-link-"));
  try {
    const link = join(folder, `file${/(\.\w+)*$/.exec(path)?.[0] ?? ""}`);
    await symlink(resolve(path), link);
    return await work(link);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function insertFromFile(insert: FileInsert): string {
  const settings = Object.entries({ ...fileSettings, ...insert.settings }).map(
    ([name, value]) => `${name}=${typeof value === "number" ? value : quoteText(value)}`,
  );
  return (
    `INSERT INTO ${insert.into} SELECT ${insert.select}` +
    ` FROM file(${quoteText(insert.path)}, ${quoteText(insert.format)}, ${quoteText(insert.structure)})` +
    (insert.where === undefined ? "" : ` WHERE ${insert.where}`) +
    (settings.length === 0 ? "" : ` SETTINGS ${settings.join(", ")}`)
  );
}

const fileSettings = {
  // A file that is mapped into memory would count as memory of the process.
  storage_file_read_method: "pread",
  // Parsing in several threads first finds where each piece ends, which is work that few cores do not make up for.
  input_format_parallel_parsing: availableParallelism() > 3 ? 1 : 0,
};

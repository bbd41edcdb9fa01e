import { writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { createClient } from "@clickhouse/client";
import { createChdbConnection } from "chdb/connection";

/** A ClickHouse server for tests: the embedded engine behind as much of the HTTP interface as a client uses. */
export interface HttpClickHouse {
  readonly url: string;
  /** What the requests carried: user, settings, and where the data was. */
  readonly requests: readonly { readonly user: string | undefined; readonly settings: URLSearchParams }[];
  close(): Promise<void>;
}

/** Serves the engine of a folder at a free local port. */
export async function serveClickHouse(folder: string): Promise<HttpClickHouse> {
  // The two packages declare the same interface from copies of their own.
  const connection = createChdbConnection({ path: folder }) as unknown as NonNullable<
    Parameters<typeof createClient>[0]
  >["connection"];
  const client = createClient({ connection });
  const requests: { user: string | undefined; settings: URLSearchParams }[] = [];
  let last: Promise<unknown> = Promise.resolve();
  const server = createServer((request, response) => {
    const settings = new URL(request.url ?? "/", "http://server").searchParams;
    requests.push({ user: userOf(request), settings });
    const work = async () => {
      try {
        const sql = statementOf(settings.get("query"), await bodyOf(request), `${folder}.data`);
        const database = settings.get("database") ?? "default";
        await client.command({ query: `CREATE DATABASE IF NOT EXISTS ${database}` });
        await client.command({ query: `USE ${database}` });
        for (const [name, value] of settings) {
          if (!requestParameters.has(name)) await client.command({ query: `SET ${name} = '${value}'` });
        }
        const output = await client.exec({ query: sql });
        const chunks: Buffer[] = [];
        for await (const chunk of output.stream) chunks.push(Buffer.from(chunk));
        response.end(Buffer.concat(chunks));
      } catch (error) {
        await client.command({ query: "SELECT 1" });
        const code = error instanceof Error && "code" in error ? String(error.code) : "0";
        response.writeHead(500, { "x-clickhouse-exception-code": code });
        response.end(`Code: ${code}. DB::Exception: ${error instanceof Error ? error.message : ""} (TYPE)`);
      }
    };
    last = last.then(work);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://analyst:secret@127.0.0.1:${portOf(server)}/logs`,
    requests,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await client.close();
    },
  };
}

const requestParameters = new Set(["query", "query_id", "database", "wait_end_of_query", "role", "session_id"]);

function portOf(server: Server): number {
  // It listens on a port, not on a pipe, so its address is an object.
  return (server.address() as AddressInfo).port;
}

function userOf(request: IncomingMessage): string | undefined {
  const basic = /^Basic (.*)$/.exec(request.headers.authorization ?? "")?.[1];
  return basic === undefined ? undefined : Buffer.from(basic, "base64").toString("utf8");
}

/** The embedded engine does not read the data of `input()` from the statement, so it gets them as a file. */
function statementOf(query: string | null, body: string, dataFile: string): string {
  const input = /^([\s\S]*) FROM input\(('[^']*')\)([\s\S]*) FORMAT (\w+)\s*$/.exec(query ?? "");
  if (query === null || input === null) return [query ?? "", body].join("\n");
  writeFileSync(dataFile, body);
  return `${input[1]} FROM file('${dataFile}', '${input[4]}', ${input[2]})${input[3]}`;
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString("utf8");
}

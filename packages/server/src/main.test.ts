import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { mmdbOf } from "./geo/testing/mmdb-of.js";
import { openWorkspace, type WorkspaceOptions } from "./main.js";
import { runQuery } from "./search/run-query.js";
import { failureOf, linesOfSelect, temporaryFolder } from "./store/testing/temporary-store.js";

let folder: ReturnType<typeof temporaryFolder>;
let server: Server;
let url: string;

beforeEach(async () => {
  folder = temporaryFolder();
  server = createServer((_, response) => response.end("10.0.0.1\n10.0.0.2\n"));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  // It listens on a port, not on a pipe, so its address is an object.
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/list.csv`;
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
  folder.remove();
});

async function readList(options: WorkspaceOptions): Promise<readonly string[]> {
  const workspace = await openWorkspace(options);
  try {
    const source = { table: "list", columns: [{ name: "ip", type: "string" as const }], urls: [url], options: {} };
    return await workspace.store.withExternals([source], () => linesOfSelect(workspace.store, "SELECT ip FROM list"));
  } finally {
    await workspace.close();
  }
}

describe("a workspace", () => {
  test("fetches from the hosts that its configuration or its user allows, and from no other", async () => {
    const workspace = join(folder.path, "w");
    expect(await failureOf(readList({ workspace }))).toMatchObject({ code: "external-forbidden" });
    expect(await readList({ workspace, allowHosts: ["127.0.0.1"] })).toEqual(["10.0.0.1", "10.0.0.2"]);
    writeFileSync(join(workspace, "calypso.json"), '{"externaldata": {"allowHosts": ["127.0.0.1"]}}');
    expect(await readList({ workspace })).toEqual(["10.0.0.1", "10.0.0.2"]);
    writeFileSync(join(workspace, "calypso.json"), '{"externaldata": {"allowHosts": "127.0.0.1"}}');
    expect(await failureOf(readList({ workspace }))).toMatchObject({
      code: "file-unreadable",
      message: `${join(workspace, "calypso.json")}: externaldata.allowHosts has to be a list of host names`,
    });
    writeFileSync(join(workspace, "calypso.json"), "{");
    expect(await failureOf(readList({ workspace }))).toMatchObject({ code: "file-unreadable" });
  });

  test("with a folder for externaldata touches no network", async () => {
    const files = join(folder.path, "files");
    mkdirSync(files);
    const options = { workspace: join(folder.path, "w"), externaldataDir: files, allowHosts: ["127.0.0.1"] };
    expect(await failureOf(readList(options))).toMatchObject({ code: "external-missing" });
    writeFileSync(join(files, "list.csv"), "192.0.2.1\n");
    expect(await readList(options)).toEqual(["192.0.2.1"]);
  });

  test("keeps its data in its folder, and its limits to itself", async () => {
    const options = { workspace: join(folder.path, "w"), limits: { maxResultRows: 2, maxSeconds: 0.5 } };
    const first = await openWorkspace(options);
    await first.store.ensureTable("Own_CL", [{ name: "a", type: "long" }]);
    await first.store.command("INSERT INTO Own_CL (a) SELECT number FROM numbers(3)");
    expect(await failureOf(linesOfSelect(first.store, "SELECT a FROM Own_CL"))).toMatchObject({
      code: "result-too-large",
    });
    const endless = "SELECT count() FROM numbers(100000000000) WHERE NOT ignore(sipHash64(number))";
    expect(await failureOf(linesOfSelect(first.store, endless))).toMatchObject({ code: "query-timeout" });
    await first.close();
    const second = await openWorkspace({ workspace: options.workspace });
    expect(await linesOfSelect(second.store, "SELECT a FROM Own_CL")).toEqual(["0", "1", "2"]);
    await second.close();
    expect(existsSync(join(options.workspace, "owner.json"))).toBe(false);
  });

  test("named by a broken address is refused", async () => {
    expect(await failureOf(openWorkspace({ workspace: "http://[" }))).toMatchObject({ code: "workspace-unusable" });
  });

  test("looks addresses up in the database that its own file names, or an option", async () => {
    const workspace = join(folder.path, "w");
    mkdirSync(workspace);
    const own = join(workspace, "cities.mmdb");
    writeFileSync(own, mmdbOf({ "203.0.113.0/24": { country: { names: { en: "Australia" } } } }));
    const other = join(folder.path, "other.mmdb");
    writeFileSync(other, mmdbOf({ "203.0.113.0/24": { country: { names: { en: "France" } } } }));
    expect(await placeOf("203.0.113.7", { workspace })).toEqual(["[null]"]);
    writeFileSync(join(workspace, "calypso.json"), '{"addressDatabase": "cities.mmdb"}');
    expect(await placeOf("203.0.113.7", { workspace })).toEqual(['[{"country":"Australia"}]']);
    expect(await placeOf("203.0.113.7", { workspace, addressDatabase: other })).toEqual(['[{"country":"France"}]']);
    expect(await failureOf(placeOf("::1", { workspace, addressDatabase: `${other}x` }))).toMatchObject({
      code: "file-unreadable",
      message: `${other}x cannot be read as a database of addresses in MaxMind's format`,
    });
    writeFileSync(join(workspace, "calypso.json"), '{"addressDatabase": ["cities.mmdb"]}');
    expect(await failureOf(placeOf("::1", { workspace }))).toMatchObject({
      code: "file-unreadable",
      message: `${join(workspace, "calypso.json")}: addressDatabase has to be the path of a file`,
    });
  });
});

async function placeOf(address: string, options: WorkspaceOptions): Promise<readonly string[]> {
  const workspace = await openWorkspace(options);
  try {
    const text = `print geo_info_from_ip_address("${address}")`;
    const { rows } = await runQuery(workspace.store, { text, now: 0n });
    const found: string[] = [];
    for await (const row of rows) found.push(row);
    return found;
  } finally {
    await workspace.close();
  }
}

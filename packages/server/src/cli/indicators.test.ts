import { writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openWorkspace } from "../main.js";
import { temporaryFolder } from "../store/testing/temporary-store.js";
import { pullChore } from "./pull-chore.js";
import { calypso } from "./testing/calypso.js";

const id = "indicator--00000000-0000-4000-8000-000000000001";
const times = { created: "2026-01-01T00:00:00Z", modified: "2026-01-01T00:00:00Z", valid_from: "2026-01-01T00:00:00Z" };
const indicator = {
  type: "indicator",
  spec_version: "2.1",
  id,
  ...times,
  pattern: "[url:value = 'x']",
  pattern_type: "stix",
};

let folder: ReturnType<typeof temporaryFolder>;
let server: Server;
let url: string;
/** The credentials of each request. */
let known: (string | undefined)[];

beforeEach(async () => {
  folder = temporaryFolder();
  known = [];
  server = createServer((request, response) => {
    known.push(request.headers.authorization);
    const isObjects = request.url?.includes("/objects/") === true;
    response.end(JSON.stringify(isObjects ? { more: false, objects: [indicator] } : { id: "x", title: "Feed" }));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  url = `http://127.0.0.1:${typeof address === "object" && address !== null ? address.port : 0}/api/collections/x/`;
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  folder.remove();
});

/** `calypso indicators …` in the workspace of the test. */
function indicators(command: string, ...line: readonly string[]) {
  return calypso("indicators", command, "--workspace", join(folder.path, "workspace"), ...line);
}

test("a pull loads what a server has, with credentials from a file, and tells what it may not ask", async () => {
  const refused = await indicators("pull", url);
  expect(refused.err).toMatch(
    /127\.0\.0\.1.* is not on a host that this workspace allows\n {2}allow it with --allow-host 127\.0\.0\.1/,
  );
  expect(refused).toMatchObject({ status: 1, out: "" });
  const file = join(folder.path, "credentials.json");
  writeFileSync(file, '{"token": "s3cret"}\n');
  const pulled = await indicators(
    "pull",
    url,
    "https://feed.example/",
    "--allow-host",
    "127.0.0.1",
    "--credentials",
    file,
  );
  expect(JSON.parse(pulled.out)).toMatchObject({
    source: `${url}objects/#1`,
    table: "ThreatIntelIndicators",
    read: 1,
    stored: 1,
  });
  expect(pulled.err).toMatch(/^https:\/\/feed.example\/ is not on a host/);
  expect(pulled.status).toBe(1);
  expect(known).toEqual(["Bearer s3cret", "Bearer s3cret"]);
  expect(pulled.out + pulled.err).not.toContain("s3cret");
  writeFileSync(file, '{"token": "s3cret"');
  const unread = await indicators("pull", url, "--credentials", file);
  expect(unread.err).toMatch(/cannot be read as JSON with token/);
  expect(unread.err).not.toContain("s3cret");
});

test("an indicator is deleted by its id", async () => {
  const bundle = join(folder.path, "bundle.json");
  writeFileSync(bundle, JSON.stringify({ type: "bundle", id: `bundle--${id.slice(11)}`, objects: [indicator] }));
  const deleted = await indicators("delete", "--data", bundle, id);
  expect(deleted).toMatchObject({ err: "1 of 1 deleted\n", status: 0 });
  expect(await indicators("delete", id)).toMatchObject({ err: "0 of 1 deleted\n", status: 1 });
  const query =
    "ThreatIntelIndicators | summarize arg_max(TimeGenerated, IsDeleted, IsActive) by Id | project IsDeleted, IsActive";
  const asked = await calypso("query", "--workspace", join(folder.path, "workspace"), "--format", "ndjson", query);
  expect(JSON.parse(asked.out)).toEqual({ IsDeleted: true, IsActive: false });
});

test("a service pulls when it begins and then by the clock, and tells what fails", async () => {
  const told: string[] = [];
  const sink = { write: async (text: string) => void told.push(text) };
  const terminal = {
    ...{ out: sink, err: sink, interactive: false, setExitStatus: () => {} },
    environment: { CALYPSO_TAXII_USER: "ann", CALYPSO_TAXII_PASSWORD: "p" },
    signal: new AbortController().signal,
    input: (async function* () {})(),
  };
  let now = new Date("2026-01-05T00:00:00Z");
  const workspace = { ...(await openWorkspace({ workspace: join(folder.path, "workspace") })), clock: () => now };
  try {
    const flags = { pullIndicators: [url], pullEvery: "60", allowHost: ["127.0.0.1"] };
    const chore = await pullChore(terminal, workspace, flags);
    for (let turn = 0; turn < 3; turn += 1) {
      await chore.begin();
      await chore.ended();
    }
    expect(told).toEqual([`${url}: 1 rows of indicators stored\n`]);
    expect(known).toEqual(Array(2).fill(`Basic ${Buffer.from("ann:p").toString("base64")}`));
    now = new Date("2026-01-05T01:00:00Z");
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    await chore.begin();
    await chore.ended();
    expect(told.slice(1)).toEqual([expect.stringMatching(/cannot be reached\n$/)]);
  } finally {
    await workspace.close();
  }
});

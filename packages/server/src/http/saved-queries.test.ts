import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { takeUpFunctions } from "../saved-queries/saved-queries.js";
import { type TestServer, testServer } from "./testing/test-server.js";

let server: TestServer;
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "calypso-saved-"));
  mkdirSync(join(folder, "functions"));
  writeFileSync(join(folder, "functions", "OfFile.kql"), "print own = 1");
  server = await testServer({ folder, rules: ["examples/guessed-password.yaml"] });
});
afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});

const query = {
  kind: "query" as const,
  name: "Failures",
  folder: " sign-ins / failed ",
  description: "",
  parameters: "",
  text: "SigninLogs",
};
const fn = {
  ...query,
  kind: "function" as const,
  name: "AtLeast",
  folder: "",
  parameters: "(least: long = 2)",
  text: "range n from 1 to 5 step 1\n| where n >= least",
};

async function rowsOf(text: string): Promise<readonly unknown[]> {
  const rows: unknown[] = [];
  for await (const part of server.client.parts("runQuery", { body: { text } })) {
    if (part.kind === "rows") rows.push(...part.rows);
    if (part.kind === "failed") rows.push(part.detail);
  }
  return rows;
}

test("queries are kept in folders, changed by whoever saw the last text, and each text stays", async () => {
  const { client } = server;
  const { id, saved } = await client.call("saveQuery", { body: query });
  expect(saved).toMatchObject([{ id, name: "Failures", folder: "sign-ins/failed", version: 1, changedBy: "Ada" }]);
  await expect(client.call("saveQuery", { body: query })).rejects.toMatchObject({
    problem: { code: "saved-query-refused" },
  });
  await client.call("changeSavedQuery", {
    params: { id },
    body: { ...query, text: "SigninLogs | take 1", version: 1 },
  });
  await expect(client.call("changeSavedQuery", { params: { id }, body: { ...query, version: 1 } })).rejects.toThrow(
    "Ada has changed it meanwhile",
  );
  await client.call("removeSavedQuery", { params: { id } });
  await expect(client.call("removeSavedQuery", { params: { id } })).rejects.toMatchObject({ problem: { status: 404 } });
  const { changes } = await client.call("savedQueryChanges", { params: { id } });
  expect(changes.map(({ kind, by, text }) => [kind, by, text])).toEqual([
    ["removed", "Ada", "SigninLogs | take 1"],
    ["changed", "Ada", "SigninLogs | take 1"],
    ["saved", "Ada", "SigninLogs"],
  ]);
  const { ofRules } = await client.call("savedQueries", {});
  expect(ofRules.map(({ text }) => text.includes("SigninLogs"))).toEqual([true]);
});

test("a saved function is called by every query at once, as it was last changed, and after a restart", async () => {
  const { client, state, workspace } = server;
  expect(await rowsOf("AtLeast(4)")).toEqual(["there is no table or function `AtLeast`"]);
  const { id } = await client.call("saveQuery", { body: fn });
  expect(await rowsOf("AtLeast(4)")).toEqual([[4], [5]]);
  expect((await client.call("schema", {})).functions).toContainEqual({
    name: "AtLeast",
    parameters: fn.parameters,
    body: fn.text,
  });
  await client.call("changeSavedQuery", { params: { id }, body: { ...fn, text: "print least", version: 1 } });
  expect(await rowsOf("AtLeast(4)")).toEqual([[4]]);
  workspace.ownFunctions.replace([]);
  await takeUpFunctions({ ...workspace, state });
  expect(await rowsOf("AtLeast(5)")).toEqual([[5]]);
  await client.call("removeSavedQuery", { params: { id } });
  expect(await rowsOf("AtLeast(5)")).toHaveLength(1);
});

test("a function that no query could call is refused with its reason", async () => {
  const { client } = server;
  const refused = (draft: object) =>
    client.call("saveQuery", { body: { ...fn, ...draft } }).then(
      () => "saved",
      (thrown: Error) => thrown.message,
    );
  expect(await refused({ name: "1 <b>" })).toBe("a function cannot be called 1 <b>");
  expect(await refused({ name: "SigninLogs" })).toBe("there is a table SigninLogs");
  expect(await refused({ name: "OfFile" })).toMatch(/^the file .*OfFile\.kql has a function OfFile, which counts$/);
  expect(await refused({ parameters: "least: long" })).toBe("parameters stand in brackets");
  expect(await refused({ text: "range n from 1 to 5 step 1\n| wher n" })).toBe(
    "the function is no KQL: Query operator expected. (line 2, column 3)",
  );
  // The shipped one of the same name gives way.
  expect(await refused({ name: "imDns", parameters: "()", text: "print mine = 1" })).toBe("saved");
  expect(await rowsOf("imDns()")).toEqual([[1]]);
});

test("readers keep nothing, and functions need an engineer", async () => {
  server.signIn("reader");
  await expect(server.client.call("saveQuery", { body: query })).rejects.toMatchObject({ problem: { status: 403 } });
  server.signIn("responder");
  await expect(server.client.call("saveQuery", { body: { ...fn, name: "Other" } })).rejects.toThrow("role engineer");
  expect((await server.client.call("saveQuery", { body: query })).saved).toHaveLength(2);
  server.signIn("admin");
  expect(server.faults).toEqual([]);
});

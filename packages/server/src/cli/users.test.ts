import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ask } from "../http/testing/ask.js";
import { temporaryFolder } from "../store/testing/temporary-store.js";
import { calypso } from "./testing/calypso.js";

const program = fileURLToPath(new URL("../../bin/calypso.js", import.meta.url));

let folder: ReturnType<typeof temporaryFolder>;
let workspace: string;
beforeAll(() => {
  folder = temporaryFolder();
  workspace = join(folder.path, "contoso");
  mkdirSync(workspace);
});
afterAll(() => folder.remove());

const users = (...line: readonly string[]) =>
  calypso("users", ...line, "--workspace", workspace, ...(line[0] === "list" ? [] : ["--by", "operator"]));

/** Runs a command with something on its standard input. */
async function withInput(input: string, ...line: readonly string[]) {
  const running = spawn(process.execPath, [program, ...line], { stdio: ["pipe", "pipe", "pipe"] });
  let [out, err] = ["", ""];
  running.stdout.on("data", (chunk) => {
    out += chunk;
  });
  running.stderr.on("data", (chunk) => {
    err += chunk;
  });
  running.stdin.end(input);
  const [status] = await once(running, "exit");
  return { out, err, status };
}

test("users are added with a link or a password, listed, changed, and all of it is in the audit log", async () => {
  expect(await users("add", "rhea", "--role", "reader")).toMatchObject({
    status: 1,
    err: expect.stringContaining("the first user has to have the role admin"),
  });
  expect((await users("add", "ada")).status).toBe(2);
  expect((await users("add", "ada", "--role", "owner")).status).toBe(2);
  const added = await users("add", "ada", "--role", "admin", "--origin", "https://calypso.contoso.example");
  expect(added.out).toMatch(/^https:\/\/calypso\.contoso\.example\/set-up#[\w-]{43}\n$/);
  expect(added.err).toMatch(/give this link to ada: it works once, within 72 hours/);
  const stdin = ["--password-stdin", "--workspace", workspace, "--by", "operator"];
  const easy = await withInput("short\n", "users", "add", "ed", "--role", "engineer", ...stdin);
  expect(easy).toMatchObject({ status: 1, out: "", err: expect.stringContaining("at least 12 characters") });
  const set = await withInput("rivers run uphill\n", "users", "add", "ed", "--role", "engineer", ...stdin);
  expect(set).toMatchObject({ status: 0, out: "" });
  expect((await users("add", "ED", "--role", "reader")).err).toContain("there is a user ED already");
  expect((await users("set-role", "ed", "responder")).status).toBe(0);
  expect((await users("disable", "ed")).status).toBe(0);
  expect((await users("disable", "ada")).err).toContain("this is the last user with the role admin");
  expect((await users("disable", "nobody")).err).toContain("error[access-unknown]: there is no user nobody");
  const listed = (await users("list")).out.trim().split("\n");
  expect(listed.map((line) => JSON.parse(line))).toMatchObject([
    { name: "ada", role: "admin", hasPassword: false, disabledAt: null },
    { name: "ed", role: "responder", hasPassword: true, disabledAt: expect.any(String) },
  ]);
  const log = await calypso("users", "audit", "--workspace", workspace);
  const entries = log.out
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(entries.map(({ userName, via, action, detail }) => [userName, via, action, detail])).toEqual([
    ["operator", "command line", "users disable", { name: "ed" }],
    ["operator", "command line", "users set-role", { name: "ed", role: "responder", before: "engineer" }],
    ["operator", "command line", "users add", { name: "ed", role: "engineer" }],
    ["operator", "command line", "users add", { name: "ada", role: "admin" }],
  ]);
  expect(log.out).not.toMatch(/rivers|[\w-]{43}/);
});

test("a service with users listens to other machines under its name alone, and everybody signs in", async () => {
  expect((await users("enable", "ed")).status).toBe(0);
  const rules = join(folder.path, "rules");
  mkdirSync(rules);
  const serve = (...options: readonly string[]) =>
    spawn(process.execPath, [program, "serve", "--workspace", workspace, "--rules", rules, "--port", "0", ...options], {
      stdio: ["ignore", "pipe", "pipe"],
    });
  expect(await ending(serve("--host", "0.0.0.0"))).toMatch(/listen-refused.*--name https:/s);
  expect(await ending(serve("--name", "http://calypso.contoso.example"))).toMatch(/access-unusable.*not encrypted/s);
  writeFileSync(
    join(workspace, "calypso.json"),
    JSON.stringify({ access: { origin: "https://other.contoso.example" } }),
  );
  const service = serve("--name", "https://calypso.contoso.example", "--host", "127.0.0.1");
  try {
    const lines = createInterface(service.stderr ?? process.stdin)[Symbol.asyncIterator]();
    for (;;) {
      const { value, done } = await lines.next();
      if (done === true) throw new Error("the service ended");
      if (value === "open https://calypso.contoso.example") break;
    }
    expect((await users("list")).err).toContain("state-in-use");
  } finally {
    service.kill("SIGTERM");
    await once(service, "exit");
  }
  const own = serve();
  const stop = async () => {
    own.kill("SIGTERM");
    await once(own, "exit");
  };
  try {
    writeFileSync(join(workspace, "calypso.json"), "{}");
    const origin = await opened(own);
    expect((await ask(origin, "GET", "/schema")).json).toMatchObject({ code: "not-signed-in" });
    const body = { name: "ed", password: "rivers run uphill" };
    const { cookie, json } = await ask(origin, "POST", "/session/password", { body });
    expect(json).toMatchObject({ user: { name: "ed", role: "responder" } });
    expect((await ask(origin, "GET", "/schema", { cookie })).status).toBe(200);
    expect((await ask(origin, "GET", "/users", { cookie })).json).toMatchObject({ code: "forbidden" });
  } finally {
    await stop();
  }
});

/** What a service says that ends by itself. */
async function ending(service: ChildProcess): Promise<string> {
  let said = "";
  service.stderr?.on("data", (chunk) => {
    said += chunk;
  });
  const [status] = await once(service, "exit");
  expect(status).toBe(1);
  return said;
}

/** The address that a service tells to open. */
function opened(service: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    const said: string[] = [];
    createInterface(service.stderr ?? process.stdin).on("line", (line) => {
      said.push(line);
      if (line.startsWith("open ")) resolve(line.slice("open ".length));
    });
    service.once("exit", () => reject(new Error(said.join("\n"))));
  });
}

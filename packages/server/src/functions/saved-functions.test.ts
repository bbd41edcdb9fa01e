import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openWorkspace, type Workspace } from "../main.js";
import { errorOf, warningsOf } from "../search/query-error.js";
import { runQuery } from "../search/run-query.js";
import { failureOf, temporaryFolder } from "../store/testing/temporary-store.js";

let folder: ReturnType<typeof temporaryFolder>;
let open: Workspace | undefined;

beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(async () => {
  await open?.close();
  open = undefined;
  folder.remove();
});

async function workspaceWith(files: Readonly<Record<string, string>>): Promise<Workspace> {
  const functions = join(folder.path, "functions");
  mkdirSync(functions);
  for (const [name, text] of Object.entries(files)) writeFileSync(join(functions, name), text);
  open = await openWorkspace({ functions: [functions] });
  return open;
}

const parser = `id: x
FunctionName: Failures
FunctionParams:
  - Name: least
    Type: long
    Default: 2
FunctionQuery: |
  datatable(user: string, n: long)['a', 1, 'b', 2]
  | where n >= least
`;

test("functions of files run, and are worth more than shipped ones of the same name", async () => {
  const { store } = await workspaceWith({ "a.yaml": parser, "FileProfile.kql": "print own = 1" });
  const rows: string[] = [];
  for await (const row of (
    await runQuery(store, { text: "union Failures, (Failures(1) | where user == 'a')", now: 0n })
  ).rows)
    rows.push(row);
  expect(rows.map((row): unknown => JSON.parse(row)).sort()).toEqual([
    ["a", 1],
    ["b", 2],
  ]);
  expect((await runQuery(store, { text: "FileProfile", now: 0n })).compilation.columns).toEqual([
    { name: "own", type: "long" },
  ]);
});

test("what is wrong in a file is told with its place", async () => {
  const broken = parser.replace("| where n >= least", "| where m >= least | foo");
  const { store, problems } = await workspaceWith({
    "a.yaml": broken,
    "b.yaml": parser,
    "c.yaml": "id: rule\nquery: T\n",
  });
  expect(problems.map(({ code, line }) => [code, line])).toEqual([
    ["duplicate-function", 8],
    ["not-a-function", 1],
  ]);
  expect((await runQuery(store, { text: "Failures", now: 0n })).compilation.sql).toBeDefined();
  const only = await alone(broken);
  expect(only).toEqual({
    code: "KS176",
    message: "Query operator expected.",
    line: 1,
    column: 18,
    function: { file: join(folder.path, "alone", "a.yaml"), line: 9, column: 24 },
  });
});

async function alone(text: string) {
  await open?.close();
  mkdirSync(join(folder.path, "alone"));
  writeFileSync(join(folder.path, "alone", "a.yaml"), text);
  open = await openWorkspace({ functions: [join(folder.path, "alone")] });
  const { compilation } = await runQuery(open.store, { text: "print 1 | union (Failures)", now: 0n });
  return { ...errorOf(compilation), ...warningsOf(compilation)[0], ...errorOf(compilation) };
}

test("a path that is not there is refused", async () => {
  expect(await failureOf(openWorkspace({ functions: [join(folder.path, "none")] }))).toMatchObject({
    code: "file-unreadable",
  });
});

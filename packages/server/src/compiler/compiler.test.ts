import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { compile, printDiagnostic, type WorkspaceSchema, workspaceSchema } from "@calypso/kql";
import { afterAll, describe, expect, test } from "vitest";
import { readCases } from "../../../kql/src/testing/case-file.js";
import { caseSchema } from "../../../kql/src/testing/case-tables.js";
import { Compiler } from "./compiler.js";

const compiler = new Compiler({ mostThreads: 1 });
afterAll(() => compiler.close());

const now = 17_672_256_000_000_000n;

/** What a compilation says, so that two can be compared. */
function said({ diagnostics, dissection, pipeline, ...rest }: Awaited<ReturnType<Compiler["compile"]>>) {
  return { ...rest, diagnostics: diagnostics.map(printDiagnostic), dissection: dissection(), pipeline: pipeline() };
}

async function bothWays(text: string, schema: WorkspaceSchema, wanted = {}) {
  const request = { text, schema, now };
  const { facts: _f, fields: _c, emptiness: _e, ...here } = compile(request);
  return { here: said(here), apart: said(await compiler.compile(request, wanted)) };
}

describe("a query that a thread compiles is what it is here", () => {
  const folder = fileURLToPath(new URL("../../../kql/cases/", import.meta.url));
  const queries = readdirSync(folder)
    .filter((name) => name.endsWith(".kql"))
    .flatMap((name) => readCases(readFileSync(`${folder}${name}`, "utf8")).map(({ query }) => query))
    .filter((_, index) => index % 8 === 0);

  test(`${queries.length} queries of the cases`, async () => {
    for (const query of queries) {
      const { here, apart } = await bothWays(query, caseSchema, { dissection: true, pipeline: true });
      expect(apart).toEqual(here);
    }
  });

  test("with what is wrong in a saved function at its place in the file", async () => {
    const placeInFile = ({ line, column }: { line: number; column: number }) => ({
      line: line + 10,
      column: column + 4,
    });
    const broken = { name: "Broken", parameters: "()", body: "T\n| where Nope == 1", file: "functions/broken.yaml" };
    const table = { name: "T", columns: [{ name: "A", type: "long" as const }] };
    const { here, apart } = await bothWays("Broken()", workspaceSchema("w", [table], [{ ...broken, placeInFile }]));
    expect(apart).toEqual(here);
    expect(apart.diagnostics.join()).toContain("line 12");
  });

  test("with tables, functions and watchlists as they are at the time", async () => {
    const tables = [{ name: "T", columns: [{ name: "A", type: "long" as const }] }];
    expect((await bothWays("T | project B", workspaceSchema("w", tables))).apart.diagnostics).not.toEqual([]);
    const grown = workspaceSchema("w", [{ name: "T", columns: [{ name: "B", type: "long" as const }] }]);
    const lists = new Map<string, readonly string[]>();
    const withLists: WorkspaceSchema = {
      ...grown,
      watchlist: (alias) => (lists.has(alias) ? { alias, columns: lists.get(alias) ?? [] } : undefined),
      get watchlistAliases() {
        return [...lists.keys()];
      },
    };
    expect((await bothWays("T | project B", withLists)).apart.columns).toEqual([{ name: "B", type: "long" }]);
    const query = "_GetWatchlist('vips') | project Mail";
    expect((await bothWays(query, withLists)).apart.diagnostics).not.toEqual([]);
    lists.set("vips", ["Mail"]);
    const { here, apart } = await bothWays(query, withLists);
    expect(apart).toEqual(here);
    expect(apart.columns).toEqual([{ name: "Mail", type: "string" }]);
  });
});

test("a query that needs too much memory ends its thread alone, and those that wait are compiled", async () => {
  const small = new Compiler({ mostThreads: 1, mostMegabytes: 80, mostSeconds: 60 });
  try {
    const list = Array.from({ length: 32_000 }, (_, at) => `"value ${at}"`).join(", ");
    const text = `print ${["a", "b", "c"].map((name) => `${name} = "a" in (${list})`).join(", ")}`;
    const large = expect(small.compile({ text, schema: caseSchema, now })).rejects.toMatchObject({
      code: "compile-memory",
    });
    const next = small.compile({ text: "print 1", schema: caseSchema, now });
    await large;
    expect((await next).columns).toEqual([{ name: "print_0", type: "long" }]);
  } finally {
    await small.close();
  }
});

test("who leaves is not waited for, and more than may wait are sent away", async () => {
  const narrow = new Compiler({ mostThreads: 1, mostWaiting: 1 });
  const request = (text: string) => ({ text, schema: caseSchema, now });
  const first = narrow.compile(request("print 1"));
  const leaving = new AbortController();
  const second = expect(narrow.compile(request("print 2"), {}, leaving.signal)).rejects.toMatchObject({
    code: "query-cancelled",
  });
  await expect(narrow.compile(request("print 3"))).rejects.toMatchObject({ code: "work-in-progress" });
  leaving.abort();
  await second;
  expect((await first).columns).toHaveLength(1);
  const last = expect(narrow.compile(request("print 4"))).rejects.toMatchObject({ code: "query-cancelled" });
  await narrow.close();
  await last;
  await expect(narrow.compile(request("print 5"))).rejects.toMatchObject({ code: "query-cancelled" });
});

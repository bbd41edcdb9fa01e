import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { temporaryFolder } from "../store/testing/temporary-store.js";
import { calypso } from "./testing/calypso.js";

let folder: ReturnType<typeof temporaryFolder>;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => folder.remove());

/** `calypso watchlists …` in the workspace of the test. */
function watchlists(command: string, ...line: readonly string[]) {
  return calypso("watchlists", command, "--workspace", join(folder.path, "workspace"), ...line);
}

function file(name: string, text: string): string {
  const path = join(folder.path, name);
  writeFileSync(path, text);
  return path;
}

test("a list is imported, listed, shown and deleted by commands of their own", async () => {
  const path = file("vips.csv", "\uFEFFRank,UPN\r\n1,ann@contoso.example\r\n,\r\n2,\r\n3,bob@contoso.example\r\n");
  const imported = await watchlists("import", path, "--alias", "VIPs", "--search-key", "UPN");
  expect(JSON.parse(imported.out)).toEqual({
    ...{ source: path, alias: "VIPs", items: 2, created: 2, updated: 0, deleted: 0, skipped: 1, unchanged: false },
  });
  expect(imported.err).toBe(`${path}: line 4 of VIPs left out, as there is no search key\n`);
  file("vips.csv", "Rank,UPN\n9,ann@contoso.example\n");
  const again = await watchlists("import", path, "--alias", "vips", "--search-key", "UPN");
  expect(JSON.parse(again.out)).toMatchObject({ created: 0, updated: 1, deleted: 1 });
  const listed = await watchlists("list", "--format", "ndjson");
  expect(JSON.parse(listed.out)).toMatchObject({ SearchKey: "UPN", Items: 1, Source: path });
  const shown = await watchlists("show", "VIPS", "--format", "ndjson");
  expect(JSON.parse(shown.out)).toMatchObject({ SearchKey: "ann@contoso.example", Rank: "9" });
  expect(await watchlists("delete", "vips")).toEqual({ out: "", err: "", status: 0 });
  expect((await watchlists("list", "--format", "ndjson")).out).toBe("");
  const history = await watchlists("show", "vips", "--history", "--format", "ndjson");
  const statuses = history.out
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line).Status);
  expect(statuses.sort()).toEqual(["Create", "Create", "Delete", "Delete", "Update"]);
});

test("a file that cannot be used is told with its place, and the others are imported", async () => {
  const bad = file("bad.csv", "a,b,a\n");
  const good = file("good.csv", "a\nx\n");
  const ran = await watchlists("import", bad, join(folder.path, "none.csv"), good);
  expect(ran.err).toBe(
    `${bad}: the header has the column a twice\n${join(folder.path, "none.csv")}: no such file or folder\n`,
  );
  expect(JSON.parse(ran.out)).toMatchObject({ alias: "good", items: 1 });
  expect(ran.status).toBe(1);
});

test("wrong use and lists that are not there are told", async () => {
  expect(await calypso("watchlists", "import", "a.csv")).toMatchObject({ status: 2 });
  expect(await watchlists("import", "--alias", "x", "a.csv", "b.csv")).toMatchObject({ status: 2 });
  expect((await watchlists("show", "none")).err).toMatch(/there is no watchlist none/);
  mkdirSync(join(folder.path, "workspace", "watchlists"), { recursive: true });
  file("workspace/watchlists/kept.csv", "a\nx\n");
  const refused = await watchlists("delete", "KEPT");
  expect(refused.err).toMatch(/kept would come back, as its file is in the workspace/);
  expect(refused.status).toBe(1);
});

import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, normalize } from "node:path/posix";
import { afterAll, beforeAll, expect, test } from "vitest";
import { calypso } from "../../cli/testing/calypso.js";
import { contentFolder } from "../../platform/content.js";
import { testPlaces } from "../../state/testing/places.js";
import { ruleYaml } from "../testing/rules.js";

const folder = mkdtempSync(join(tmpdir(), "calypso-catalogue-"));
const [rules, site] = [join(folder, "rules"), join(folder, "site")];
const attack = `"><script>alert(1)</script><img src=x onerror=alert(2)>'\`\${alert(3)}&lt;/h1>\u202e`;
let state = { place: join(folder, "state"), remove: async () => {} };
let pages: ReadonlyMap<string, string> = new Map();

beforeAll(async () => {
  state = (await testPlaces["embedded"]?.()) ?? state;
  mkdirSync(rules);
  writeFileSync(join(rules, "one.yaml"), ruleYaml());
  const value = JSON.stringify(attack);
  const query = `SigninLogs\n| where ClientAppUsed == ${value}\n| extend Tool = "</code></pre><script>"`;
  const id = "11111111-0000-4000-8000-000000000002";
  writeFileSync(
    join(rules, "two.yaml"),
    ruleYaml({ id, name: attack, description: attack, query, technique: "T1110" }),
  );
  const shipped = join(contentFolder(), "rules", "azure-portal-guessing.yaml");
  writeFileSync(join(rules, "three.yaml"), readFileSync(shipped));
  await calypso("catalog", "import", rules, "--state", state.place, "--source", attack, "--licence", attack);
  await calypso("catalog", "export", site, "--state", state.place);
  const files = readdirSync(site, { recursive: true, encoding: "utf8" }).filter((name) => /\.(?:html|js)$/.test(name));
  pages = new Map(files.map((name) => [name, readFileSync(join(site, name), "utf8")]));
});
afterAll(async () => {
  await state.remove();
  rmSync(folder, { recursive: true, force: true });
});

const html = () => [...pages].filter(([name]) => name.endsWith(".html"));

test("each rule, technique, table and field has a page, and every link leads to one", () => {
  const kinds = ["rules", "techniques", "tables", "fields"].map((kind) =>
    html().filter(([name]) => name.startsWith(`${kind}/`)),
  );
  expect(kinds.map((of) => of.length > 0)).toEqual([true, true, true, true]);
  expect(kinds[0]).toHaveLength(3);
  expect(pages.has("techniques/T1078.004.html")).toBe(true);
  expect(pages.has("tables/SigninLogs.html")).toBe(true);
  expect(pages.has("fields/SigninLogs.ClientAppUsed.html")).toBe(true);
  const broken = html().flatMap(([name, text]) =>
    [...text.matchAll(/(?:href|src)="([^"#]+)"/g)].flatMap(([, link = ""]) => {
      const target = normalize(join(dirname(name), link));
      return pages.has(target) || target === "style.css" ? [] : [`${name}: ${link}`];
    }),
  );
  expect(broken).toEqual([]);
});

test("what rules say is text on every page, in titles, tables, logic and the data of the search", () => {
  const tags = new Set(html().flatMap(([, text]) => [...text.matchAll(/<\/?([a-z0-9!]+)/gi)].map(([, tag]) => tag)));
  const own =
    "a body code div h1 h2 head html li link main meta nav p pre script section table tbody td th thead title tr ul !doctype";
  expect([...tags].filter((tag) => !own.split(" ").includes(tag ?? ""))).toEqual([]);
  for (const [name, text] of html()) {
    expect({ name, scripts: text.match(/<script(?! src="search(?:-data)?\.js" defer>)/g) }).toEqual({
      name,
      scripts: null,
    });
    expect(text).not.toMatch(/<[^>]*\son\w+=|javascript:|\u202e/);
    expect(text).toContain("default-src 'none'; style-src 'self'; script-src 'self'");
  }
  const data = pages.get("search-data.js") ?? "";
  expect(data).not.toContain("<");
  const listed: readonly (readonly string[])[] = JSON.parse(data.replace(/^globalThis\.catalogueRules = |;\n$/g, ""));
  expect(listed.map(([, , name]) => name)).toContain(attack);
});

test("the first page lists all rules without script, and pages can be used with a keyboard and a screen reader", () => {
  const index = pages.get("index.html") ?? "";
  expect([...index.matchAll(/<li><a href="rules\//g)]).toHaveLength(3);
  for (const [, text] of html()) {
    expect(text).toMatch(
      /<html lang="en">[\s\S]*<title>[\s\S]+<\/title>[\s\S]*href="#main"[\s\S]*<main id="main">\n<h1>/,
    );
    expect(text.match(/<h1>/g)).toHaveLength(1);
  }
  expect(readFileSync(join(site, "style.css"), "utf8")).toContain("prefers-color-scheme: dark");
});

test("guidance of ours is on the page of a rule that has it, with the filters that bind", () => {
  const page = html().find(([, text]) => text.includes("What else makes it fire"))?.[1] ?? "";
  expect(page).toContain("What the adversary does");
  expect(page).toContain("Filter, as an exception");
});

test("an export replaces an earlier one, and no other folder", async () => {
  const again = await calypso("catalog", "export", site, "--state", state.place);
  expect(again.status).toBe(0);
  const refused = await calypso("catalog", "export", rules, "--state", state.place);
  expect(refused).toMatchObject({ status: 1, err: expect.stringContaining("is left alone") });
  expect(readdirSync(rules)).toHaveLength(3);
});

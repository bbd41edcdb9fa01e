import type { Detection, RuleGuidance } from "@calypso/catalog";
import type { Kysely } from "kysely";
import type { StateTables } from "../../state/tables.js";
import { fieldPage, fieldUses, valueUses } from "../fields.js";
import type { Page, PageCell, PageLink } from "../page.js";
import { rulePage } from "../rule-page.js";
import { showRule } from "../show-rule.js";
import type { RelatedTo } from "../siblings.js";
import { searchScript, styleSheet } from "./assets.js";
import { addressOf, documentHtml, escapeHtml, pageHtml } from "./html.js";
import type { SiteFolder } from "./site-folder.js";

/** What the pages are made of. */
export interface SiteParts {
  readonly db: Kysely<StateTables>;
  readonly relatedTo: RelatedTo;
  readonly guidanceOf: (detection: Detection) => RuleGuidance | undefined;
  readonly signal: AbortSignal;
}

/** A rule in the lists of the site. */
interface SiteRule {
  readonly id: string;
  readonly name: string;
  readonly platform: string;
  readonly severity: string | null;
  readonly verdict: string | null;
}

/** Writes the site, and tells after each page how many are done. */
export async function* exportSite(
  site: SiteFolder,
  parts: SiteParts,
): AsyncGenerator<{ readonly done: number; readonly of: number }> {
  const { db } = parts;
  const rules: readonly SiteRule[] = await db
    .selectFrom("catalog_rules")
    .select(["id", "name", "platform", "severity", "verdict"])
    .where("removed_at", "is", null)
    .orderBy("name")
    .orderBy("id")
    .execute();
  const facets = await facetsOf(db);
  const uses = await fieldUses(db, undefined);
  const links = [
    ...rules.map(({ id }) => ({ kind: "rule", key: id }) as const),
    ...[...facets.technique.keys()].map((key) => ({ kind: "technique", key }) as const),
    ...[...facets.table.keys()].map((key) => ({ kind: "table", key }) as const),
    ...uses.map(({ table, field }) => ({ kind: "field", key: `${table}.${field}` }) as const),
  ];
  const known = new Set(links.map(linkKey));
  const isKnown = (link: PageLink) => known.has(linkKey(link));
  const write = (link: PageLink, page: Page) => site.write(addressOf(link), pageHtml(page, 1, isKnown));
  const progress = { done: 0, of: links.length };
  site.write("style.css", styleSheet);
  site.write("search.js", searchScript);
  site.write("search-data.js", searchData(rules, facets));
  site.write("index.html", indexHtml(rules));
  for (const kind of ["technique", "table"] as const) {
    site.write(`${kind}s.html`, pageHtml(listPage(kind, facets[kind]), 0, isKnown));
    for (const [key, ids] of facets[kind]) {
      write(
        { kind, key },
        facetPage(
          kind,
          key,
          rules.filter(({ id }) => ids.has(id)),
          uses,
        ),
      );
      yield { ...progress, done: ++progress.done };
    }
  }
  for (const { table, field } of uses) {
    write({ kind: "field", key: `${table}.${field}` }, fieldPage(table, field, await valueUses(db, table, field)));
    yield { ...progress, done: ++progress.done };
  }
  for (const { id } of rules) {
    if (parts.signal.aborted) return;
    const details = await showRule(db, id, parts.relatedTo);
    write({ kind: "rule", key: id }, rulePage(details, parts.guidanceOf(details.detection)));
    yield { ...progress, done: ++progress.done };
  }
}

function linkKey({ kind, key }: PageLink): string {
  return `${kind} ${key}`;
}

interface Facets {
  readonly technique: ReadonlyMap<string, ReadonlySet<string>>;
  readonly table: ReadonlyMap<string, ReadonlySet<string>>;
}

/** The ids of rules by the techniques that they claim and the tables that they read. */
async function facetsOf(db: Kysely<StateTables>): Promise<Facets> {
  const rows = await db
    .selectFrom("catalog_facets")
    .innerJoin("catalog_rules", "catalog_rules.number", "catalog_facets.rule")
    .select(["kind", "value", "id"])
    .where("removed_at", "is", null)
    .orderBy("value")
    .execute();
  const found = { technique: new Map<string, Set<string>>(), table: new Map<string, Set<string>>() };
  for (const { kind, value, id } of rows) {
    if (kind !== "technique" && kind !== "table") continue;
    found[kind].set(value, (found[kind].get(value) ?? new Set()).add(id));
  }
  return found;
}

function listPage(kind: "technique" | "table", values: ReadonlyMap<string, ReadonlySet<string>>): Page {
  const rows = [...values].map(([key, ids]): readonly PageCell[] => [
    { text: key, to: { kind, key } },
    String(ids.size),
  ]);
  const title = kind === "technique" ? "Techniques" : "Tables";
  return {
    title,
    subtitle: `${rows.length} that rules name`,
    sections: [{ title: "All", table: { head: ["Name", "Rules"], rows } }],
  };
}

function facetPage(
  kind: "technique" | "table",
  key: string,
  rules: readonly SiteRule[],
  uses: Awaited<ReturnType<typeof fieldUses>>,
): Page {
  const rows = rules.map(({ id, name, platform, severity, verdict }): readonly PageCell[] => [
    { text: name, to: { kind: "rule", key: id } },
    ...[platform, severity ?? "", verdict ?? ""],
  ]);
  const own = kind === "table" ? uses.filter(({ table }) => table.toLowerCase() === key.toLowerCase()) : [];
  const fields = own.map(({ table, field, rules: counts }): readonly PageCell[] => [
    { text: field, to: { kind: "field", key: `${table}.${field}` } },
    Object.entries(counts)
      .map(([platform, count]) => `${platform} ${count}`)
      .join(", "),
  ]);
  return {
    title: key,
    subtitle: `${rules.length} rules ${kind === "technique" ? "claim it" : "read it"}`,
    sections: [
      { title: "Fields", table: { head: ["Field", "Rules that compare it"], rows: fields } },
      { title: "Rules", table: { head: ["Rule", "Platform", "Severity", "Here"], rows } },
    ],
  };
}

/** All rules by platform, for readers without script, and the search above them for those with. */
function indexHtml(rules: readonly SiteRule[]): string {
  const platforms = [...new Set(rules.map(({ platform }) => platform))].sort();
  const lists = platforms.map((platform) => {
    const own = rules.filter((rule) => rule.platform === platform);
    const items = own.map(
      ({ id, name }) => `<li><a href="${addressOf({ kind: "rule", key: id })}">${escapeHtml(name)}</a></li>`,
    );
    return `<section>\n<h2>${escapeHtml(platform)}: ${own.length}</h2>\n<ul>\n${items.join("\n")}\n</ul>\n</section>`;
  });
  const script = '\n<script src="search-data.js" defer></script>\n<script src="search.js" defer></script>';
  const body = `<h1>Catalogue</h1>\n<p class="about">${rules.length} rules</p>\n<div id="search"></div>\n${lists.join("\n")}`;
  return documentHtml("Catalogue", body, 0, script);
}

/** The rules as a script of its own, since pages that are opened as files may not fetch others. */
function searchData(rules: readonly SiteRule[], { technique, table }: Facets): string {
  const about = new Map<string, string[]>();
  for (const [value, ids] of [...technique, ...table]) {
    for (const id of ids) about.set(id, [...(about.get(id) ?? []), value]);
  }
  const rows = rules.map(({ id, name, platform, severity, verdict }) => {
    const known = [platform, severity, verdict].filter((part) => part !== null);
    return [id, addressOf({ kind: "rule", key: id }), name, [...known, ...(about.get(id) ?? [])].join(" · ")];
  });
  const json = JSON.stringify(rows).replace(
    /[<\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
  return `globalThis.catalogueRules = ${json};\n`;
}

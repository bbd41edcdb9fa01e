import { createHash } from "node:crypto";
import { isShown, type Page, type PageCell, type PageLink, type PageSection } from "../page.js";

/** Text as HTML; nothing in it is markup any more. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"'`]/g, (character) => `&#${character.charCodeAt(0)};`).replace(unprintable, shownByNumber);
}

/** Control characters, which HTML does not take, and marks that turn the direction of writing. */
const unprintable =
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]/gu;

function shownByNumber(character: string): string {
  return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
}

/** Where a page stands in the site; the same for the same key, whatever else the catalogue holds. */
export function addressOf({ kind, key }: PageLink): string {
  return `${kind}s/${fileName(key)}.html`;
}

/** A name that every file system takes; keys that would become the same name have the beginning of their digest. */
function fileName(key: string): string {
  const plain = key.replace(/[^A-Za-z0-9._-]+/g, "_").slice(0, 80);
  const isItself = plain === key && !plain.startsWith(".") && !reserved.test(plain);
  return isItself
    ? plain
    : `${plain.replace(/^\.+/, "")}-${createHash("sha256").update(key).digest("hex").slice(0, 8)}`;
}

/** Names of devices on Windows. */
const reserved = /^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/i;

/** A page of the site as a whole document; `depth` is how many folders it is below the first page. */
export function pageHtml(page: Page, depth: number, isKnown: (link: PageLink) => boolean): string {
  const sections = page.sections.filter(isShown).map((section) => sectionHtml(section, depth, isKnown));
  const body = [`<h1>${escapeHtml(page.title)}</h1>`, `<p class="about">${escapeHtml(page.subtitle)}</p>`, ...sections];
  return documentHtml(page.title, body.join("\n"), depth);
}

/** A whole document; `body` is HTML. Scripts and styles come from the site's own files alone. */
export function documentHtml(title: string, body: string, depth: number, script = ""): string {
  const root = "../".repeat(depth);
  const policy = "default-src 'none'; style-src 'self'; script-src 'self'; base-uri 'none'; form-action 'none'";
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="color-scheme" content="light dark">
<title>${escapeHtml(title)}</title>
<link rel="stylesheet" href="${root}style.css">${script}
</head>
<body>
<a class="skip" href="#main">To the content</a>
<nav aria-label="Site"><a href="${root}index.html">Rules</a> <a href="${root}techniques.html">Techniques</a> <a href="${root}tables.html">Tables</a></nav>
<main id="main">
${body}
</main>
</body>
</html>
`;
}

function sectionHtml(
  { title, paragraphs = [], list = [], table, code }: PageSection,
  depth: number,
  isKnown: (link: PageLink) => boolean,
): string {
  const cell = (one: PageCell) => cellHtml(one, depth, isKnown);
  const parts = [
    ...paragraphs.filter((text) => text !== "").map((text) => `<p class="text">${escapeHtml(text)}</p>`),
    ...(list.length === 0 ? [] : [`<ul>${list.map((one) => `<li>${cell(one)}</li>`).join("")}</ul>`]),
    ...(table === undefined || table.rows.length === 0 ? [] : [tableHtml(title, table, cell)]),
    ...(code === undefined || code.trim() === "" ? [] : [`<pre tabindex="0"><code>${escapeHtml(code)}</code></pre>`]),
  ];
  return `<section>\n<h2>${escapeHtml(title)}</h2>\n${parts.join("\n")}\n</section>`;
}

function tableHtml(
  title: string,
  { head, rows }: NonNullable<PageSection["table"]>,
  cell: (one: PageCell) => string,
): string {
  const hasHead = head.some((name) => name !== "");
  const names = hasHead
    ? `<thead><tr>${head.map((name) => `<th scope="col">${escapeHtml(name)}</th>`).join("")}</tr></thead>`
    : "";
  const lines = rows.map(
    (row) =>
      `<tr>${row.map((one, index) => (!hasHead && index === 0 ? `<th scope="row">${cell(one)}</th>` : `<td>${cell(one)}</td>`)).join("")}</tr>`,
  );
  return `<div class="wide" role="region" aria-label="${escapeHtml(title)}" tabindex="0"><table>${names}<tbody>\n${lines.join("\n")}\n</tbody></table></div>`;
}

function cellHtml(cell: PageCell, depth: number, isKnown: (link: PageLink) => boolean): string {
  if (typeof cell === "string") return escapeHtml(cell);
  if (!isKnown(cell.to)) return escapeHtml(cell.text);
  return `<a href="${"../".repeat(depth)}${addressOf(cell.to)}">${escapeHtml(cell.text)}</a>`;
}

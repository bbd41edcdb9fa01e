/** A query in a page of Markdown, with what the page says about it. */
export interface MarkdownQuery {
  /** The page's title, with the heading above the block where the page has several queries. */
  readonly name: string;
  /** The text under a heading `Description`, or the first paragraph under the title. */
  readonly description: string;
  /** ATT&CK identifiers that the page names before its first query: all queries of a page share them. */
  readonly techniques: readonly string[];
  readonly text: string;
  /** The line of the page on which the query begins, from 1. */
  readonly line: number;
}

interface Heading {
  readonly line: number;
  readonly level: number;
  readonly text: string;
}

interface Fence {
  readonly line: number;
  readonly language: string;
  readonly lines: readonly string[];
}

/** The blocks of a page that are fenced as KQL (```` ```kql ````, `KQL`, `kusto`), in their order. */
export function markdownQueries(text: string): readonly MarkdownQuery[] {
  const lines = text.split("\n");
  const { headings, fences } = partsOf(lines);
  const queries = fences.filter(({ language, lines: body }) => isKql(language) && body.join("").trim() !== "");
  const [first] = queries;
  if (first === undefined) return [];
  const title = headings.find(({ line }) => line < first.line);
  const about = lines.slice(0, first.line - 1);
  const techniques = [...new Set(plain(about.join("\n")).match(/\bT\d{4}(?:\.\d{3})?\b/g) ?? [])].sort();
  const description = descriptionOf(lines, headings, first.line);
  return queries.map((query) => {
    const above = headings.filter(({ line }) => line < query.line).at(-1);
    const isOwn = queries.length > 1 && above !== undefined && above !== title;
    const name = title === undefined ? "" : isOwn ? `${title.text} (${above.text})` : title.text;
    return { name, description, techniques, text: `${query.lines.join("\n")}\n`, line: query.line + 1 };
  });
}

function isKql(language: string): boolean {
  return /^(?:kql|kusto|csl)$/i.test(language);
}

/** Headings and fenced blocks; what looks like a heading inside a block is none. */
function partsOf(lines: readonly string[]): {
  readonly headings: readonly Heading[];
  readonly fences: readonly Fence[];
} {
  const headings: Heading[] = [];
  const fences: Fence[] = [];
  let open: { readonly mark: string; readonly fence: Fence & { readonly lines: string[] } } | undefined;
  for (const [index, line] of lines.entries()) {
    if (open !== undefined) {
      const end = /^ {0,3}(`{3,}|~{3,})\s*$/.exec(line)?.[1];
      if (end !== undefined && end[0] === open.mark[0] && end.length >= open.mark.length) open = undefined;
      else open.fence.lines.push(line);
      continue;
    }
    const [, mark, info] = /^ {0,3}(`{3,}|~{3,})\s*([^\s`]*)/.exec(line) ?? [];
    if (mark !== undefined) {
      open = { mark, fence: { line: index + 1, language: info ?? "", lines: [] } };
      fences.push(open.fence);
      continue;
    }
    const [, level, text] = /^ {0,3}(#{1,6})\s+(.*?)\s*#*\s*$/.exec(line) ?? [];
    if (level !== undefined && text !== undefined)
      headings.push({ line: index + 1, level: level.length, text: plain(text) });
  }
  return { headings, fences };
}

function descriptionOf(lines: readonly string[], headings: readonly Heading[], before: number): string {
  const described = headings.find(({ text, line }) => /^description\b/i.test(text) && line < before) ?? headings[0];
  if (described === undefined || described.line >= before) return "";
  const end = headings.find(({ line }) => line > described.line)?.line ?? before;
  const text = lines
    .slice(described.line, Math.min(end, before) - 1)
    .join("\n")
    .trim();
  return plain(text.replace(/^\|.*$/gm, "").trim());
}

/** Without the marks of emphasis, code and links. */
function plain(text: string): string {
  return text.replace(/!?\[([^\]\n]*)\]\([^)\n]*\)/g, "$1").replace(/\*\*|__|`/g, "");
}

import { cellText, isShown, type Page, type PageSection } from "./page.js";

/** A page as plain text for a terminal; what may not stand there is for the printer to take away. */
export function pageText({ title, subtitle, sections }: Page): string {
  const parts = sections.filter(isShown).map((section) => [`${section.title}`, ...sectionLines(section)].join("\n"));
  return [`${title}\n${subtitle}`, ...parts].join("\n\n");
}

function sectionLines({ paragraphs = [], list = [], table, code }: PageSection): readonly string[] {
  const rows = table?.rows.map((row) => row.map(cellText)) ?? [];
  return [
    ...paragraphs.filter((text) => text !== "").flatMap(indented),
    ...list.flatMap((cell) => indented(`- ${cellText(cell)}`)),
    ...rows.flatMap(([first = "", ...rest]) => indented([first, ...rest.filter((text) => text !== "")].join(" · "))),
    ...(code === undefined ? [] : indented(code)),
  ];
}

function indented(text: string): readonly string[] {
  return text
    .trimEnd()
    .split("\n")
    .map((line) => `  ${line}`);
}

/** A page as Markdown; text of rules can make no markup of its own. */
export function pageMarkdown({ title, subtitle, sections }: Page): string {
  const parts = sections
    .filter(isShown)
    .flatMap((section) => [`## ${escaped(section.title)}`, ...markdownParts(section)]);
  return `${[`# ${escaped(title)}`, escaped(subtitle), ...parts].join("\n\n")}\n`;
}

function markdownParts({ paragraphs = [], list = [], table, code }: PageSection): readonly string[] {
  const rows =
    table === undefined || table.rows.length === 0 ? [] : [table.head, ...table.rows.map((row) => row.map(cellText))];
  const lines = rows.map((row) => `| ${row.map((cell) => escaped(cell).replace(/\n/g, "<br>")).join(" | ")} |`);
  const [head, ...body] = lines;
  return [
    ...paragraphs.filter((text) => text !== "").map(escaped),
    ...(list.length === 0 ? [] : [list.map((cell) => `- ${escaped(cellText(cell)).replace(/\n/g, " ")}`).join("\n")]),
    ...(head === undefined ? [] : [[head, `| ${(rows[0] ?? []).map(() => "---").join(" | ")} |`, ...body].join("\n")]),
    ...(code === undefined || code.trim() === "" ? [] : [fenced(code)]),
  ];
}

function escaped(text: string): string {
  return text
    .replace(/[\\`*_{}[\]()#+!|>~-]/g, "\\$&")
    .replace(/&(?=#?\w+;)/g, "&amp;")
    .replaceAll("<", "&lt;");
}

function fenced(code: string): string {
  const longest = Math.max(2, ...[...code.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = "`".repeat(longest + 1);
  return `${fence}\n${code.trimEnd()}\n${fence}`;
}

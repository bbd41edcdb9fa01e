import type { Place } from "@calypso/kql";
import { reindent } from "./reindent.js";
import { startsWithRuleKey } from "./rule-keys.js";

/** A piece of a file that holds one rule as YAML, and where its text stands in the file. */
export interface Fragment {
  readonly text: string;
  /** For each line of `text`: its line in the file, and how many columns were put before it. */
  readonly lines: readonly { readonly line: number; readonly added: number }[];
  /** What had to be mended, for a message; undefined for a piece that was only cut out. */
  readonly mended: "indentation" | "page";
  /** The lines of the page before the rule. */
  readonly before: readonly string[];
}

/**
 * Finds the rules in a page that was copied as text, where other text stands around the YAML and its indentation may be
 * lost. Undefined for a text that shows neither sign.
 */
export function recoverFragments(text: string): Fragment[] | undefined {
  const lines = text.split("\n");
  const starts = lines.flatMap((line, index) =>
    /^\s*id:\s*['"]?[\w-]+/.test(line) && hasQueryAfter(lines, index) ? [index] : [],
  );
  const first = starts[0];
  if (first === undefined) return undefined;
  const surrounded = lines.slice(0, first).some(isProse);
  const lost = starts.some((start) => lostIndentation(lines, start));
  if (!surrounded && !lost && endOfRule(lines.slice(first)) === undefined) return undefined;
  return starts.map((start, index) => {
    const rest = lines.slice(start, starts[index + 1]);
    const before = lines.slice(index === 0 ? 0 : (starts[index - 1] ?? 0), start);
    return lostIndentation(lines, start) ? mendFragment(rest, start, before) : cutFragment(rest, start, before);
  });
}

/** The place in the file of a place in a fragment. */
export function placeInPage(fragment: Fragment, place: Place): Place {
  const entry = fragment.lines[place.line - 1] ?? fragment.lines.at(-1);
  return { line: entry?.line ?? place.line, column: Math.max(1, place.column - (entry?.added ?? 0)) };
}

function hasQueryAfter(lines: readonly string[], start: number): boolean {
  for (const line of lines.slice(start + 1)) {
    if (/^\s*query:/.test(line)) return true;
    if (/^\s*id:\s/.test(line)) return false;
  }
  return false;
}

/** True where the text of `query: |` starts at the margin, which YAML never allows. */
function lostIndentation(lines: readonly string[], start: number): boolean {
  const header = lines.findIndex((line, index) => index > start && /^query:\s*[|>][-+\d]*\s*$/.test(line));
  const content = header < 0 ? undefined : lines.slice(header + 1).find((line) => line.trim() !== "");
  return content !== undefined && /^\S/.test(content);
}

/**
 * The line at which the page goes on after a rule; undefined where the text ends with the rule. A line at the margin in
 * the midst of a rule is a slip that YAML's parser has to report, and so is one right below the query.
 */
function endOfRule(lines: readonly string[]): number | undefined {
  const lastKey = lines.findLastIndex(startsWithRuleKey);
  const end = lines.findIndex((line, index) => index > lastKey && isProse(line));
  const belowQuery = /^query:/.test(lines[lastKey] ?? "") && lines[end - 1]?.trim() !== "";
  return end < 0 || belowQuery ? undefined : end;
}

function isProse(line: string): boolean {
  return (
    /^\S/.test(line) &&
    !/^(?:#|%|-(?:\s|$)|---|\.\.\.|["']?[A-Za-z_][\w-]*["']?\s*:(?:\s|$))/.test(line) &&
    !/^[\]}]/.test(line)
  );
}

function cutFragment(lines: readonly string[], start: number, before: readonly string[]): Fragment {
  const kept = lines.slice(0, endOfRule(lines));
  return {
    text: kept.join("\n").trimEnd() + "\n",
    lines: kept.map((_, index) => ({ line: start + index + 1, added: 0 })),
    mended: "page",
    before,
  };
}

function mendFragment(lines: readonly string[], start: number, before: readonly string[]): Fragment {
  const mended = reindent(lines);
  return {
    text: mended.map(({ indent, text }) => " ".repeat(indent) + text).join("\n") + "\n",
    lines: mended.map(({ indent, removed }, index) => ({ line: start + index + 1, added: indent - removed })),
    mended: "indentation",
    before,
  };
}

/**
 * The whole of a query that the rule's YAML holds only the beginning of, from the text of the page before it; undefined
 * where the page does not hold it. `line` counts the lines of `before` from 0.
 */
export function wholeQuery(
  before: readonly string[],
  cut: string,
): { readonly text: string; readonly line: number } | undefined {
  const wanted = cut.split("\n").map((line) => line.trim());
  while (wanted.at(-1) === "") wanted.pop();
  const last = wanted.length - 1;
  if (last < 1) return undefined;
  const start = before.findIndex((_, index) =>
    wanted.every((line, offset) => {
      const candidate = before[index + offset]?.trim();
      return offset === last ? candidate?.startsWith(line) === true : candidate === line;
    }),
  );
  if (start < 0) return undefined;
  const found = before.slice(start);
  while (found.length > wanted.length && isHeading(found.at(-1) ?? "")) found.pop();
  return { text: found.join("\n"), line: start };
}

/** A blank line, or a few words without a sign of KQL. */
function isHeading(line: string): boolean {
  return /^(?:#+\s)?(?:[A-Z][\w&]*(?:\s+[\w&]+){0,5})?\s*$/.test(line);
}

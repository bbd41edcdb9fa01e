import type { FoundRules, RuleSearch } from "../catalogue/search-rules.js";
import { type CatalogFlags, inCatalog } from "./catalog-state.js";
import { counted } from "./counted.js";
import { printable } from "./printable.js";
import type { Terminal } from "./terminal.js";

/** The options of `calypso catalog search`. */
export interface SearchFlags extends CatalogFlags, Omit<RuleSearch, "text" | "offset"> {
  /** From 1. */
  readonly page: number;
  readonly format?: "text" | "json";
}

/** Prints the rules that were found, and how many there are by their attributes. */
export async function searchCommand(terminal: Terminal, words: readonly string[], flags: SearchFlags): Promise<void> {
  const { searchRules } = await import("../catalogue/search-rules.js");
  const { format, state: _state, workspace: _workspace, page, ...conditions } = flags;
  const search = { ...conditions, offset: (page - 1) * conditions.limit };
  await inCatalog(terminal, flags, { mayMake: false }, async ({ db }) => {
    const found = await searchRules(db, { ...search, ...(words.length === 0 ? {} : { text: words.join(" ") }) });
    const isText = (format ?? (terminal.interactive ? "text" : "json")) === "text";
    await terminal.out.write(isText ? foundText(found, search.offset) : `${JSON.stringify(found)}\n`);
  });
}

function foundText({ total, rules, facets }: FoundRules, offset: number): string {
  const lines = rules.map(({ id, platform, severity, verdict, name }) => {
    const known = [platform, severity, verdict].filter((part) => part !== null).join(", ");
    return `${id}  ${name} (${known})`;
  });
  const shown = rules.length < total ? `, ${shownPart(rules.length, offset)}` : "";
  const counts = Object.entries(facets).map(
    ([name, values]) => `${name}: ${values.map(({ value, rules: count }) => `${value} ${count}`).join(", ")}`,
  );
  return `${[...lines, "", `${counted(total, "rule")}${shown}`, ...counts].map(printable).join("\n")}\n`;
}

function shownPart(count: number, offset: number): string {
  if (count === 0) return "none of them on this page";
  return offset === 0 ? `the first ${count} shown` : `${offset + 1} to ${offset + count} shown`;
}

import type { Rule } from "@calypso/catalog";
import type { HiddenRows } from "../detect/exceptions.js";

/** Counts what exceptions keep out of rules' results, over several windows. */
export interface HiddenCounts {
  add(rule: Rule, hidden: HiddenRows): void;
  /** A line for each rule and exception. */
  lines(): readonly string[];
}

export function hiddenCounts(): HiddenCounts {
  const counts = new Map<string, { readonly rule: Rule; readonly id: string; rows: number; windows: number }>();
  return {
    add(rule, { byException }) {
      for (const { exception, rows } of byException) {
        const key = JSON.stringify([rule.file, rule.id, rule.name, exception.id]);
        const known = counts.get(key) ?? { rule, id: exception.id, rows: 0, windows: 0 };
        known.rows += rows;
        known.windows += 1;
        counts.set(key, known);
      }
    },
    lines: () =>
      [...counts.values()].map(({ rule, id, rows, windows }) => {
        const often = windows === 1 ? "" : ` of ${windows} runs`;
        return `${rule.file}: ${rule.name}: the exception ${id} kept out ${rows === 1 ? "1 row" : `${rows} rows`}${often}`;
      }),
  };
}

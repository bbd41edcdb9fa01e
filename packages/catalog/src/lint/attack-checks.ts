import { currentTactics, currentTechnique } from "../coverage/current-claims.js";
import type { Rule } from "../rules/rule.js";
import { type Check, hasDocument, isAutomatic } from "./check.js";

/** Checks of a rule's tactics and techniques. */
export const attackChecks = {
  "no-tactics": {
    severity: "note",
    about: "The rule names no tactic of ATT&CK, and counts nowhere in what is covered.",
    find: ({ rule }) =>
      hasDocument(rule) && isAutomatic(rule) && rule.tactics.length === 0
        ? [{ message: "the rule names no tactic", at: { key: "tactics" } }]
        : [],
  },
  "unknown-technique": {
    severity: "warning",
    about: "A technique has the form of a number of ATT&CK and is none.",
    find: ({ rule, references: { attack } }) =>
      techniquesOf(rule)
        .filter((id) => attack.techniques[id] === undefined)
        .map((id) => ({
          message: `ATT&CK ${attack.version} has no technique ${id}`,
          at: { key: "relevantTechniques" },
        })),
  },
  "old-technique": {
    severity: "note",
    about: "A technique was withdrawn from ATT&CK, or gets another number in its next version.",
    find: ({ rule, references: { attack } }) =>
      techniquesOf(rule).flatMap((id) => {
        const { name, withdrawn, renumbered } = attack.techniques[id] ?? {};
        const at = { key: "relevantTechniques" };
        if (withdrawn) {
          const instead = currentTechnique(attack, id);
          const hint =
            instead === undefined ? {} : { hint: `${instead} (${attack.techniques[instead]?.name}) stands for it now` };
          return [{ message: `ATT&CK has withdrawn the technique ${id} (${name})`, ...hint, at }];
        }
        if (renumbered === undefined) return [];
        return [{ message: `the technique ${id} (${name}) is ${renumbered} in the next version of ATT&CK`, at }];
      }),
  },
  "technique-without-tactic": {
    severity: "warning",
    about: "A technique belongs to none of the tactics that the rule names.",
    find: ({ rule, references: { attack } }) => {
      const named = new Set(rule.tactics.flatMap((tactic) => currentTactics(attack, tactic)));
      if (named.size === 0) return [];
      return techniquesOf(rule).flatMap((id) => {
        const { name, tactics = [] } = attack.techniques[id] ?? {};
        if (tactics.length === 0 || tactics.some((tactic) => named.has(tactic))) return [];
        const message = `the technique ${id} (${name}) belongs to ${tactics.join(" and ")}, which \`tactics\` does not name`;
        return [{ message, at: { key: "relevantTechniques" } }];
      });
    },
  },
} as const satisfies Readonly<Record<string, Check>>;

/** Techniques and sub-techniques, each once; those of industrial control systems have a catalogue of their own. */
function techniquesOf({ techniques, subTechniques }: Rule): readonly string[] {
  const covered = new Set(subTechniques.map((id) => id.slice(0, 5)));
  const ids = [...techniques.filter((id) => !covered.has(id)), ...subTechniques];
  return ids.filter((id) => !id.startsWith("T0"));
}

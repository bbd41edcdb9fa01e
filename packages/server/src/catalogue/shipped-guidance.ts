import { join } from "node:path";
import { type Detection, type RuleGuidance, readGuidance, readRules } from "@calypso/catalog";
import { compile, type WorkspaceSchema } from "@calypso/kql";
import { filesBelow, readText } from "../platform/text-files.js";

/**
 * Finds our guidance for rules: by their ids, names or queries where it is about one of ours, by the id or name that it gives where it is
 * about another's. A false positive whose filter does not bind to the query is left out.
 */
export function guidanceFor({
  content,
  schema,
}: {
  /** The folder with `rules` and `guidance`. */
  readonly content: string;
  readonly schema: WorkspaceSchema;
}): (detection: Detection) => RuleGuidance | undefined {
  const known = new Map([...guidanceBelow(join(content, "guidance")), ...guidanceBelow(join(content, "rules"))]);
  /** What binds, by the file of the guidance: of the query that it was last asked for. */
  const bound = new Map<string, { readonly query: string; readonly guidance: RuleGuidance }>();
  return ({ rule }) => {
    if (rule === undefined) return undefined;
    const keys = [rule.id.toLowerCase(), rule.query.text.trim(), rule.name.toLowerCase()];
    const guidance = keys.flatMap((key) => known.get(key) ?? []).at(0);
    if (guidance === undefined) return undefined;
    const last = bound.get(guidance.file);
    if (last?.query === rule.query.text) return last.guidance;
    const falsePositives = guidance.falsePositives.filter(({ filter }) => {
      const exclusion = { text: filter.text, sourceName: guidance.file, subjects: [] };
      const compilation = compile({ text: rule.query.text, schema, now: anyMoment, exclusions: [exclusion] });
      return compilation.exclusions?.[0]?.inForce === true;
    });
    const found = { ...guidance, falsePositives };
    bound.set(guidance.file, { query: rule.query.text, guidance: found });
    return found;
  };
}

/** A moment that only has to be one. */
const anyMoment = 17_000_000_000_000_000n;

/** Guidance by the id or name that it gives, and by the ids and queries of the rules beside it. */
function guidanceBelow(folder: string): ReadonlyMap<string, RuleGuidance> {
  const found = new Map<string, RuleGuidance>();
  for (const path of filesBelow(folder, /\.guidance\.ya?ml$/)) {
    const text = readText(path);
    const guidance = text === undefined ? undefined : readGuidance({ name: path, text }).guidance;
    if (guidance === undefined) continue;
    if (guidance.rule !== undefined) found.set(guidance.rule.toLowerCase(), guidance);
    const beside = path.replace(/\.guidance(\.ya?ml)$/, "$1");
    const rules = readText(beside);
    for (const { id, query } of rules === undefined ? [] : readRules({ name: beside, text: rules }).rules) {
      found.set(query.text.trim(), guidance);
      if (id !== "") found.set(id.toLowerCase(), guidance);
    }
  }
  return found;
}

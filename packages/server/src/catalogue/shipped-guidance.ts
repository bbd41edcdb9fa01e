import { type Detection, type RuleGuidance, readGuidance, readRules } from "@calypso/catalog";
import { compile, type WorkspaceSchema } from "@calypso/kql";
import { filesBelow, readText } from "../platform/text-files.js";

/** Finds our guidance for rules, by their ids or queries: a false positive whose filter does not bind to the query is left out. */
export function guidanceFor({
  folder,
  schema,
}: {
  readonly folder: string;
  readonly schema: WorkspaceSchema;
}): (detection: Detection) => RuleGuidance | undefined {
  const known = guidanceBelow(folder);
  return ({ rule }) => {
    if (rule === undefined) return undefined;
    const guidance = known.get(rule.id.toLowerCase()) ?? known.get(rule.query.text.trim());
    if (guidance === undefined) return undefined;
    const falsePositives = guidance.falsePositives.filter(({ filter }) => {
      const exclusion = { text: filter.text, sourceName: guidance.file, subjects: [] };
      const compilation = compile({ text: rule.query.text, schema, now: anyMoment, exclusions: [exclusion] });
      return compilation.exclusions?.[0]?.inForce === true;
    });
    return { ...guidance, falsePositives };
  };
}

/** A moment that only has to be one. */
const anyMoment = 17_000_000_000_000_000n;

/** Guidance by the ids and by the queries of the rules beside it. */
function guidanceBelow(folder: string): ReadonlyMap<string, RuleGuidance> {
  const found = new Map<string, RuleGuidance>();
  for (const path of filesBelow(folder, /\.guidance\.ya?ml$/)) {
    const beside = path.replace(/\.guidance(\.ya?ml)$/, "$1");
    const [guided, rules] = [readText(path), readText(beside)];
    const guidance = guided === undefined ? undefined : readGuidance({ name: path, text: guided }).guidance;
    if (guidance === undefined || rules === undefined) continue;
    for (const { id, query } of readRules({ name: beside, text: rules }).rules) {
      found.set(query.text.trim(), guidance);
      if (id !== "") found.set(id.toLowerCase(), guidance);
    }
  }
  return found;
}

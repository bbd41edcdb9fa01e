import { techniqueNamed } from "../rules/attack.js";
import { type Field, fieldProblem, listFields, mapFields, type NodeReading, textOf } from "../rules/fields.js";
import { type Problem, report } from "../rules/problem.js";
import type { RuleFile } from "../rules/read-rules.js";
import { readYamlDocument } from "../rules/yaml-document.js";
import type { AttackFacts } from "./attack-facts.js";
import { currentTechnique } from "./current-claims.js";
import { readStixBundle, textOf as stixText, textsOf as stixTexts } from "./stix.js";

/** The techniques that somebody expects of adversaries, and how much each of them matters. */
export interface ThreatProfile {
  readonly name: string;
  readonly techniques: readonly ProfileTechnique[];
}

export interface ProfileTechnique {
  readonly id: string;
  /** Above 0. */
  readonly weight: number;
  readonly why?: string;
}

export interface ReadThreatProfile {
  readonly profile?: ThreatProfile;
  readonly problems: readonly Problem[];
}

/**
 * Reads a profile: a list of techniques as YAML or JSON, a layer of the Navigator (its scores are weights), or a group of
 * ATT&CK from a STIX bundle, by its number or name.
 */
export function readThreatProfile(file: RuleFile, attack: AttackFacts, group?: string): ReadThreatProfile {
  const problems: Problem[] = [];
  const text = file.text.replace(/^\uFEFF/, "");
  if (/^\s*\{/.test(text) && /"type"\s*:\s*"bundle"/.test(text)) return groupOf(file, attack, group);
  const reading = readYamlDocument(file, problems);
  if (reading === undefined) return { problems };
  if (group !== undefined) {
    report(reading, 0, {
      code: "bad-value",
      severity: "error",
      message: "a group is taken from a STIX bundle, which this file is not",
    });
    return { problems };
  }
  const top = mapFields(reading, reading.document.contents, "");
  const list = top?.find(({ key }) => key === "techniques");
  if (top === undefined || list === undefined) {
    const message = "the profile is a map with a list `techniques`, or a layer of the Navigator";
    report(reading, 0, { code: "missing-key", severity: "error", message });
    return { problems };
  }
  const found = new Map<string, ProfileTechnique>();
  for (const one of itemsOf(reading, list).flatMap((item) => techniqueOf(reading, attack, item))) {
    const same = found.get(one.id);
    if (same === undefined || same.weight < one.weight) found.set(one.id, one);
  }
  const name =
    textOf(
      reading,
      top.find(({ key }) => key === "name"),
    )?.trim() || file.name;
  if (problems.some(({ severity }) => severity === "error")) return { problems };
  if (found.size === 0) {
    fieldProblem(reading, list, { code: "bad-value", severity: "error", message: "the profile names no technique" });
    return { problems };
  }
  return { profile: { name, techniques: [...found.values()] }, problems };
}

interface Item {
  readonly field: Field;
  readonly parts: ReadonlyMap<string, Field>;
}

/** A list, or a map of numbers to weights. */
function itemsOf(reading: NodeReading, list: Field): readonly Item[] {
  const map = mapFields(reading, list.node, list.path);
  if (map !== undefined) {
    return map.map((field) => ({ field, parts: new Map([["weight", field]]) }));
  }
  return listFields(reading, list).map((field) => {
    const fields = mapFields(reading, field.node, field.path);
    return { field, parts: new Map((fields ?? [{ ...field, key: "technique" }]).map((one) => [one.key, one])) };
  });
}

function techniqueOf(reading: NodeReading, attack: AttackFacts, { field, parts }: Item): readonly ProfileTechnique[] {
  if (textOf(reading, parts.get("enabled")) === "false") return [];
  const named = parts.get("technique") ?? parts.get("techniqueID") ?? parts.get("id");
  const written = (named === undefined ? field.key : textOf(reading, named)) ?? "";
  const claimed = techniqueNamed(written);
  if (claimed === undefined) {
    const message = `\`${written}\` is not the number of a technique, such as T1078 or T1078.004`;
    fieldProblem(reading, named ?? field, { code: "bad-value", severity: "error", message });
    return [];
  }
  const id = currentTechnique(attack, claimed);
  if (id === undefined) {
    const message = `ATT&CK ${attack.version} has no technique ${claimed}; it is left out`;
    fieldProblem(reading, named ?? field, { code: "unknown-value", severity: "warning", message });
    return [];
  }
  const weightField = parts.get("weight") ?? parts.get("score");
  const text = weightField === undefined ? undefined : textOf(reading, weightField)?.trim();
  const weight = text === undefined || text === "" ? 1 : Number(text);
  if (!Number.isFinite(weight) || weight < 0) {
    const message = `the weight of ${claimed} is a number of 0 or more, not \`${text}\``;
    fieldProblem(reading, weightField ?? field, { code: "bad-value", severity: "error", message });
    return [];
  }
  const why = textOf(reading, parts.get("why") ?? parts.get("comment"))?.trim();
  return weight === 0 ? [] : [{ id, weight, ...(why ? { why } : {}) }];
}

/** The techniques that a group uses, each of the same weight. */
function groupOf(file: RuleFile, attack: AttackFacts, wanted: string | undefined): ReadThreatProfile {
  const failed = (message: string): ReadThreatProfile => ({
    problems: [{ code: "bad-value", severity: "error", message, file: file.name, line: 1, column: 1 }],
  });
  const bundle = readStixBundle(file.text);
  if ("problem" in bundle) return failed(bundle.problem);
  if (wanted === undefined) return failed("the file is a STIX bundle: say which of its groups is meant");
  const isWanted = (name: string | undefined) => name?.toLowerCase() === wanted.trim().toLowerCase();
  const group = bundle
    .ofType("intrusion-set")
    .find((one) => [bundle.attackId(one), stixText(one, "name"), ...stixTexts(one, "aliases")].some(isWanted));
  if (group === undefined) return failed(`the bundle has no group \`${wanted}\``);
  const used = bundle.relations("uses").filter(({ source }) => source.id === group.id);
  const ids = used.flatMap(({ target }) => {
    const id = target.type === "attack-pattern" ? bundle.attackId(target) : undefined;
    return (id === undefined ? undefined : currentTechnique(attack, id)) ?? [];
  });
  if (ids.length === 0) return failed(`the bundle names no technique that the group \`${wanted}\` uses`);
  const name = [stixText(group, "name"), bundle.attackId(group)].filter(Boolean).join(", ");
  return { profile: { name, techniques: [...new Set(ids)].sort().map((id) => ({ id, weight: 1 })) }, problems: [] };
}

import type { PlainValue, Rule } from "@calypso/catalog";
import { ruleYaml } from "@calypso/catalog";
import { Failure } from "../store/failures.js";
import type { RuleDetails } from "./show-rule.js";

/** A rule of the catalogue as a file of one's own: Sentinel's YAML, with where it is from in its head and under `metadata`. */
export function adoptedRule({ id, detection, provenance }: AdoptableRule, by = ""): string {
  const { platform, language, authors } = detection;
  const rule = runnableOf(detection, id);
  const { source, licence, commit, retrievedAt } = provenance;
  const translated = platform === "Sentinel" ? "" : `, translated from ${platform}`;
  const adopted = Object.fromEntries(
    Object.entries({ id, source, file: detection.file, licence, commit, retrieved: retrievedAt, language, by }).filter(
      ([, value]) => value !== "",
    ),
  );
  const remarks = [
    `Adopted from ${source}${translated}: ${detection.file}`,
    ...(licence === "" ? [] : [`Licence: ${licence}`]),
    ...(authors.length === 0 ? [] : [`Authors: ${authors.join(", ")}`]),
  ];
  const more = { ...adopted, ...(authors.length === 0 ? {} : { authors }) };
  return ruleYaml({ ...rule, metadata: { ...metadataOf(rule), adopted: more } }, remarks);
}

/** What adopting needs of a rule. */
export type AdoptableRule = Pick<RuleDetails, "id" | "detection" | "provenance">;

function metadataOf({ metadata }: Rule): Readonly<Record<string, PlainValue>> {
  if (metadata === undefined || metadata === null) return {};
  return isMap(metadata) ? metadata : { written: metadata };
}

function isMap(value: PlainValue): value is { readonly [key: string]: PlainValue } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function runnableOf({ name, platform, language, rule }: RuleDetails["detection"], id: string): Rule {
  if (rule === undefined) {
    const what = language === "none" ? `logic that is not in its file` : `${language}, which does not run here`;
    throw new Failure("catalog-rule-foreign", `${name} is a rule of ${platform} in ${what}`, {
      hint: `calypso catalog show ${id} lists the rules that are like it; those in kql and sigma can be adopted`,
    });
  }
  if (rule.obstacle !== undefined) {
    throw new Failure("catalog-rule-foreign", `${name} cannot run here: ${rule.obstacle.message}`);
  }
  return rule;
}

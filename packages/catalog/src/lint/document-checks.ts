import { nearest } from "@calypso/kql";
import type { Rule } from "../rules/rule.js";
import { ruleKeys } from "../rules/rule-keys.js";
import { type Check, type CheckFinding, hasDocument, isAutomatic } from "./check.js";

/** Checks of what a rule says about itself. */
export const documentChecks = {
  "duplicate-name": {
    severity: "warning",
    about: "Two rules have the same name, so that their alerts cannot be told apart.",
    find: ({ rule, rules }) => {
      const key = rule.name.trim().toLowerCase();
      const other = rules.find((one) => one !== rule && one.name.trim().toLowerCase() === key);
      if (other === undefined || key === "" || !hasDocument(rule)) return [];
      return [{ message: `the name \`${rule.name}\` is that of a rule in ${other.file} too`, at: { key: "name" } }];
    },
  },
  "id-form": {
    severity: "warning",
    about: "The `id` is missing or no GUID; Microsoft Sentinel's content repository takes no other.",
    find: ({ rule }) => {
      if (!hasDocument(rule) || /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(rule.id)) return [];
      const message = rule.id === "" ? "the rule has no `id`" : `the id \`${rule.id}\` is no GUID`;
      return [{ message, at: { key: "id" } }];
    },
  },
  "missing-description": {
    severity: "warning",
    about: "The rule has no description, which is what an analyst reads first.",
    find: ({ rule }) =>
      hasDocument(rule) && rule.description === ""
        ? [{ message: "the rule has no `description`", at: { key: "description" } }]
        : [],
  },
  "missing-severity": {
    severity: "warning",
    about: "The rule has no severity, and its alerts get Medium.",
    find: ({ rule }) =>
      hasDocument(rule) && isAutomatic(rule) && rule.places["severity"] === undefined
        ? [{ message: "the rule has no `severity`; its alerts get Medium", at: { key: "severity" } }]
        : [],
  },
  "version-form": {
    severity: "warning",
    about: "The version is not of the form `1.2.3`, at most 20 characters.",
    find: ({ rule }) =>
      /^\d+\.\d+\.\d+$/.test(rule.version) && rule.version.length <= 20
        ? []
        : [{ message: `the version \`${rule.version}\` is not of the form 1.2.3`, at: { key: "version" } }],
  },
  "unknown-key": {
    severity: "warning",
    about: "A key that means nothing and is spelled nearly as one that does.",
    find: ({ rule }) =>
      Object.keys(rule.extra).flatMap((key) => {
        const [near] = nearest(key, ruleKeys, 1);
        if (near === undefined || Math.abs(near.length - key.length) > 2) return [];
        return [{ message: `\`${key}\` means nothing`, hint: `did you mean \`${near}\`?`, at: { key } }];
      }),
  },
  "placeholder-form": {
    severity: "warning",
    about: "A format of an alert has braces that are no placeholder: `{Column}` or `{{Column}`.",
    find: ({ rule }) => formatsOf(rule).flatMap(([key, format]) => strayBraces(key, format)),
  },
} as const satisfies Readonly<Record<string, Check>>;

function formatsOf({ alertDetailsOverride: override }: Rule): readonly (readonly [string, string])[] {
  return (["alertDisplayNameFormat", "alertDescriptionFormat"] as const).map((key) => [key, override?.[key] ?? ""]);
}

function strayBraces(key: string, format: string): readonly CheckFinding[] {
  const [stray] = format.replace(/\{\{\s*\w+\s*\}\}/g, "").match(/\{+[^{}]*\}*|\}+/) ?? [];
  if (stray === undefined) return [];
  const message = `\`${stray}\` is no placeholder, and stays as it is written`;
  return [{ message, hint: "write `{{Column}}`", at: { key: `alertDetailsOverride.${key}` } }];
}

import { quoted, type Rule } from "@calypso/catalog";
import { textOf } from "./dimensions.js";
import { type Candidate, isWeak, type Mined, type Trait } from "./mine.js";

/** More users than this are hardly one harmless case. */
const mostUsers = 3;

/** What a proposal says beside its condition. */
interface Around {
  readonly created: Date;
  readonly expiry: Date;
  /** Ids that exceptions have; those of the proposals are added. */
  readonly taken: Set<string>;
}

/** Proposals as entries of `exceptions.yaml`; what logs hold stands in quotes, and steers neither the file nor a terminal. */
export function proposalText(rule: Rule, mined: Mined, around: Around): string {
  return mined.candidates.map((candidate) => entryOf(rule, mined, candidate, around)).join("");
}

function entryOf(rule: Rule, mined: Mined, candidate: Candidate, { created, expiry, taken }: Around): string {
  const { rows, alerts, users } = candidate;
  const hidden = users === undefined ? "" : `, of ${users === 1 ? "1 user" : `${users} users`}`;
  const weak = isBroad(candidate) ? ["# broad: look at what else it would hide"] : [];
  const id = freshId(rule, taken);
  const day = (date: Date) => date.toISOString().slice(0, 10);
  return [
    `# ${rows} of ${mined.rows} rows and ${alerts} of ${mined.alerts} alerts${hidden}`,
    ...weak,
    `${id}:`,
    rule.id === "" ? "  rules: all" : `  rules: [${inYaml(rule.id)}]`,
    ...conditionLines(candidate.traits),
    '  owner: ""',
    '  reason: ""',
    `  created: ${day(created)}`,
    `  expiry: ${day(expiry)}`,
    "",
  ].join("\n");
}

/** What a proposal hides: pairs of columns and values, or a condition where one is no value of a column. */
export type ProposedCondition =
  | { readonly fields: Readonly<Record<string, string>>; readonly condition?: undefined }
  | { readonly condition: string; readonly fields?: undefined };

export function proposedCondition(traits: readonly Trait[]): ProposedCondition {
  if (traits.some(({ dimension }) => dimension.form === "hour")) {
    const parts = traits.map(({ dimension, value }) => `${textOf(dimension)} == ${quoted(value)}`);
    return { condition: parts.join(" and ") };
  }
  return { fields: Object.fromEntries(traits.map(({ dimension, value }) => [dimension.column, value])) };
}

/** Whether a proposal hides more than one would think: of others too, or after it has come to mean something else. */
export function isBroad(candidate: Candidate): boolean {
  return isWeak(candidate, mostUsers);
}

function conditionLines(traits: readonly Trait[]): readonly string[] {
  const { fields, condition } = proposedCondition(traits);
  if (fields === undefined) return [`  condition: ${inYaml(condition)}`];
  const pairs = Object.entries(fields).map(([column, value]) => `    ${inYaml(column)}: ${inYaml(value)}`);
  return ["  fields:", ...pairs];
}

/** An id for an exception of a rule that is not taken yet; it is taken then. */
export function freshId(rule: Pick<Rule, "name">, taken: Set<string>): string {
  const words = rule.name.toLowerCase().match(/[a-z0-9]+/g) ?? ["rule"];
  const stem = words.join("-").slice(0, 60);
  let number = 1;
  while (taken.has(`${stem}-${number}`)) number += 1;
  taken.add(`${stem}-${number}`);
  return `${stem}-${number}`;
}

/** A text as YAML, in double quotes, of which JSON's are a part; invisible characters are written by their numbers. */
function inYaml(text: string): string {
  return JSON.stringify(text).replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, (character) =>
    [...Array(character.length).keys()]
      .map((index) => `\\u${character.charCodeAt(index).toString(16).padStart(4, "0")}`)
      .join(""),
  );
}

import type { Dissection, Predicate, PredicateValue } from "@calypso/kql";
import { printable } from "./printable.js";

/** A rule taken apart, as `calypso explain` prints it. */
export interface Explanation {
  readonly language: string;
  readonly id: string;
  readonly name: string;
  readonly lets: readonly {
    readonly name: string;
    readonly text: string;
    readonly stages: readonly ExplainedStage[];
  }[];
  readonly stages: readonly ExplainedStage[];
  readonly predicates: readonly Omit<Predicate, "location">[];
  readonly indicators: readonly Indicator[];
  readonly outputs: Dissection["outputs"];
  readonly tables: readonly string[];
  readonly techniques: readonly string[];
  readonly tactics: readonly string[];
  readonly warnings: readonly {
    readonly code: string;
    readonly message: string;
    readonly line: number;
    readonly column: number;
  }[];
}

type ExplainedStage = Omit<Dissection["stages"][number], "location">;

/** What a rule looks for: a field, how it is compared, and with what. */
export interface Indicator {
  readonly field: string;
  readonly operator: string;
  readonly values: readonly PredicateValue[];
}

/** For people: the same in lines. */
export function explanationText(explanation: Explanation): string {
  const { name, lets, stages, predicates, indicators, outputs, tables, tactics, techniques } = explanation;
  const asked = (among: (predicate: ExplainedPredicate) => boolean) =>
    predicates.filter(among).map((predicate) => `    ? ${conditionText(predicate)}`);
  const lines = [
    name,
    ...(tables.length === 0 ? [] : [`  reads ${tables.join(", ")}`]),
    ...(tactics.length === 0 ? [] : [`  ${tactics.join(", ")}: ${techniques.join(", ")}`]),
    ...lets.flatMap((one) => ["", ...one.text.split("\n"), ...asked((predicate) => predicate.let === one.name)]),
    ...stages.flatMap(({ index, operator, text }) => [
      "",
      `stage ${index}: ${operator}`,
      ...text.split("\n").map((line) => `  ${line}`),
      ...asked((predicate) => predicate.let === undefined && predicate.stage === index),
    ]),
    "",
    "looks for",
    ...indicators.map(({ field, operator, values }) => `  ${field} ${operator} ${listText(values)}`),
    "",
    "gives",
    ...outputs.map((output) => `  ${output.name}: ${output.type}, of ${output.source}`),
  ];
  return `${lines.map(printable).join("\n")}\n\n`;
}

type ExplainedPredicate = Explanation["predicates"][number];

function conditionText({ through, field, operator, negated, values, comparedWith }: ExplainedPredicate): string {
  const subject = through.reduce((inner, outer) => `${outer}(${inner})`, field);
  const others = [
    ...(values.length === 0 ? [] : [listText(values)]),
    ...(comparedWith === undefined ? [] : [comparedWith]),
  ];
  const isPlain = negated === /^(?:!|<>)/.test(operator);
  return `${isPlain ? "" : "not "}${subject} ${operator} ${others.join(", ")}`.trim();
}

function listText(values: readonly PredicateValue[]): string {
  return values.map((value) => JSON.stringify(value)).join(", ");
}

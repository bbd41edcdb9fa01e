import type { Detection } from "./detection.js";
import { testsOf, testText } from "./detection-tests.js";

/** What a new version of a rule adds and drops. */
export interface DetectionDifference {
  /** Attributes with one value, that of before and that of now. */
  readonly attributes: readonly { readonly name: string; readonly before: string; readonly after: string }[];
  /** Lists, with what came and what went. */
  readonly lists: readonly {
    readonly name: string;
    readonly added: readonly string[];
    readonly dropped: readonly string[];
  }[];
  /** Stages that are new, gone, or of another text at the same step. */
  readonly stages: readonly StageDifference[];
}

/** `before` is absent for a stage that is new, `after` for one that is gone; the numbers are those of each version, from 1. */
export interface StageDifference {
  readonly operator: string;
  readonly before?: { readonly index: number; readonly text: string };
  readonly after?: { readonly index: number; readonly text: string };
}

/** Compares two versions of a rule; lines of the logic stand for its stages where a version has none. */
export function differenceOf(before: Detection, after: Detection): DetectionDifference {
  const attributes = Object.entries(attributesOf(after)).flatMap(([name, now]) => {
    const was = attributesOf(before)[name] ?? "";
    return was === now ? [] : [{ name, before: was, after: now }];
  });
  const were = listsOf(before);
  const lists = Object.entries(listsOf(after)).flatMap(([name, now]) => {
    const was = were[name] ?? [];
    const [added, dropped] = [without(now, was), without(was, now)];
    return added.length + dropped.length === 0 ? [] : [{ name, added, dropped }];
  });
  return { attributes, lists, stages: stageDifferences(stagesOf(before), stagesOf(after)) };
}

function attributesOf(detection: Detection): Readonly<Record<string, string>> {
  const { name, purpose, language, severity, status, version, description, frequency, period, rule } = detection;
  return {
    ...{ name, purpose, language, severity: severity ?? "", status: status ?? "", version: version ?? "", description },
    ...{ frequency: milliseconds(frequency), period: milliseconds(period) },
    trigger: rule === undefined ? "" : `${rule.triggerOperator} ${rule.triggerThreshold}`,
  };
}

function milliseconds(value: number | undefined): string {
  return value === undefined ? "" : `${value / 60_000} minutes`;
}

function listsOf(detection: Detection): Readonly<Record<string, readonly string[]>> {
  const { attack, dataSources, falsePositives, references, authors, dissection, rule } = detection;
  return {
    ...{ tactics: attack.tactics, techniques: attack.techniques, dataSources, falsePositives, references, authors },
    reads: dissection.reads.map(({ source }) => source),
    conditions: testsOf(detection).map(({ test, negated }) => testText(test, negated)),
    thresholds: dissection.thresholds.map(
      ({ function: name, of, by, operator, value }) => `${name}(${of ?? ""}) ${operator} ${value} by ${by.join(", ")}`,
    ),
    outputs: dissection.outputs.map(({ name }) => name),
    entities: (rule?.entityMappings ?? []).map(
      ({ entityType, fieldMappings }) =>
        `${entityType}: ${fieldMappings.map(({ columnName }) => columnName).join(", ")}`,
    ),
  };
}

function without(some: readonly string[], others: readonly string[]): readonly string[] {
  const known = new Set(others);
  return [...new Set(some)].filter((one) => !known.has(one));
}

interface Step {
  readonly operator: string;
  readonly text: string;
}

function stagesOf({ dissection, text }: Detection): readonly Step[] {
  if (dissection.stages.length > 0) return dissection.stages;
  const lines = text.split("\n").map((line) => line.trim());
  return lines.filter((line) => line !== "").map((line) => ({ operator: "line", text: line }));
}

/** The longest common subsequence stays; what is left over on both sides between two stages of it is a change of those. */
function stageDifferences(before: readonly Step[], after: readonly Step[]): readonly StageDifference[] {
  const found: StageDifference[] = [];
  let [i, j] = [0, 0];
  for (const [nextBefore, nextAfter] of [...commonSteps(before, after), [before.length, after.length] as const]) {
    while (i < nextBefore || j < nextAfter) {
      const was = i < nextBefore ? before[i] : undefined;
      const is = j < nextAfter ? after[j] : undefined;
      found.push({
        operator: is?.operator ?? was?.operator ?? "",
        ...(was === undefined ? {} : { before: { index: i + 1, text: was.text } }),
        ...(is === undefined ? {} : { after: { index: j + 1, text: is.text } }),
      });
      if (was !== undefined) i += 1;
      if (is !== undefined) j += 1;
    }
    i = nextBefore + 1;
    j = nextAfter + 1;
  }
  return found;
}

/** Pairs of places with the same text. Of very long logic only the beginning and the end are compared. */
function commonSteps(before: readonly Step[], after: readonly Step[]): readonly (readonly [number, number])[] {
  const same = (i: number, j: number) => before[i]?.text.trim() === after[j]?.text.trim();
  const shorter = Math.min(before.length, after.length);
  let head = 0;
  while (head < shorter && same(head, head)) head += 1;
  let tail = 0;
  while (tail < shorter - head && same(before.length - 1 - tail, after.length - 1 - tail)) tail += 1;
  const [rows, columns] = [before.length - head - tail, after.length - head - tail];
  const pairs: (readonly [number, number])[] = Array.from({ length: head }, (_, index) => [index, index] as const);
  if (rows * columns <= mostCompared) {
    const lengths = Array.from({ length: rows + 1 }, () => new Uint32Array(columns + 1));
    const at = (i: number, j: number) => lengths[i]?.[j] ?? 0;
    for (let i = rows - 1; i >= 0; i--) {
      for (let j = columns - 1; j >= 0; j--) {
        const longest = same(head + i, head + j) ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
        lengths[i]?.fill(longest, j, j + 1);
      }
    }
    for (let [i, j] = [0, 0]; i < rows && j < columns; ) {
      if (same(head + i, head + j)) pairs.push([head + i++, head + j++]);
      else if (at(i + 1, j) >= at(i, j + 1)) i += 1;
      else j += 1;
    }
  }
  for (let left = tail; left > 0; left--) pairs.push([before.length - left, after.length - left]);
  return pairs;
}

/** A table of so many numbers is made at once and thrown away. */
const mostCompared = 4_000_000;

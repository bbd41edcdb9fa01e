import type { Condition, Test, TestValue } from "./condition.js";

/** True of every event. */
export const always: Condition = { kind: "all", parts: [] };
/** True of none. */
export const never: Condition = { kind: "any", parts: [] };

export function isAlways(condition: Condition): boolean {
  return condition.kind === "all" && condition.parts.length === 0;
}

export function isNever(condition: Condition): boolean {
  return condition.kind === "any" && condition.parts.length === 0;
}

/** All of them hold; nested ones are laid flat. */
export function allOf(parts: readonly Condition[]): Condition {
  const flat = parts.flatMap((part) => (part.kind === "all" ? part.parts : [part]));
  const [only] = flat;
  if (flat.some(isNever)) return never;
  return flat.length === 1 && only !== undefined ? only : { kind: "all", parts: flat };
}

/** One of them holds; nested ones are laid flat, and equal tests on one field become one test with several values. */
export function anyOf(parts: readonly Condition[]): Condition {
  const flat = parts.flatMap((part) => (part.kind === "any" ? part.parts : [part]));
  if (flat.some(isAlways)) return always;
  const merged = mergeTests(flat);
  const [only] = merged;
  return merged.length === 1 && only !== undefined ? only : { kind: "any", parts: merged };
}

/** It does not hold. */
export function notOf(part: Condition): Condition {
  if (isAlways(part)) return never;
  if (isNever(part)) return always;
  return part.kind === "not" ? part.part : { kind: "not", part };
}

function mergeTests(parts: readonly Condition[]): Condition[] {
  const groups = new Map<string, Test[]>();
  const result: (Condition | { readonly key: string })[] = [];
  for (const part of parts) {
    const key = part.kind === "test" ? mergeKey(part) : undefined;
    if (key === undefined || part.kind !== "test") {
      result.push(part);
      continue;
    }
    const group = groups.get(key);
    if (group === undefined) {
      groups.set(key, [part]);
      result.push({ key });
    } else group.push(part);
  }
  return result.map((item) => ("key" in item ? oneTest(groups.get(item.key) ?? []) : item));
}

const mergeable = new Set(["equals", "contains", "startswith", "endswith", "has", "matches", "wildcard", "cidr"]);

function mergeKey(test: Test): string | undefined {
  if (!mergeable.has(test.operator) || test.other !== undefined) return undefined;
  return JSON.stringify([
    test.field.written,
    test.field.field ?? "",
    test.operator,
    test.caseSensitive,
    test.through ?? [],
  ]);
}

function oneTest(tests: readonly Test[]): Condition {
  const [first] = tests;
  if (first === undefined) return never;
  if (tests.length === 1) return first;
  const values = [...new Set(tests.flatMap((test): readonly TestValue[] => test.values))];
  const spans = tests.flatMap((test) => (test.span === undefined ? [] : [test.span]));
  if (spans.length === 0) return { ...first, values };
  const start = Math.min(...spans.map((span) => span.start));
  const end = Math.max(...spans.map((span) => span.end));
  return { ...first, values, span: { start, end } };
}

/** The same condition with each test and unread part replaced. */
export function mapTests(
  condition: Condition,
  replace: (leaf: Exclude<Condition, { kind: "all" | "any" | "not" }>) => Condition,
): Condition {
  switch (condition.kind) {
    case "all":
      return allOf(condition.parts.map((part) => mapTests(part, replace)));
    case "any":
      return anyOf(condition.parts.map((part) => mapTests(part, replace)));
    case "not":
      return notOf(mapTests(condition.part, replace));
    default:
      return replace(condition);
  }
}

/** Every test and unread part, in the order of the text. */
export function leavesOf(condition: Condition): Exclude<Condition, { kind: "all" | "any" | "not" }>[] {
  if (condition.kind === "all" || condition.kind === "any") return condition.parts.flatMap(leavesOf);
  return condition.kind === "not" ? leavesOf(condition.part) : [condition];
}

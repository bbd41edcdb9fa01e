import type { Expression, Location } from "../plan/expression.js";
import { isInternal } from "../plan/internal.js";
import type { Named, Plan } from "../plan/plan.js";
import type { KqlType } from "../schema/types.js";
import type { SyntaxNode } from "../syntax/node.js";
import { type Context, freshName, nothing, report } from "./context.js";
import type { OperatorEntry } from "./operators.js";
import { parametersOf } from "./parameters.js";
import { type Part, patternPart } from "./parse-parts.js";
import { takenByRegex } from "./parse-regex.js";
import { boundColumns, everyColumn, marked, over, partColumns } from "./rows.js";
import { call, convert, lowerScalar } from "./scalar.js";
import { withWindows } from "./window-functions.js";

export const parseOperator: OperatorEntry = {
  name: "parse",
  about: "Takes columns out of a text by the literals between them; rows that do not fit keep empty columns.",
  grouped: true,
  lower: (node, input, cx) => parsed(node, input, cx, false),
};

export const parseWhereOperator: OperatorEntry = {
  name: "parse-where",
  about: "Takes columns out of a text as `parse` does, and leaves out the rows that do not fit.",
  grouped: true,
  lower: (node, input, cx) => parsed(node, input, cx, true),
};

function parsed(node: SyntaxNode, input: Plan, cx: Context, drops: boolean): Plan {
  const parameters = parametersOf(node);
  const mode = (parameters.get("kind") ?? "simple").toLowerCase();
  const subject = node.child("Expression");
  const parts = node.list("Patterns").map((part) => patternPart(part, cx));
  if (subject === undefined || parts.includes(undefined)) return nothing();
  const known = parts.filter((part) => part !== undefined);
  const rows = over(input, cx);
  const text = convert(lowerScalar(subject, rows), "string", subject.location);
  const base = withWindows(input, rows.windows);
  const located =
    mode === "regex"
      ? matched(known, text, parameters.get("flags") ?? "", base, cx, node.location)
      : locate(known, text, base, cx, node.location);
  if (located === undefined) return nothing();
  const relaxed = mode === "relaxed";
  const fits = relaxed ? located.found : located.columns.reduce(alsoConverted, located.found);
  const fit = column(freshName(cx, "fits"), "bool");
  const judged: Plan = {
    kind: "project",
    input: located.plan,
    columns: [...everyColumn(located.plan), { name: fit.name, expression: fits }],
  };
  const kept = drops ? onlyFitting(judged, fit, cx, node.location) : judged;
  const filled = new Map(located.columns.map((found) => [found.name, filledWhere(fit, found, node.location)]));
  const existing = new Map(everyColumn(input).map((other) => [other.name, other.expression]));
  const all = new Map([...existing, ...filled]);
  // A column of the pattern that the rows have already is filled anew in its place.
  const ordered = [...new Set(boundColumns(node).map(({ name }) => name))].flatMap((name): Named[] => {
    const expression = all.get(name);
    return expression === undefined ? [] : [{ name, expression }];
  });
  const unseenNames = new Set([...everyColumn(input).map(({ name }) => name), ...partColumns(kept, cx)]);
  const unseen = everyColumn(kept).filter(({ name }) => isInternal(name) && unseenNames.has(name));
  return { kind: "project", input: kept, columns: [...ordered, ...unseen] };

  function alsoConverted(condition: Expression, found: FoundColumn): Expression {
    if (found.value.type === "string") return condition;
    const present = call("isnotnull", [found.value], "bool", node.location);
    return call("and", [condition, present], "bool", node.location);
  }
}

function onlyFitting(input: Plan, fits: Expression, cx: Context, location: Location): Plan {
  return cx.group === undefined ? { kind: "filter", input, condition: fits } : marked(input, fits, cx.group, location);
}

interface FoundColumn {
  readonly name: string;
  readonly value: Expression;
}

/** What a pattern takes out of a text, over a plan that has what the columns need. */
interface Located {
  readonly plan: Plan;
  readonly columns: readonly FoundColumn[];
  readonly found: Expression;
}

function matched(
  parts: readonly Part[],
  text: Expression,
  flags: string,
  input: Plan,
  cx: Context,
  location: Location,
): Located | undefined {
  const subject = column(freshName(cx, "text"), "string");
  const taken = takenByRegex(parts, subject, flags, location, cx);
  if (taken === undefined) return undefined;
  const columns: readonly Named[] = [...everyColumn(input), { name: subject.name, expression: text }];
  return { ...taken, plan: { kind: "project", input, columns } };
}

/**
 * Finds the pattern's literals from left to right. Every literal is found at its first place after the one before: if
 * the pattern fits at all, it fits with these places. The last literal ends the text unless `*` follows it.
 */
function locate(
  parts: readonly Part[],
  text: Expression,
  input: Plan,
  cx: Context,
  location: Location,
): Located | undefined {
  const stuck = parts.find((part, index) => part.kind === "column" && !canEnd(part, parts[index + 1]));
  if (stuck !== undefined) {
    const message =
      "a column of `parse` has to be followed by a text or end the pattern, unless it is a long or an int";
    report(cx, location, "unsupported-option", message, { construct: "parse with adjacent columns" });
    return undefined;
  }
  const subject = column(freshName(cx, "text"), "string");
  let plan: Plan = {
    kind: "project",
    input,
    columns: [...everyColumn(input), { name: subject.name, expression: text }],
  };
  let from: Expression = long(1n);
  let found: Expression = { kind: "literal", type: "bool", value: true };
  const columns: FoundColumn[] = [];
  parts.forEach((part, index) => {
    if (part.kind === "column") {
      if (index === parts.length - 1)
        columns.push(foundColumn(part, call("#from", [subject, from], "string", location), location));
      else if (parts[index + 1]?.kind === "any")
        columns.push(foundColumn(part, leadingNumber(subject, from, location), location));
      return;
    }
    if (part.kind === "any") return;
    const before = parts[index - 1];
    const needle: Expression = { kind: "literal", type: "string", value: part.text };
    const last = index === parts.length - 1;
    const place = column(freshName(cx, "at"), "long");
    const search = before === undefined ? "#find-start" : last && index > 0 ? "#find-end" : "#find";
    const position = call(search, [subject, needle, from], "long", location);
    plan = {
      kind: "project",
      input: plan,
      columns: [...everyColumn(plan), { name: place.name, expression: position }],
    };
    found = call("and", [found, call(">", [place, long(0n)], "bool", location)], "bool", location);
    if (before?.kind === "column") {
      columns.push(foundColumn(before, call("#between", [subject, from, place], "string", location), location));
    }
    const width = BigInt(new TextEncoder().encode(part.text).length);
    from = call("+", [place, long(width)], "long", location);
  });
  return { plan, columns, found };
}

/** Whether it is clear where a column's text ends: a number ends with its digits. */
function canEnd(part: Part & { kind: "column" }, next: Part | undefined): boolean {
  const isNumber = part.type === "long" || part.type === "int";
  return next === undefined || next.kind === "literal" || (next.kind === "any" && isNumber);
}

function leadingNumber(subject: Expression, from: Expression, location: Location): Expression {
  const pattern: Expression = { kind: "literal", type: "string", value: "^-?\\d+" };
  const rest = call("#from", [subject, from], "string", location);
  return call("extract", [pattern, long(0n), rest], "string", location);
}

function foundColumn(part: Part & { kind: "column" }, captured: Expression, location: Location): FoundColumn {
  return { name: part.name, value: convert(captured, part.type, location) };
}

function filledWhere(condition: Expression, found: FoundColumn, location: Location): Expression {
  const { type } = found.value;
  const empty: Expression = { kind: "literal", type, value: type === "string" || type === "dynamic" ? "" : null };
  return call("iff", [condition, found.value, empty], type, location);
}

function column(name: string, type: KqlType): Expression & { kind: "column" } {
  return { kind: "column", name, type };
}

function long(value: bigint): Expression {
  return { kind: "literal", type: "long", value };
}

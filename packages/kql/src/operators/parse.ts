import type { Expression, Location } from "../plan/expression.js";
import type { Named, Plan } from "../plan/plan.js";
import { type KqlType, kqlTypeNamed } from "../schema/types.js";
import type { SyntaxNode } from "../syntax/node.js";
import { type Context, freshName, nothing, report } from "./context.js";
import type { OperatorEntry } from "./operators.js";
import { parametersOf } from "./parameters.js";
import { boundColumns, everyColumn, living, over } from "./rows.js";
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
  lower: (node, input, cx) => parsed(node, living(input, cx), cx, true),
};

/** A part of the pattern: text to find, a column to fill, or anything at all. */
type Part =
  | { readonly kind: "literal"; readonly text: string }
  | { readonly kind: "column"; readonly name: string; readonly type: KqlType }
  | { readonly kind: "any" };

function parsed(node: SyntaxNode, input: Plan, cx: Context, drops: boolean): Plan {
  const mode = (parametersOf(node).get("kind") ?? "simple").toLowerCase();
  const subject = node.child("Expression");
  const parts = node.list("Patterns").map((part) => patternPart(part, cx));
  if (subject === undefined || parts.includes(undefined)) return nothing();
  if (mode === "regex") {
    report(cx, node.location, "unsupported-option", "`parse kind=regex` cannot be translated to ClickHouse yet", {
      construct: "parse kind=regex",
      hint: "use `extract` with a regular expression for each column",
    });
    return nothing();
  }
  const known = parts.filter((part) => part !== undefined);
  if (known.some((part, index) => part.kind === "column" && known[index + 1] && known[index + 1]?.kind !== "literal")) {
    report(
      cx,
      node.location,
      "unsupported-option",
      "a column of `parse` has to be followed by a text or end the pattern",
      {
        construct: "parse with adjacent columns",
      },
    );
    return nothing();
  }
  const rows = over(input, cx);
  const text = convert(lowerScalar(subject, rows), "string", subject.location);
  const located = locate(known, text, withWindows(input, rows.windows), cx, node.location);
  const relaxed = mode === "relaxed";
  const fits = relaxed ? located.found : located.columns.reduce(alsoConverted, located.found);
  const matched = column(freshName(cx, "fits"), "bool");
  const judged: Plan = {
    kind: "project",
    input: located.plan,
    columns: [...everyColumn(located.plan), { name: matched.name, expression: fits }],
  };
  const kept: Plan = drops ? { kind: "filter", input: judged, condition: matched } : judged;
  const filled = new Map(located.columns.map((found) => [found.name, filledWhere(matched, found, node.location)]));
  const existing = new Map(everyColumn(input).map((other) => [other.name, other.expression]));
  const all = new Map([...existing, ...filled]);
  const ordered = boundColumns(node).flatMap(({ name }): Named[] => {
    const expression = all.get(name);
    return expression === undefined ? [] : [{ name, expression }];
  });
  const unseen = everyColumn(input).filter(({ name }) => name.startsWith("#"));
  return { kind: "project", input: kept, columns: [...ordered, ...unseen] };

  function alsoConverted(condition: Expression, found: FoundColumn): Expression {
    if (found.value.type === "string") return condition;
    const present = call("isnotnull", [found.value], "bool", node.location);
    return call("and", [condition, present], "bool", node.location);
  }
}

function patternPart(node: SyntaxNode, cx: Context): Part | undefined {
  switch (node.kind) {
    case "StarExpression":
      return { kind: "any" };
    case "LiteralExpression":
    case "CompoundStringLiteralExpression":
      return { kind: "literal", text: node.literal };
    case "NameDeclaration":
      return { kind: "column", name: node.name, type: "string" };
    case "NameAndTypeDeclaration": {
      const type = kqlTypeNamed(node.child("Type")?.text ?? "");
      return { kind: "column", name: node.child("Name")?.name ?? "", type: type ?? "string" };
    }
    default: {
      const value = lowerScalar(node, cx);
      if (value.kind === "literal" && typeof value.value === "string") return { kind: "literal", text: value.value };
      report(cx, node.location, "not-constant", "a pattern of `parse` holds texts and column names");
      return undefined;
    }
  }
}

interface FoundColumn {
  readonly name: string;
  readonly value: Expression;
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
): { readonly plan: Plan; readonly columns: readonly FoundColumn[]; readonly found: Expression } {
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

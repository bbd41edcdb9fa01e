import { scalarFunctions } from "../functions/scalar-functions.js";
import type { Expression, MembershipQuery } from "../plan/expression.js";
import { internalName } from "../plan/internal.js";
import { columnsOf, type Plan } from "../plan/plan.js";
import type { SyntaxNode } from "../syntax/node.js";
import type { Context } from "./context.js";
import { call, convert, lowerScalar, outside, refuse } from "./scalar.js";
import { lowerTable } from "./table.js";

/** `in`, `has_any` and `has_all`: over a list of values, or over the values of a table. */
export function lowerMembership(node: SyntaxNode, cx: Context): Expression {
  const left = node.child("Left");
  const members = node.child("Right")?.list("Expressions") ?? [];
  const name = node.token("Operator")?.trim() ?? "";
  const first = members[0];
  if (left === undefined || first === undefined) return refuse(cx, node.location, name);
  if (left.kind === "StarExpression") return refuse(cx, node.location, `* ${name}`);
  const subject = lowerScalar(left, cx);
  if (members.length === 1 && first.columns !== undefined) {
    return membershipOf(name, subject, lowerTable(first, outside(cx)), node, cx);
  }
  const args = members.map((member) => lowerScalar(member, cx));
  if (!scalarFunctions.has(name)) return refuse(cx, node.location, name);
  const adapted =
    subject.kind === "literal" && subject.missing && args[0] ? convert(subject, args[0].type, node.location) : subject;
  const tested =
    /^!?has_/.test(name) && adapted.type !== "dynamic" ? convert(adapted, "string", node.location) : adapted;
  return call(name, [tested, ...args], "bool", node.location);
}

function membershipOf(name: string, subject: Expression, plan: Plan, node: SyntaxNode, cx: Context): Expression {
  const column = columnsOf(plan)[0];
  if (column === undefined) return { kind: "literal", type: "bool", value: name.startsWith("!") };
  if (/^!?in~?$/.test(name)) {
    // The pattern above admits exactly the four operators of the type.
    const operator = name as MembershipQuery["operator"];
    return { kind: "membership", operator, subject, plan, column, type: "bool", location: node.location };
  }
  if (!scalarFunctions.has(name)) return refuse(cx, node.location, name);
  const list: Plan = {
    kind: "aggregate",
    input: plan,
    keys: [],
    aggregates: [
      {
        name: internalName("list"),
        function: "make_set",
        args: [{ kind: "column", ...column }],
        column: 0,
        type: "dynamic",
        location: node.location,
      },
    ],
  };
  const values: Expression = {
    kind: "scalar-query",
    plan: list,
    column: { name: internalName("list"), type: "dynamic" },
    type: "dynamic",
  };
  const tested = subject.type === "dynamic" ? subject : convert(subject, "string", node.location);
  return call(name, [tested, values], "bool", node.location);
}

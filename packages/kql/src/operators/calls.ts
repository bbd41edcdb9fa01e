import { scalarFunctions } from "../functions/scalar-functions.js";
import type { Expression, Location } from "../plan/expression.js";
import { isInternal } from "../plan/internal.js";
import type { KqlType } from "../schema/types.js";
import type { SyntaxNode } from "../syntax/node.js";
import { isAggregate, lowerAggregate } from "./aggregates.js";
import { absent, type Context, lookUp, report } from "./context.js";
import { callFunction } from "./functions.js";
import { habitOfFunction } from "./habits.js";
import { suggestion } from "./nearest.js";
import { call, convert, lowerScalar, refuse, resultType } from "./scalar.js";
import { specialForms } from "./special-forms.js";
import { unavailable } from "./unavailable.js";
import { isWindowFunction, lowerWindowFunction } from "./window-functions.js";

/** Turns a call of a scalar function into one of the plan's expressions. */
export function lowerCall(node: SyntaxNode, cx: Context): Expression {
  const name = node.kind === "NameReference" ? node.name : (node.child("Name")?.name ?? node.name);
  const binding = lookUp(cx.scope, name);
  if (binding?.kind === "function" || node.calledBody !== undefined) return lowerUserFunction(name, node, cx);
  if (binding?.kind === "scalar" && args(node).length === 0) return binding.expression();
  const overPattern = cx.pattern?.call(name, node);
  if (overPattern !== undefined) return overPattern;
  if (cx.aggregates !== undefined && isAggregate(name)) return lowerAggregate(name, node, cx);
  const special = Object.hasOwn(specialForms, name) ? specialForms[name] : undefined;
  if (special !== undefined) return special.lower(node, cx);
  if (isWindowFunction(name)) return lowerWindowFunction(name, node, cx);
  const entry = scalarFunctions.get(name);
  if (entry !== undefined) {
    if (!node.takesSoMany) {
      report(cx, node.location, "bad-argument", `\`${name}\` does not take ${args(node).length} arguments`);
      return absent();
    }
    const lowered = measurable(name, lowerArguments(node, cx));
    return standsForMissing(node, lowered)
      ? absent()
      : call(name, lowered, measuredTypes[name] ?? resultType(node, openType(name, lowered)), node.location);
  }
  if (node.symbol === undefined) {
    const hint = habitOfFunction(name) ?? suggestion(name, scalarFunctions.keys());
    report(
      cx,
      node.location,
      "unknown-function",
      `there is no function \`${name}\``,
      hint === undefined ? { name } : { hint, name },
    );
    return absent();
  }
  if (isAggregate(name)) {
    report(cx, node.location, "bad-argument", `\`${name}\` summarizes rows and cannot stand here`);
    return absent();
  }
  const known = Object.hasOwn(unavailable, name) ? unavailable[name] : undefined;
  return refuse(cx, node.location, name, known?.why, known?.hint);
}

/** Result types that the engine was seen to give where the binder says otherwise. */
const measuredTypes: Readonly<Record<string, KqlType>> = { jaccard_index: "real" };

const measuring = /^(abs|bin|bin_at|floor|ceiling|round)$/;

/** A column made of a missing name is text; where a number or a time is measured, it is a null of one. */
function measurable(name: string, lowered: readonly Expression[]): readonly Expression[] {
  const [first, ...rest] = lowered;
  const size = rest[0]?.type;
  if (first?.kind === "literal" && first.missing && size !== undefined && measuring.test(name)) {
    return [absent(size === "timespan" ? "datetime" : /^(int|long|decimal)$/.test(size) ? size : "real"), ...rest];
  }
  if (first?.type !== "string" || first.kind === "literal" || !measuring.test(name)) return lowered;
  const type = size === "timespan" ? "datetime" : "real";
  return [call("to" + type, [first], type, nowhere), ...rest];
}

const nowhere: Location = { source: { name: "", text: "" }, span: { start: 0, end: 0 } };

/** The type of a call where the binder leaves it open because of a missing name. */
function openType(name: string, lowered: readonly Expression[]): KqlType {
  const follows = /^(abs|bin|bin_at|floor|ceiling|round|min_of|max_of|coalesce)$/.test(name);
  return (follows ? lowered[0]?.type : undefined) ?? "dynamic";
}

/** Whether a call is null because a name in it is missing, and the binder cannot tell its type for the same reason. */
function standsForMissing(node: SyntaxNode, lowered: readonly Expression[]): boolean {
  const open = node.type === "unknown" || node.type === "error";
  return open && lowered.some((argument) => argument.kind === "literal" && argument.missing === true);
}

/** The arguments of a call, as written. */
export function args(node: SyntaxNode): readonly SyntaxNode[] {
  return node.child("ArgumentList")?.list("Expressions") ?? [];
}

/** The arguments of a built-in function, with the types that its signature names. */
export function lowerArguments(node: SyntaxNode, cx: Context): readonly Expression[] {
  const written = args(node);
  const parameters = written.length === 0 ? [] : node.parameters;
  const keepsDynamic = scalarFunctions.get(node.child("Name")?.name ?? "")?.dynamicArguments === true;
  // The binder takes a star in `pack_array(*)` only.
  if (written[0]?.kind === "StarExpression") return columnsInSight(cx);
  return written.map((argument, index) => {
    const lowered = lowerScalar(argument, cx);
    const { type: wanted, missing } = parameters[index] ?? {};
    if (missing !== undefined && lowered.kind === "literal" && lowered.missing) {
      return convert(lowered, missing, argument.location);
    }
    if (wanted === undefined || wanted === "any" || wanted === lowered.type) return lowered;
    if (lowered.kind === "literal" && lowered.missing) {
      return convert(lowered, wanted === "string-or-dynamic" ? "string" : wanted, argument.location);
    }
    if (wanted === "string-or-dynamic") {
      return lowered.type === "string" || (lowered.type === "dynamic" && keepsDynamic)
        ? lowered
        : convert(lowered, "string", argument.location);
    }
    const needed =
      wanted === "string" || lowered.type === "dynamic" || (wanted === "real" && lowered.type !== "decimal");
    return needed && wanted !== "dynamic" ? convert(lowered, wanted, argument.location) : lowered;
  });
}

/** The columns of the rows at hand, as `*` means them. */
export function columnsInSight(cx: Context): readonly Expression[] {
  return (cx.rowNames ?? []).filter((name) => !isInternal(name)).flatMap((name) => cx.row?.(name) ?? []);
}

function lowerUserFunction(name: string, node: SyntaxNode, cx: Context): Expression {
  const body = callFunction(name, node, cx);
  if (body === undefined) return absent();
  const result = body.node.child("Expression");
  if (result === undefined) return absent();
  const type = resultType(node);
  return convert(
    lowerScalar(result, body.cx),
    node.type === "unknown" ? lowerScalar(result, body.cx).type : type,
    node.location,
  );
}

import { aggregateFunctions } from "../functions/aggregate-functions.js";
import type { Expression, Location } from "../plan/expression.js";
import type { KqlType } from "../schema/types.js";
import type { SignatureParameter, SyntaxNode } from "../syntax/node.js";
import { args } from "./calls.js";
import { absent, type Context, freshName } from "./context.js";
import { convert, lowerCondition, lowerScalar, refuse, resultType } from "./scalar.js";

/** The conditional forms, each with the function it is a form of and which argument is the condition. */
const conditionalForms: Readonly<Record<string, { readonly of: string; readonly condition: number }>> = {
  countif: { of: "count", condition: 0 },
  sumif: { of: "sum", condition: 1 },
  avgif: { of: "avg", condition: 1 },
  minif: { of: "min", condition: 1 },
  maxif: { of: "max", condition: 1 },
  dcountif: { of: "dcount", condition: 1 },
  count_distinctif: { of: "count_distinct", condition: 1 },
  stdevif: { of: "stdev", condition: 1 },
  varianceif: { of: "variance", condition: 1 },
  variancepif: { of: "variancep", condition: 1 },
  covarianceif: { of: "covariance", condition: 2 },
  covariancepif: { of: "covariancep", condition: 2 },
  make_list_if: { of: "make_list", condition: 1 },
  make_set_if: { of: "make_set", condition: 1 },
  make_bag_if: { of: "make_bag", condition: 1 },
  take_anyif: { of: "take_any", condition: 1 },
  anyif: { of: "take_any", condition: 1 },
  hll_if: { of: "hll", condition: 1 },
};

/** Whether a name summarizes rows. */
export function isAggregate(name: string): boolean {
  return aggregateFunctions.has(name) || Object.hasOwn(conditionalForms, name);
}

/** Takes an aggregate out of its expression: it becomes a column of the aggregate node below. */
export function lowerAggregate(name: string, node: SyntaxNode, cx: Context): Expression {
  return aggregateColumn(name, node, cx, 0, resultType(node));
}

/** One result column of an aggregate call. */
export function aggregateColumn(
  name: string,
  node: SyntaxNode,
  cx: Context,
  column: number,
  type: KqlType,
): Expression {
  const form = Object.hasOwn(conditionalForms, name) ? conditionalForms[name] : undefined;
  const written = args(node).filter(({ kind }) => kind !== "StarExpression");
  const stars = args(node).length > written.length ? starColumns(node, cx) : [];
  const { aggregates: collected, ...inner } = cx;
  const function_ = form === undefined || aggregateFunctions.has(name) ? name : form.of;
  if (collected === undefined || !aggregateFunctions.has(function_)) return refuse(cx, node.location, name);
  const condition = form === undefined ? undefined : written[form.condition];
  const scalars = written.map((part) => lowerScalar(part, inner));
  const { parameters } = node;
  const lowered = [
    ...scalars
      .map((part, index) => present(part, parameters[index], written[index]?.location ?? node.location))
      .filter((_, index) => form === undefined || index !== form.condition),
    ...stars,
  ];
  if (form !== undefined && condition === undefined) return absent(type);
  const fresh = freshName(cx, "a");
  const open = scalars.some(isMissing) || node.type === undefined || node.type === "unknown" || node.type === "error";
  const read = lowered.map((part) => numeric(function_, part, node));
  type = openType(form?.of ?? name, read[column], open) ?? type;
  collected.push({
    name: fresh,
    function: function_,
    args: read,
    ...(condition === undefined ? {} : { when: lowerCondition(condition, inner) }),
    column,
    type,
    location: node.location,
  });
  return { kind: "column", name: fresh, type };
}

/** The type of an aggregate that chooses a row, or whose type the binder leaves open because of a missing name. */
function openType(name: string, argument: Expression | undefined, open: boolean): KqlType | undefined {
  if (/^(arg_?(max|min)|take_any|any)$/.test(name)) return argument?.type;
  if (!open) return undefined;
  if (/^(min|max|percentile)$/.test(name)) return argument?.type;
  if (name === "sum" || name.startsWith("binary_all_")) return argument?.type === "int" ? "long" : argument?.type;
  return /^(avg|stdevp?|variancep?)$/.test(name) ? "real" : undefined;
}

/** A column that does not exist is a null of the type that it stands for; a long, where any number or type would do. */
function present(part: Expression, parameter: SignatureParameter | undefined, location: Location): Expression {
  if (!isMissing(part)) return part;
  const wanted = parameter?.missing ?? parameter?.type;
  const open = wanted === undefined || wanted === "any" || wanted === "string-or-dynamic" || wanted === "real";
  return convert(part, open ? "long" : wanted, location);
}

function isMissing(part: Expression): boolean {
  return part.kind === "literal" && part.missing === true;
}

/** Sums and averages of a dynamic value read it as a real, as the engine does. */
function numeric(name: string, part: Expression, node: SyntaxNode): Expression {
  const numbers = /^(sum|avg|stdev|stdevp|variance|variancep|covariance|covariancep)$/;
  return part.type === "dynamic" && numbers.test(name) ? convert(part, "real", node.location) : part;
}

/** The columns that `*` stands for in `arg_max(x, *)` and `take_any(*)`. */
export function starColumns(node: SyntaxNode, cx: Context): readonly Expression[] {
  const key = args(node)[0];
  const excluded = new Set([...(cx.starExcludes ?? []), ...(key?.kind === "NameReference" ? [key.name] : [])]);
  return (cx.rowNames ?? []).filter((name) => !excluded.has(name)).flatMap((name) => cx.row?.(name) ?? []);
}

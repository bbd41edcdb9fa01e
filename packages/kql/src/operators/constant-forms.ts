import { columnsRead, type Expression, type Literal, plansIn } from "../plan/expression.js";
import { isInternal } from "../plan/internal.js";
import { columnsOf } from "../plan/plan.js";
import { isVolatile } from "../plan/volatile.js";
import type { SyntaxNode } from "../syntax/node.js";
import { args } from "./calls.js";
import { absent, type Context, report } from "./context.js";
import { call, lowerScalar, outside, refuse, resultType } from "./scalar.js";
import { lowerTable } from "./table.js";

/** `column_names_of(table)`: the names as an array, which is a constant. */
export function columnNamesOf(node: SyntaxNode, cx: Context): Expression {
  const [table] = args(node);
  if (table === undefined) return absent("dynamic");
  const names = columnsOf(lowerTable(table, outside(cx))).map(({ name }) => name);
  const shown = names.filter((name) => !isInternal(name));
  return { kind: "literal", type: "dynamic", value: JSON.stringify(shown) };
}

/** `assert(condition, message)`: true, or the message as an error of the query. */
export function assertion(node: SyntaxNode, cx: Context): Expression {
  const [written, message] = args(node);
  if (written === undefined || message === undefined) return absent("bool");
  const condition = lowerScalar(written, cx);
  const said = lowerScalar(message, cx);
  const words = said.kind === "literal" && typeof said.value === "string" ? said.value : "";
  const known = truth(condition) ?? asked(condition, node, cx);
  if (known === "unknown") {
    return refuse(cx, node.location, "assert", "needs a condition that is known before the query runs");
  }
  if (known) return { kind: "literal", type: "bool", value: true };
  report(cx, node.location, "bad-argument", `assert() has failed with message: '${words}'`);
  return absent("bool");
}

/**
 * Whether a condition on constants holds, by asking the engine for its value: until that has answered, it is taken to.
 * A condition that rows, other queries or chance have a part in is unknown.
 */
function asked(condition: Expression, node: SyntaxNode, cx: Context): boolean | "unknown" {
  if (columnsRead(condition).size > 0 || plansIn(condition).length > 0 || isVolatile(condition)) return "unknown";
  const { gathered } = cx;
  const place = `assert ${node.location.source.name} ${node.location.span.start}`;
  const turn = gathered.turns.get(place) ?? 0;
  gathered.turns.set(place, turn + 1);
  const key = `${place} ${turn}`;
  const answer = gathered.request.answers?.get(key);
  if (answer !== undefined) return answer[0] === "[true]";
  const columns = [{ name: "holds", expression: condition }];
  gathered.questions.push({
    key,
    asked: { kind: "project", input: { kind: "rows", columns: [], rows: [[]] }, columns },
  });
  return true;
}

/** `bin_auto(value)`: `bin_at` with the size and the fixed point that `set` gives. */
export function binAuto(node: SyntaxNode, cx: Context): Expression {
  const [written] = args(node);
  const { size, at } = cx.gathered.binAuto ?? {};
  if (written === undefined || size === undefined) {
    report(cx, node.location, "bad-argument", "`bin_auto` needs the size of the bins", {
      hint: "write `set query_bin_auto_size = 1h;` before the query",
    });
    return absent();
  }
  const bounds = at === undefined ? [size] : [size, at];
  return call(
    at === undefined ? "bin" : "bin_at",
    [lowerScalar(written, cx), ...bounds],
    resultType(node),
    node.location,
  );
}

/** Whether a condition on constants holds; undefined where it is on anything else, or null. */
function truth(condition: Expression): boolean | undefined {
  if (condition.kind === "literal") return typeof condition.value === "boolean" ? condition.value : undefined;
  if (condition.kind !== "call") return undefined;
  const [left, right] = condition.args;
  if (left === undefined) return undefined;
  if (condition.name === "not") return negated(truth(left));
  if (right === undefined) return undefined;
  if (condition.name === "and" || condition.name === "or") {
    const [a, b] = [truth(left), truth(right)];
    if (a === undefined || b === undefined) return undefined;
    return condition.name === "and" ? a && b : a || b;
  }
  if (left.kind !== "literal" || right.kind !== "literal") return undefined;
  return compared(condition.name, left, right);
}

function negated(known: boolean | undefined): boolean | undefined {
  return known === undefined ? undefined : !known;
}

function compared(operator: string, left: Literal, right: Literal): boolean | undefined {
  const [a, b] = [left.value, right.value];
  if (a === null || b === null || typeof a === "boolean" || typeof b === "boolean") return undefined;
  const texts = typeof a === "string" || typeof b === "string";
  // Only strings are compared as texts: a guid, decimal or dynamic is not equal by its spelling.
  if (texts && (left.type !== "string" || right.type !== "string")) return undefined;
  switch (operator) {
    case "==":
      return equal(a, b);
    case "!=":
      return !equal(a, b);
    case "<":
      return texts ? undefined : a < b;
    case "<=":
      return texts ? undefined : a <= b;
    case ">":
      return texts ? undefined : a > b;
    case ">=":
      return texts ? undefined : a >= b;
    default:
      return undefined;
  }
}

/** Equality that takes 1 and 1.0 for one number. */
function equal(a: bigint | number | string, b: bigint | number | string): boolean {
  return typeof a === "string" || typeof b === "string" ? a === b : a <= b && a >= b;
}

import { isOutside as isOutsideFor } from "../functions/entry.js";
import { outsideFunctions } from "../functions/outside.js";
import { answerCall, answerKey, answerText } from "../plan/answers.js";
import { expressionsOf, inputsOf } from "../plan/children.js";
import {
  columnsRead,
  conjuncts,
  type Expression,
  type FunctionCall,
  mapExpression,
  plansIn,
} from "../plan/expression.js";
import { mapPlans } from "../plan/map.js";
import { columnsOf, type Filter, type Hybrid, type Plan } from "../plan/plan.js";
import { isVolatile } from "../plan/volatile.js";

/**
 * Takes calls of functions that the engine does not have out of it: the distinct arguments leave it, the program answers
 * them, and the call becomes a look-up among the answers. What is left after this pass is in a place where that cannot be.
 */
export function outsideCalls(plan: Plan): Plan {
  return mapPlans(plan, (node) => {
    switch (node.kind) {
      case "filter":
        return isOutside(node.condition) ? filtered(node) : node;
      case "project": {
        if (!node.columns.some(({ expression }) => isOutside(expression))) return node;
        const input = frozen(
          node.input,
          node.columns.map(({ expression }) => expression),
        );
        const answer = answering(input);
        return { ...node, input, columns: node.columns.map((one) => ({ ...one, expression: answer(one.expression) })) };
      }
      case "aggregate": {
        if (!expressionsOf(node).some(isOutside)) return node;
        const input = frozen(node.input, expressionsOf(node));
        const answer = answering(input);
        const aggregates = node.aggregates.map((one) => ({
          ...one,
          args: one.args.map(answer),
          ...(one.when === undefined ? {} : { when: answer(one.when) }),
        }));
        return {
          ...node,
          input,
          aggregates,
          keys: node.keys.map((key) => ({ ...key, expression: answer(key.expression) })),
        };
      }
      case "sort": {
        if (!expressionsOf(node).some(isOutside)) return node;
        const input = frozen(node.input, expressionsOf(node));
        const answer = answering(input);
        return { ...node, input, keys: node.keys.map((key) => ({ ...key, expression: answer(key.expression) })) };
      }
      case "expand": {
        if (!expressionsOf(node).some(isOutside)) return node;
        const input = frozen(node.input, expressionsOf(node));
        const answer = answering(input);
        return { ...node, input, items: node.items.map((item) => ({ ...item, expression: answer(item.expression) })) };
      }
      case "join": {
        if (!expressionsOf(node).some(isOutside)) return node;
        const left = frozen(
          node.left,
          node.on.map((pair) => pair.left),
        );
        const right = frozen(
          node.right,
          node.on.map((pair) => pair.right),
        );
        const [ours, theirs] = [answering(left), answering(right)];
        return {
          ...node,
          left,
          right,
          on: node.on.map((pair) => ({ left: ours(pair.left), right: theirs(pair.right) })),
        };
      }
      case "window": {
        if (!expressionsOf(node).some(isOutside)) return node;
        const input = frozen(node.input, expressionsOf(node));
        const answer = answering(input);
        const columns = node.columns.map((column) => ({
          ...column,
          args: column.args.map(answer),
          ...(column.restart === undefined ? {} : { restart: answer(column.restart) }),
        }));
        return { ...node, input, columns };
      }
      default:
        return node;
    }
  });
}

/** Conditions that the engine can test come first, so that fewer rows are asked about. */
function filtered({ input, condition }: Filter): Plan {
  const parts = conjuncts(condition);
  const below = parts
    .filter((part) => !isOutside(part))
    .reduce<Plan>((rows, part) => ({ kind: "filter", input: rows, condition: part }), input);
  const above = parts.filter(isOutside);
  const rows = frozen(below, above);
  const answer = answering(rows);
  return above.reduce<Plan>((rest, part) => ({ kind: "filter", input: rest, condition: answer(part) }), rows);
}

function isOutside(expression: Expression): boolean {
  let found = false;
  mapExpression(expression, (part) => {
    found ||= isOutsideCall(part);
    return part;
  });
  return found;
}

function isOutsideCall(part: Expression): part is FunctionCall {
  if (part.kind !== "call") return false;
  const areConstant = part.args.map(({ kind }) => kind === "literal");
  return isOutsideFor(outsideFunctions.get(part.name), areConstant);
}

/** Puts answers in place of the calls in expressions over a plan's rows. */
function answering(rows: Plan): (expression: Expression) => Expression {
  const known = new Map<string, Expression>();
  const answer = (call: FunctionCall): Expression => {
    const name = plansIn(call).length > 0 ? undefined : nameOf(call);
    const before = name === undefined ? undefined : known.get(name);
    if (before !== undefined) return before;
    const made = answered(call, rows);
    if (name !== undefined) known.set(name, made);
    return made;
  };
  return (expression) => mapExpression(expression, (part) => (isOutsideCall(part) ? answer(part) : part));
}

/** A text that is the same for calls that mean the same. */
function nameOf(call: FunctionCall): string {
  return JSON.stringify(call, (key, part: unknown) => {
    if (key === "location") return undefined;
    return typeof part === "bigint" ? `${part}n` : part;
  });
}

function answered(call: FunctionCall, rows: Plan): Expression {
  const { location } = call;
  const names = call.args.map((_, index) => `a${index}`);
  const asked = columnsIn(call) || isVolatile(call) ? rows : oneRow;
  const distinct: Plan = {
    kind: "aggregate",
    input: asked,
    keys: call.args.map((expression, index) => ({ name: names[index] ?? "", expression })),
    aggregates: [],
  };
  const columns = call.args.map(({ type }, index) => ({ name: names[index] ?? "", type }));
  const answers: Hybrid = {
    kind: "hybrid",
    input: distinct,
    transform: { kind: "function", options: { name: call.name } },
    columns: [...columns, { name: answerText, type: "string" }],
    ordered: false,
    construct: call.name,
  };
  const keyOf = (args: readonly Expression[]): Expression => ({
    kind: "call",
    name: "#answer-key",
    args,
    type: "string",
    location,
  });
  const pairs: Plan = {
    kind: "project",
    input: answers,
    columns: [
      { name: answerKey, expression: keyOf(columns.map((column) => ({ kind: "column", ...column }))) },
      { name: answerText, expression: { kind: "column", name: answerText, type: "string" } },
    ],
  };
  const query: Expression = {
    kind: "scalar-query",
    plan: pairs,
    column: { name: answerKey, type: "string" },
    type: "string",
  };
  return { kind: "call", name: answerCall, args: [keyOf(call.args), query], type: call.type, location };
}

const oneRow: Plan = { kind: "rows", columns: [], rows: [[]] };

function columnsIn(expression: Expression): boolean {
  return columnsRead(expression).size > 0;
}

/**
 * Rows that are the same each time that they are read: those of a plan that may choose or make others are taken out of the
 * engine and brought back once.
 */
function frozen(rows: Plan, read: readonly Expression[]): Plan {
  if (isStable(rows) && !read.some(isVolatile)) return leavesOut(rows) ? apart(rows) : rows;
  const columns = columnsOf(rows);
  const numbered = columns.map(({ type }, index) => ({ name: `c${index}`, type }));
  const held: Hybrid = {
    kind: "hybrid",
    input: {
      kind: "project",
      input: rows,
      columns: columns.map((column, index) => ({ name: `c${index}`, expression: { kind: "column", ...column } })),
    },
    transform: { kind: "rows" },
    columns: numbered,
    ordered: true,
    construct: read.flatMap(outsideNames)[0] ?? "rows",
  };
  return {
    kind: "project",
    input: held,
    columns: columns.map(({ name, type }, index) => ({
      name,
      expression: { kind: "column", name: `c${index}`, type },
    })),
  };
}

/**
 * Rows that are settled before anything is made of them. The engine moves conditions about, also into the tables of a join,
 * and would ask for the answers of rows that other conditions leave out, which have none.
 */
function apart(rows: Plan): Plan {
  return { kind: "limit", input: rows, count: { kind: "literal", type: "long", value: allRows } };
}

const allRows = 2n ** 63n - 1n;

function isApart(plan: Plan): boolean {
  return plan.kind === "limit" && plan.count.kind === "literal" && plan.count.value === allRows;
}

/** Whether rows of a plan's tables are missing among its own, as far as the engine could still look at them. */
function leavesOut(plan: Plan): boolean {
  switch (plan.kind) {
    case "filter":
    case "join":
      return true;
    case "project":
    case "sort":
    case "expand":
    case "union":
    case "shared":
      return inputsOf(plan).some(leavesOut);
    default:
      return false;
  }
}

function outsideNames(expression: Expression): readonly string[] {
  const names: string[] = [];
  mapExpression(expression, (part) => {
    if (isOutsideCall(part)) names.push(part.name);
    return part;
  });
  return names;
}

/** Whether a plan gives the same rows each time, in whatever order. */
function isStable(plan: Plan): boolean {
  const isFixed =
    plan.kind === "aggregate"
      ? plan.aggregates.every((column) => fixedAggregates.has(column.function))
      : plan.kind === "join"
        ? plan.join !== "innerunique"
        : stableKinds.has(plan.kind) || isApart(plan);
  const expressions = expressionsOf(plan);
  return (
    isFixed && !expressions.some(isVolatile) && [...inputsOf(plan), ...expressions.flatMap(plansIn)].every(isStable)
  );
}

const stableKinds: ReadonlySet<Plan["kind"]> = new Set([
  "scan",
  "rows",
  "range",
  "external",
  "project",
  "filter",
  "sort",
  "union",
  "expand",
  "shared",
  "hybrid",
]);

/** Aggregates that do not depend on the order of the rows. */
const fixedAggregates: ReadonlySet<string> = new Set(["count", "dcount", "count_distinct", "min", "max", "sum"]);

import type { Look, Looked, SeenValue } from "../compilation.js";
import { sourceText } from "../dissect/stages.js";
import { type Context, type Gathered, nothing, report } from "../operators/context.js";
import { partsAt, ref } from "../operators/plugins/parts.js";
import { readStatements, upTo, withoutInternal } from "../operators/query.js";
import { over } from "../operators/rows.js";
import { lowerCondition, lowerScalar } from "../operators/scalar.js";
import { lowerOperator, lowerTable } from "../operators/table.js";
import { withWindows } from "../operators/window-functions.js";
import { childPlans, expressionsOf } from "../plan/children.js";
import { columnsRead, type Expression } from "../plan/expression.js";
import { isInternal } from "../plan/internal.js";
import { columnsOf, type Named, type Plan } from "../plan/plan.js";
import { isVolatile } from "../plan/volatile.js";
import type { Source } from "../source/source.js";
import type { BoundQuery } from "../syntax/bind.js";
import { eventIn, type Followed, followed } from "./event.js";
import { pipelineOf, type TracedStage } from "./pipeline.js";
import { type PredicateNode, predicatesOf } from "./predicates.js";

/** The plan that answers a question about a stage, and what its columns are. */
export interface LookPlan {
  readonly plan: Plan;
  readonly looked: Looked;
}

/** Lowers a question about a stage; undefined, with diagnostics, where it has no answer. */
export function lowerLook(look: Look, source: Source, bound: BoundQuery, gathered: Gathered): LookPlan | undefined {
  const read = readStatements(source, bound, gathered);
  if (read === undefined) return undefined;
  const stages = pipelineOf(bound.statements);
  const stage = stages[look.stage - 1];
  if (stage === undefined) return undefined;
  const contextOf = ({ statement }: TracedStage) => (statement === undefined ? read.cx : read.before(statement));
  const cx = contextOf(stage);
  if (!stage.givesRows) {
    report(cx, stage.location, "not-followed", `\`${stage.operator}\` gives a graph, which has no rows to count`);
    return undefined;
  }
  /** The rows before each stage, and in the end those after this one. */
  const all = [...plansUpTo(stages.slice(0, look.stage), contextOf)];
  const after = all.at(-1);
  const before = all.at(-2);
  if (after === undefined) return undefined;
  const volatile = stages.slice(0, look.stage).find((_, at) => isUnsteady(all[at]));
  if (volatile !== undefined) {
    report(
      cx,
      volatile.location,
      "not-followed",
      `\`${volatile.operator}\` has other values each time that it is asked`,
    );
    return undefined;
  }
  const isLast = look.stage === stages.length;
  if (look.event === undefined) {
    if (!isLast || read.most === undefined) return answer(look, stage, { before, after }, cx);
    const answered = answer(look, stage, { before, after: upTo(read.most, after) }, cx);
    return { ...answered, looked: { ...answered.looked, most: read.most } };
  }
  const first = stages[0];
  const source0 = all[0];
  if (first === undefined || source0 === undefined) return undefined;
  const own = eventIn(source0, look.event, first, contextOf(first));
  if (own === undefined) return undefined;
  let now: Followed = { rows: own, isGroup: false };
  let last: Followed | undefined;
  for (const [at, next] of stages.slice(1, look.stage).entries()) {
    const [one, other] = [all[at], all[at + 1]];
    last = now;
    const then = one && other && followed(now, next, look.event, { before: one, after: other }, contextOf(next));
    if (then === undefined) return undefined;
    now = then;
  }
  const answered = answer(look, stage, { before: last?.rows, after: now.rows }, cx);
  const isGroup = (look.ask.kind === "values" ? last : now)?.isGroup === true;
  return { ...answered, looked: { ...answered.looked, isGroup, isJoined: now.isJoined === true } };
}

/** Whether two computations of some rows may differ because of a function that gives what it likes. */
function isUnsteady(plan: Plan | undefined): boolean {
  if (plan === undefined) return false;
  return expressionsOf(plan).some(isVolatile) || childPlans(plan).some(isUnsteady);
}

/** The rows after each of the stages. */
function* plansUpTo(stages: readonly TracedStage[], contextOf: (stage: TracedStage) => Context): Generator<Plan> {
  let plan: Plan | undefined;
  for (const stage of stages) {
    const cx = contextOf(stage);
    // A graph has no rows, and what is made of it is lowered from the graph on.
    if (!stage.givesRows) plan = undefined;
    else plan = plan === undefined ? lowerTable(stage.pipe, cx) : lowerOperator(stage.node, plan, cx);
    yield plan ?? nothing();
  }
}

function answer(
  { ask }: Look,
  stage: TracedStage,
  { before, after }: { readonly before: Plan | undefined; readonly after: Plan },
  cx: Context,
): LookPlan {
  const condition = stage.node.kind === "FilterOperator" ? stage.node.child("Condition") : undefined;
  const predicates = condition === undefined ? [] : predicatesOf(condition);
  const none: Looked = { predicates: [], seen: [], isGroup: false, isJoined: false };
  const limited = (plan: Plan, rows: number): Plan =>
    withoutInternal({ kind: "limit", input: plan, count: { kind: "literal", type: "long", value: BigInt(rows) } });
  if (ask.kind === "kept") return { plan: limited(after, ask.rows), looked: none };
  if (before === undefined || predicates.length === 0) {
    return { plan: counted(after, [], stage), looked: none };
  }
  const rows = over(before, cx);
  const conditions = predicates.map(({ node }) => lowerCondition(node, rows));
  const told = { ...none, predicates: predicates.map(({ node: _node, ...predicate }) => predicate) };
  switch (ask.kind) {
    case "counts":
      return { plan: counted(withWindows(before, rows.windows), whole(predicates, conditions), stage), looked: told };
    case "values": {
      const { seen, values } = seenBy(predicates, rows);
      const columns = [...conditions, ...values].map((expression, at): Named => ({ name: `c${at}`, expression }));
      const plan: Plan = { kind: "project", input: withWindows(before, rows.windows), columns };
      return { plan: limited(plan, ask.rows), looked: { ...told, seen } };
    }
    case "lost": {
      const { of, and } = partsAt(stage.location);
      const at = predicates.findIndex((_, index) => index === ask.predicate);
      const earlier = conditions.filter((_, index) => index < at && predicates[index]?.depth === 0);
      const own = conditions[at];
      if (own === undefined) return { plan: limited(after, 0), looked: told };
      const plan: Plan = {
        kind: "filter",
        input: withWindows(before, rows.windows),
        condition: and(...earlier, of("not", [isTrue(own, stage)], "bool")),
      };
      const kept: Plan = { kind: "project", input: plan, columns: columnsOf(before).map((column) => named(column)) };
      return { plan: limited(kept, ask.rows), looked: told };
    }
    default:
      return ask satisfies never;
  }
}

function named(column: { readonly name: string; readonly type: Expression["type"] }): Named {
  return { name: column.name, expression: ref(column) };
}

/** For each predicate itself, and where it is whole all up to it. */
function whole(
  predicates: readonly PredicateNode[],
  conditions: readonly Expression[],
): readonly { readonly alone: Expression; readonly together: Expression | undefined }[] {
  let all: Expression | undefined;
  return conditions.map((alone, at) => {
    const predicate = predicates[at];
    if (predicate === undefined || predicate.depth > 0) return { alone, together: undefined };
    all = all === undefined ? alone : partsAt(predicate.location).and(all, alone);
    return { alone, together: all };
  });
}

/** One row with the number of rows, and of those that meet conditions. */
function counted(rows: Plan, conditions: ReturnType<typeof whole>, { location }: TracedStage): Plan {
  const { aggregate, countWhen } = partsAt(location);
  const counts = conditions.flatMap(({ alone, together }, at) => [
    countWhen(`a${at}`, alone),
    ...(together === undefined ? [] : [countWhen(`t${at}`, together)]),
  ]);
  const none: Expression = { kind: "literal", type: "long", value: null };
  const names = conditions.flatMap(({ together }, at) => [`a${at}`, together === undefined ? undefined : `t${at}`]);
  return {
    kind: "project",
    input: { kind: "aggregate", input: rows, keys: [], aggregates: [aggregate("rows", "count"), ...counts] },
    columns: [
      named({ name: "rows", type: "long" }),
      ...names.map((name, at) =>
        name === undefined ? { name: `n${at}`, expression: none } : named({ name, type: "long" }),
      ),
    ],
  };
}

/** What predicates without parts look at: columns, and the side of a comparison that is made of them. */
function seenBy(predicates: readonly PredicateNode[], rows: ReturnType<typeof over>) {
  const seen: SeenValue[] = [];
  const values: Expression[] = [];
  for (const [predicate, { node, joins }] of predicates.entries()) {
    if (joins !== undefined) continue;
    const add = (text: string, value: Expression) => {
      if (seen.some((one) => one.predicate === predicate && one.text === text)) return;
      seen.push({ predicate, text });
      values.push(value);
    };
    const lowered = lowerCondition(node, rows);
    for (const name of columnsRead(lowered)) {
      const column = isInternal(name) ? undefined : rows.row?.(name);
      if (column !== undefined) add(name, column);
    }
    for (const side of [node.child("Left"), node.child("Right")]) {
      if (side === undefined || side.type === undefined || side.type === "error") continue;
      const value = lowerScalar(side, rows);
      if (value.kind !== "column" && value.kind !== "literal") add(sourceText(side), value);
    }
  }
  return { seen, values };
}

function isTrue(condition: Expression, { location }: TracedStage): Expression {
  return partsAt(location).of("coalesce", [condition, { kind: "literal", type: "bool", value: false }], "bool");
}

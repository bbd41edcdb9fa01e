import type { Condition, TextSpan } from "../../detections/condition.js";
import type { DetectionStage, DetectionThreshold } from "../../detections/detection.js";
import { numberOf } from "../parsing/literals.js";
import { type TokenRules, tokensOf, Words } from "../parsing/tokens.js";
import { condition, operand, type SqlCx } from "./sql-conditions.js";

/** One SELECT from one table. */
export interface SqlSelect {
  readonly from: string;
  readonly where?: Condition;
  readonly groupBy: readonly string[];
  readonly thresholds: readonly Omit<DetectionThreshold, "by" | "within">[];
  readonly outputs: readonly string[];
  readonly stages: readonly Omit<DetectionStage, "index">[];
  /** Of `p_occurs_since`, in milliseconds. */
  readonly within?: number;
  readonly unread: readonly { readonly text: string; readonly why: string; readonly span: TextSpan }[];
}

const rules: TokenRules = [
  ["skip", /(?:\s+|--[^\n]*|\/\/[^\n]*|\/\*[\s\S]*?\*\/)/y],
  ["string", /'(?:[^']|'')*'/y],
  ["name", /"(?:[^"]|"")+"/y],
  ["number", /\d+(?:\.\d+)?/y],
  ["word", /[A-Za-z_][\w$]*/y],
  ["sign", /<>|!=|<=|>=|::|\|\||[-+*/%=<>(),.:;[\]]/y],
];

/** Reads a SELECT with WHERE, GROUP BY and HAVING. Throws a SyntaxFailure where the text is more than that. */
export function parseSelect(text: string): SqlSelect {
  const words = new Words(text, tokensOf(text, rules));
  const cx: SqlCx = { words, text, within: undefined };
  const start = words.offset;
  if (words.is("with")) words.fail("a query of several parts (WITH)");
  words.expect("select");
  words.accept("distinct");
  const { outputs, aliases } = selectList(cx);
  const stages = [stage(cx, "select", start)];
  const fromAt = words.offset;
  words.expect("from");
  if (words.is("(")) words.fail("a query within a query");
  const from = tableName(words);
  if (words.accept("as") !== undefined || (words.isKind("word") && !clauses.some((clause) => words.is(clause))))
    words.next();
  if (words.is(",") || ["join", "inner", "left", "right", "full", "cross", "lateral"].some((one) => words.is(one))) {
    words.fail("a join");
  }
  stages.push(stage(cx, "from", fromAt));
  const whereAt = words.offset;
  const where = words.accept("where") === undefined ? undefined : condition(cx);
  if (where !== undefined) stages.push(stage(cx, "where", whereAt));
  const groupAt = words.offset;
  const groupBy = words.accept("group") === undefined ? [] : groupList(cx);
  if (groupBy.length > 0) stages.push(stage(cx, "group by", groupAt));
  const havingAt = words.offset;
  const having = words.accept("having") === undefined ? { thresholds: [], unread: [] } : havingOf(cx, aliases);
  if (words.lastEnd > havingAt) stages.push(stage(cx, "having", havingAt));
  while (words.peek() !== undefined && !words.is(";")) {
    if (["union", "intersect", "except", "minus"].some((one) => words.is(one))) words.fail("several SELECTs");
    words.next();
  }
  return {
    ...{ from, groupBy, outputs, stages },
    ...(where === undefined ? {} : { where }),
    ...(cx.within === undefined ? {} : { within: cx.within }),
    thresholds: having.thresholds,
    unread: having.unread,
  };
}

const clauses = [
  "where",
  "group",
  "having",
  "order",
  "limit",
  "union",
  "qualify",
  "join",
  "inner",
  "left",
  "right",
  "full",
  "cross",
  "lateral",
];

function stage({ words, text }: SqlCx, operator: string, start: number): Omit<DetectionStage, "index"> {
  const span = words.spanFrom(start);
  return { operator, text: text.slice(span.start, span.end), span };
}

function tableName(words: Words): string {
  const parts = [plainName(words)];
  while (words.accept(".") !== undefined) parts.push(plainName(words));
  return parts.join(".");
}

function plainName(words: Words): string {
  if (!words.isKind("word") && !words.isKind("name")) words.fail("a name is missing");
  return words.next().text.replaceAll('"', "");
}

interface Aggregate {
  readonly function: string;
  readonly of?: string;
}

/** The columns of the result; what is more than names and aggregates is passed over. */
function selectList(cx: SqlCx): {
  readonly outputs: readonly string[];
  readonly aliases: ReadonlyMap<string, Aggregate>;
} {
  const { words } = cx;
  const outputs: string[] = [];
  const aliases = new Map<string, Aggregate>();
  do {
    const first = words.peek();
    const aggregate = words.accept("*") === undefined ? aggregateOf(cx) : undefined;
    let last = words.lastEnd === first?.span.end ? first.text : undefined;
    let depth = 0;
    while (words.peek() !== undefined && (depth > 0 || (!words.is(",") && !words.is("from")))) {
      const token = words.next();
      if (token.text === "(") depth += 1;
      if (token.text === ")") depth -= 1;
      last = token.kind === "word" || token.kind === "name" ? token.text.replaceAll('"', "") : last;
    }
    if (last !== undefined) outputs.push(last);
    if (aggregate !== undefined && last !== undefined) aliases.set(last.toLowerCase(), aggregate);
  } while (words.accept(",") !== undefined);
  return { outputs, aliases };
}

/** `count(*)`, `count(distinct x)`, `sum(x)`; undefined, with nothing read, for anything else. */
function aggregateOf(cx: SqlCx): Aggregate | undefined {
  const { words } = cx;
  const name = ["count", "sum", "max", "min", "avg", "approx_count_distinct"].find((one) => words.is(one));
  if (name === undefined || !words.is("(", 1)) return undefined;
  words.next();
  words.next();
  if (words.accept("*") !== undefined) {
    words.expect(")");
    return { function: "count" };
  }
  const isDistinct = words.accept("distinct") !== undefined || name === "approx_count_distinct";
  const of = operand(cx);
  words.expect(")");
  return { function: isDistinct ? "dcount" : name, ...(of.kind === "field" ? { of: of.path } : {}) };
}

function groupList(cx: SqlCx): readonly string[] {
  const { words } = cx;
  words.expect("by");
  const names: string[] = [];
  do {
    const of = operand(cx);
    names.push(of.kind === "field" ? of.path : cx.text.slice(of.span.start, of.span.end));
  } while (words.accept(",") !== undefined);
  return names;
}

function havingOf(cx: SqlCx, aliases: ReadonlyMap<string, Aggregate>): Pick<SqlSelect, "thresholds" | "unread"> {
  const { words, text } = cx;
  const thresholds: Omit<DetectionThreshold, "by" | "within">[] = [];
  const start = words.offset;
  for (;;) {
    const token = words.peek();
    const aggregate =
      aggregateOf(cx) ?? (token === undefined ? undefined : aliases.get(words.next().text.toLowerCase()));
    const operator = [">", ">=", "<", "<=", "="].find((sign) => words.is(sign));
    const value =
      operator === undefined || !words.isKind("number", 1) ? undefined : numberOf(words.peek(1)?.text ?? "");
    if (aggregate === undefined || operator === undefined || typeof value !== "number") break;
    words.next();
    words.next();
    thresholds.push({ ...aggregate, operator: operator === "=" ? "==" : operator, value });
    if (words.accept("and") === undefined) {
      if (words.is("or")) break;
      return { thresholds, unread: [] };
    }
  }
  while (words.peek() !== undefined && !["order", "limit", ";", "qualify"].some((one) => words.is(one))) words.next();
  const span = words.spanFrom(start);
  return {
    thresholds: [],
    unread: [{ text: text.slice(span.start, span.end), why: "a condition on groups that is not followed", span }],
  };
}

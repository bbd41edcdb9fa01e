import { allOf, always, anyOf, notOf } from "../../detections/combine.js";
import type { Condition, Test, TestOperator, TestValue, TextSpan } from "../../detections/condition.js";
import type { YaralExpression } from "./yaral-tree.js";

/** A field of an event that a name stands for. */
export interface BoundField {
  readonly event: string;
  readonly path: string;
  readonly through: readonly string[];
}

/** The names of a rule that are no events: `$user = $e.principal.user.userid`. */
export type Placeholders = ReadonlyMap<string, readonly BoundField[]>;

interface Cx {
  readonly text: string;
  readonly placeholders: Placeholders;
  /** The event whose condition is wanted. */
  readonly event: string;
}

/** What the predicates of `events` want of one event; those that are about another are left out. */
export function conditionOf(
  text: string,
  placeholders: Placeholders,
  event: string,
  predicates: readonly YaralExpression[],
): Condition {
  const cx: Cx = { text, placeholders, event };
  return allOf(
    predicates.flatMap((predicate) => {
      const events = eventsOf(predicate, placeholders);
      if (!events.has(event) || isBinding(predicate)) return [];
      if (events.size === 1) return [read(cx, predicate)];
      return isJoin(predicate, placeholders) ? [] : [eachOf(cx, predicate, events)];
    }),
  );
}

/** A test of a placeholder is one of each event that it is bound to; anything else over several events is not followed. */
function eachOf(cx: Cx, predicate: YaralExpression, events: ReadonlySet<string>): Condition {
  const written = variablesOf(predicate);
  const isOfPlaceholders = written.every(({ name, path }) => path === "" && cx.placeholders.has(name));
  if (isOfPlaceholders && new Set(written.map(({ name }) => name)).size === 1) return read(cx, predicate);
  return unread(cx, predicate, `a condition over ${events.size} events`);
}

/** The placeholders of a rule, and what each is bound to. */
export function placeholdersOf(predicates: readonly YaralExpression[]): Placeholders {
  const found = new Map<string, BoundField[]>();
  const add = (name: YaralExpression, value: YaralExpression) => {
    const of = name.kind === "variable" && name.path === "" ? fieldOf(value) : undefined;
    if (name.kind === "variable" && of !== undefined) found.set(name.name, [...(found.get(name.name) ?? []), of]);
  };
  for (const one of predicates.flatMap(conjuncts)) {
    if (one.kind !== "comparison" || one.operator !== "=") continue;
    add(one.left, one.right);
    add(one.right, one.left);
  }
  return found;
}

/** The events that an expression names, also through placeholders. */
export function eventsOf(expression: YaralExpression, placeholders: Placeholders): ReadonlySet<string> {
  const names = variablesOf(expression).flatMap(({ name, path }) =>
    path === "" ? (placeholders.get(name) ?? []).map(({ event }) => event) : [name],
  );
  return new Set(names);
}

/** Parts that all have to hold. */
export function conjuncts(expression: YaralExpression): readonly YaralExpression[] {
  return expression.kind === "and" ? expression.parts.flatMap(conjuncts) : [expression];
}

function variablesOf(expression: YaralExpression): readonly Extract<YaralExpression, { kind: "variable" }>[] {
  switch (expression.kind) {
    case "and":
    case "or":
      return expression.parts.flatMap(variablesOf);
    case "not":
      return variablesOf(expression.part);
    case "comparison":
      return [...variablesOf(expression.left), ...variablesOf(expression.right)];
    case "in":
      return variablesOf(expression.left);
    case "call":
      return expression.given.flatMap(variablesOf);
    case "variable":
      return [expression];
    default:
      return [];
  }
}

/** `$user = $e.field`: gives a name, and asks nothing. */
function isBinding(one: YaralExpression): boolean {
  if (one.kind !== "comparison" || one.operator !== "=") return false;
  const isName = (side: YaralExpression) => side.kind === "variable" && side.path === "";
  return (
    (isName(one.left) && fieldOf(one.right) !== undefined) || (isName(one.right) && fieldOf(one.left) !== undefined)
  );
}

/** Somewhere in it a name is given. */
function binds(one: YaralExpression): boolean {
  if (one.kind === "and" || one.kind === "or") return one.parts.some(binds);
  return one.kind === "not" ? binds(one.part) : isBinding(one);
}

/** `$e1.field = $e2.field`, which says which events belong together. */
export function isJoin(one: YaralExpression, placeholders: Placeholders): boolean {
  if (one.kind !== "comparison" || one.operator !== "=") return false;
  return fieldOf(one.left) !== undefined && fieldOf(one.right) !== undefined && eventsOf(one, placeholders).size > 1;
}

const throughs: Readonly<Record<string, string>> = { "strings.to_lower": "tolower", "strings.to_upper": "toupper" };

/** The field that an expression is, also inside `strings.to_lower`. */
export function fieldOf(expression: YaralExpression): BoundField | undefined {
  if (expression.kind === "variable") {
    const { name, path } = expression;
    return path === "" || path.includes("[") ? undefined : { event: name, path, through: [] };
  }
  const [only, ...more] = expression.kind === "call" ? expression.given : [];
  const through = expression.kind === "call" ? throughs[expression.name] : undefined;
  if (only === undefined || more.length > 0 || through === undefined) return undefined;
  const inner = fieldOf(only);
  return inner === undefined ? undefined : { ...inner, through: [...inner.through, through] };
}

/** The field of the event that is meant, directly or by a placeholder. */
function fieldHere({ event, placeholders }: Cx, expression: YaralExpression): BoundField | undefined {
  if (expression.kind === "variable" && expression.path === "") {
    return placeholders.get(expression.name)?.find((one) => one.event === event);
  }
  return fieldOf(expression);
}

function read(cx: Cx, expression: YaralExpression): Condition {
  switch (expression.kind) {
    case "and":
      return allOf(expression.parts.map((part) => read(cx, part)));
    case "or":
      return binds(expression)
        ? unread(cx, expression, "a name that is given under `or`")
        : anyOf(expression.parts.map((part) => read(cx, part)));
    case "not":
      return binds(expression.part)
        ? unread(cx, expression, "a name that is given under `not`")
        : notOf(read(cx, expression.part));
    case "comparison":
      return isBinding(expression) ? always : comparison(cx, expression);
    case "in":
      return unread(cx, expression, `the list ${expression.list}, which is not in the file`);
    case "call":
      return callOf(cx, expression);
    default:
      return unread(cx, expression, "a value by itself");
  }
}

const operators: Readonly<Record<string, TestOperator>> = {
  "=": "equals",
  "!=": "equals",
  "<": "less",
  "<=": "lessOrEqual",
  ">": "greater",
  ">=": "greaterOrEqual",
};
const turned: Readonly<Record<string, string>> = { "=": "=", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<=" };

function comparison(cx: Cx, one: Extract<YaralExpression, { kind: "comparison" }>): Condition {
  const { left, right, operator, nocase, span } = one;
  const [first, second] = [fieldHere(cx, left), fieldHere(cx, right)];
  if (first === undefined && second !== undefined) {
    return comparison(cx, { ...one, left: right, right: left, operator: turned[operator] ?? operator });
  }
  if (left.kind === "call" && right.kind === "value" && typeof right.value === "boolean" && /^!?=$/.test(operator)) {
    return right.value === (operator === "=") ? callOf(cx, left) : notOf(callOf(cx, left));
  }
  const how = operators[operator];
  // What `all` wants of every element, or `!=` of any, the name of a field does not say.
  const isAll = [left, right].some((side) => side.kind === "variable" && side.quantity === "all");
  if (first === undefined || how === undefined || isAll) return unread(cx, one, reasonOf(one));
  const test = (kind: TestOperator, values: readonly TestValue[]) => testOf(first, kind, values, nocase, span);
  const negated = (condition: Condition) => {
    if (operator !== "!=") return condition;
    const isAny = left.kind === "variable" && left.quantity === "any";
    return isAny ? unread(cx, one, "an element that is not so") : notOf(condition);
  };
  if (second !== undefined) {
    const other = test(how, []);
    return other.kind === "test"
      ? negated({ ...other, other: { written: second.path } })
      : unread(cx, one, reasonOf(one));
  }
  if (right.kind === "pattern") return negated(test("matches", [right.pattern]));
  if (right.kind !== "value") return unread(cx, one, reasonOf(one));
  // A field that is not there is the empty text, 0 or false.
  if (how === "equals" && right.value === "") return operator === "!=" ? test("exists", []) : notOf(test("exists", []));
  const isNothing = (right.value === 0 || right.value === false) && how === "equals";
  return negated(isNothing ? anyOf([test(how, [right.value]), notOf(test("exists", []))]) : test(how, [right.value]));
}

function reasonOf({ left, right }: Extract<YaralExpression, { kind: "comparison" }>): string {
  const call = [left, right].find((side) => side.kind === "call");
  if (call?.kind === "call") return `the function \`${call.name}\``;
  const isNumbered = [left, right].some((side) => side.kind === "variable" && side.path.includes("["));
  return isNumbered ? "an element by its number" : "a comparison that is not followed";
}

const calls: Readonly<Record<string, TestOperator>> = {
  "re.regex": "matches",
  "strings.contains": "contains",
  "strings.starts_with": "startswith",
  "strings.ends_with": "endswith",
  "net.ip_in_range_cidr": "cidr",
  "arrays.contains": "equals",
};

function callOf(cx: Cx, one: Extract<YaralExpression, { kind: "call" }>): Condition {
  const operator = Object.hasOwn(calls, one.name) ? calls[one.name] : undefined;
  const [field, value, ...more] = one.given;
  const found = field === undefined ? undefined : fieldHere(cx, field);
  const wanted = value?.kind === "value" ? value.value : value?.kind === "pattern" ? value.pattern : undefined;
  if (operator === undefined || found === undefined || wanted === undefined || more.length > 0) {
    return unread(cx, one, `the function \`${one.name}\``);
  }
  return testOf(found, operator, [wanted], one.nocase, one.span);
}

/** Case does not count where `nocase` stands, or the field is turned into lower case first. */
function testOf(
  { path, through }: BoundField,
  operator: TestOperator,
  values: readonly TestValue[],
  nocase: boolean,
  span: TextSpan,
): Condition {
  const last = through.at(-1);
  const fold = last === "tolower" ? "toLowerCase" : last === "toupper" ? "toUpperCase" : undefined;
  const isFolded = fold !== undefined && operator !== "matches";
  const possible =
    isFolded && !nocase ? values.filter((value) => typeof value !== "string" || value[fold]() === value) : values;
  if (values.length > 0 && possible.length === 0) return anyOf([]);
  const rest = isFolded ? through.slice(0, -1) : through;
  const test: Test = {
    kind: "test",
    ...{ field: { written: path }, operator, values: possible, caseSensitive: !nocase && !isFolded, span },
    ...(rest.length === 0 ? {} : { through: rest }),
  };
  return test;
}

function unread({ text }: Cx, { span }: YaralExpression, why: string): Condition {
  return { kind: "unread", text: text.slice(span.start, span.end), why, span };
}

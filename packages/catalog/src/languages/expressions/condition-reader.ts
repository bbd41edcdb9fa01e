import { allOf, always, anyOf, isAlways, isNever, never, notOf } from "../../detections/combine.js";
import type { Condition, Test, TestValue, TextSpan, Unread } from "../../detections/condition.js";
import { compareConstants, flipped } from "./constants.js";
import type { Comparison, Dialect, PredicateCall } from "./dialect.js";
import type { Expression } from "./expression.js";
import type { Aggregate, Scope } from "./scope.js";

/** A comparison of an aggregate, which stands in a condition as an unread part until it is taken out. */
export interface GroupTest {
  readonly aggregate: Aggregate;
  readonly operator: string;
  readonly value: number;
}

/** What an expression is, once its names are followed to where they come from. */
type Subject =
  | { readonly kind: "value"; readonly value: TestValue }
  | { readonly kind: "field"; readonly name: string; readonly through: readonly string[] }
  | { readonly kind: "aggregate"; readonly aggregate: Aggregate }
  /** The first value whose condition holds. */
  | { readonly kind: "choice"; readonly cases: readonly { readonly when: Condition; readonly value: Subject }[] }
  /** True or false. */
  | { readonly kind: "condition"; readonly condition: Condition }
  /** Where among a field's values one is found, from 0; missing where none is. */
  | { readonly kind: "position"; readonly found: Condition }
  /** Anything else, by its text. */
  | { readonly kind: "computed"; readonly text: string };

/** Functions that leave a value what it is, but for its case and type. */
const withoutLoss = new Set(["tolower", "toupper", "tostring", "tolong", "toint", "trim"]);

/** How many expressions one rule may come to, with names followed. */
const budget = 20_000;

/** Brings the expressions of one query into the one form of conditions. */
export class ConditionReader {
  readonly text: string;
  readonly dialect: Dialect;
  readonly #groups = new WeakMap<Unread, GroupTest>();
  #left = budget;

  constructor(text: string, dialect: Dialect) {
    this.text = text;
    this.dialect = dialect;
  }

  /** What an expression says of an event. */
  condition(expression: Expression, scope: Scope): Condition {
    const condition = this.#condition(expression, scope);
    return this.#left < 0 ? this.unread(expression.span, "names that stand for too much") : condition;
  }

  #condition(expression: Expression, scope: Scope): Condition {
    this.#left -= 1;
    if (this.#left < 0) return never;
    switch (expression.kind) {
      case "and":
        return allOf(expression.parts.map((part) => this.#condition(part, scope)));
      case "or":
        return anyOf(expression.parts.map((part) => this.#condition(part, scope)));
      case "not":
        return notOf(this.#condition(expression.part, scope));
      case "exists":
        return this.#exists(this.#subject(expression.of, scope), expression.span);
      case "compare":
        return this.#compare(expression, scope);
      case "unread":
        return this.unread(expression.span, expression.why);
      case "call":
        return this.#call(expression, scope);
      default:
        return this.#truth(expression, scope);
    }
  }

  /** The threshold that an unread part stands for. */
  groupTest(part: Unread): GroupTest | undefined {
    return this.#groups.get(part);
  }

  unread(span: TextSpan, why: string): Unread {
    return { kind: "unread", text: this.text.slice(span.start, span.end), why, span };
  }

  /** The field that an expression comes from, or undefined. */
  fieldOf(expression: Expression, scope: Scope): { name: string; through: readonly string[] } | undefined {
    const subject = this.#subject(expression, scope);
    return subject.kind === "field" ? subject : undefined;
  }

  /** The field that a name comes from, where only case and type are changed; else the name itself. */
  nameBehind(name: string, scope: Scope): string {
    const field = this.fieldOf({ kind: "name", name, span: { start: 0, end: 0 } }, scope);
    return field?.through.every((one) => withoutLoss.has(one)) ? field.name : name;
  }

  /** How an expression is called in a result: by its field where only case and type are changed, else by its text. */
  nameOf(expression: Expression, scope: Scope): string {
    const field = this.fieldOf(expression, scope);
    if (field?.through.every((name) => withoutLoss.has(name))) return field.name;
    const meaning = expression.kind === "name" ? scope.meaning(expression.name) : undefined;
    const { start, end } = meaning?.kind === "expression" ? meaning.expression.span : expression.span;
    return this.text.slice(start, end);
  }

  /** The constant that an expression is, or undefined. */
  constantOf(expression: Expression | undefined, scope: Scope): TestValue | undefined {
    if (expression === undefined) return undefined;
    const subject = this.#subject(expression, scope);
    return subject.kind === "value" ? subject.value : undefined;
  }

  #call(expression: Expression & { kind: "call" }, scope: Scope): Condition {
    const { name, span } = expression;
    const predicate = Object.hasOwn(this.dialect.predicates, name) ? this.dialect.predicates[name] : undefined;
    if (predicate === undefined) return this.#truth(expression, scope);
    const found = predicate(this.#predicateCall(expression, scope));
    return found ?? this.unread(span, `\`${name}\` of values that are not in the text`);
  }

  #predicateCall({ parameters, span }: Expression & { kind: "call" }, scope: Scope): PredicateCall {
    return {
      parameters,
      condition: (part) => this.#condition(part, scope),
      constant: (part) => this.constantOf(part, scope),
      test: (of, comparisons) => {
        const subject = this.#subject(of, scope);
        return anyOf(comparisons.map((comparison) => this.#test(subject, comparison, span)));
      },
    };
  }

  /** An expression that is used as a condition without a comparison. */
  #truth(expression: Expression, scope: Scope): Condition {
    const subject = this.#subject(expression, scope);
    if (subject.kind === "condition") return subject.condition;
    if (subject.kind === "value") return subject.value === true ? always : never;
    if (subject.kind === "computed" && expression.kind === "call") {
      return this.unread(expression.span, `what the function \`${expression.name}\` says has no form among tests`);
    }
    return this.#test(subject, { operator: "equals", value: true, caseSensitive: true }, expression.span);
  }

  #compare({ operator, left, right, span }: Expression & { kind: "compare" }, scope: Scope): Condition {
    const subject = this.#subject(left, scope);
    const others = right.map((other) => this.#subject(other, scope));
    if (subject.kind === "choice" && others.every(({ kind }) => kind === "value")) {
      return this.#choice(subject, (then) =>
        anyOf(others.map((other) => this.#compareTo(then, operator, other, span))),
      );
    }
    return anyOf(others.map((other) => this.#compareTo(subject, operator, other, span)));
  }

  #compareTo(subject: Subject, operator: string, other: Subject, span: TextSpan): Condition {
    if (other.kind === "value") return this.#compareValue(subject, operator, other.value, span);
    if (subject.kind === "value") return this.#compareValue(other, flipped(operator), subject.value, span);
    return this.#compareSubjects(subject, operator, other, span);
  }

  #compareValue(subject: Subject, operator: string, value: TestValue, span: TextSpan): Condition {
    if (subject.kind === "choice") {
      return this.#choice(subject, (then) => this.#compareValue(then, operator, value, span));
    }
    if (subject.kind === "condition" && (value === true || value === false)) {
      const isEqual = operator === "!=" ? !value : value;
      if (operator === "==" || operator === "=" || operator === "!=" || operator === ":") {
        return isEqual ? subject.condition : notOf(subject.condition);
      }
    }
    if (value === null && (operator === "==" || operator === "!=")) {
      const exists = this.#exists(subject, span);
      return operator === "==" ? notOf(exists) : exists;
    }
    if (subject.kind === "aggregate") return this.#compareAggregate(subject.aggregate, operator, value, span);
    if (subject.kind === "position") return this.#comparePosition(subject.found, operator, value, span);
    const comparison = this.dialect.comparison(operator, value);
    if (comparison === undefined) return this.unread(span, `the operator \`${operator}\` has no form among tests`);
    return this.#test(subject, comparison, span);
  }

  #compareAggregate(aggregate: Aggregate, operator: string, value: TestValue, span: TextSpan): Condition {
    const number =
      typeof value === "number" ? value : typeof value === "string" && value !== "" ? Number(value) : Number.NaN;
    if (!aggregate.isNumber || Number.isNaN(number))
      return this.unread(span, "a condition on an aggregate that is no number");
    const part = this.unread(span, "an aggregate compared within a condition on single events");
    this.#groups.set(part, {
      aggregate,
      operator: operator === "=" || operator === ":" ? "==" : operator,
      value: number,
    });
    return part;
  }

  /** `a > b` is `a - b > 0`. */
  #compareAggregates(left: Aggregate, operator: string, right: Aggregate, span: TextSpan): Condition {
    if (!left.isNumber || !right.isNumber) return this.unread(span, "aggregates compared that are no numbers");
    const of = `${printed(left)} - ${printed(right)}`;
    return this.#compareAggregate({ ...left, function: "computed", of }, operator, 0, span);
  }

  #comparePosition(found: Condition, operator: string, value: TestValue, span: TextSpan): Condition {
    if (typeof value !== "number") return this.unread(span, "a position compared with a text");
    const isAny = { ">=": value <= 0, ">": value < 0, "!=": value < 0 }[operator] ?? false;
    const isNone = { "<": value <= 0, "<=": value < 0, "==": value < 0, "=": value < 0 }[operator] ?? false;
    return isAny ? found : isNone ? never : this.unread(span, "which of several values it is");
  }

  #compareSubjects(left: Subject, operator: string, right: Subject, span: TextSpan): Condition {
    if (left.kind === "aggregate" && right.kind === "aggregate")
      return this.#compareAggregates(left.aggregate, operator, right.aggregate, span);
    if (left.kind === "aggregate" && right.kind === "computed") {
      const of = `${printed(left.aggregate)} - ${right.text}`;
      return this.#compareAggregate({ ...left.aggregate, function: "computed", of }, operator, 0, span);
    }
    if (left.kind === "aggregate" || right.kind === "aggregate")
      return this.unread(span, "an aggregate compared with a field");
    if (left.kind === "choice" || right.kind === "choice")
      return this.unread(span, "a value chosen by conditions, compared with a field");
    const comparison = this.dialect.comparison(operator, "");
    const [name, other] = [nameOf(left), nameOf(right)];
    if (comparison === undefined || name === undefined || other === undefined)
      return this.unread(span, "two conditions compared");
    const test: Test = {
      kind: "test",
      field: { written: name },
      operator: comparison.operator,
      values: [],
      other: { written: other },
      caseSensitive: comparison.caseSensitive,
      ...(left.kind === "field" && left.through.length > 0 ? { through: left.through } : {}),
      span,
    };
    return comparison.isNot ? notOf(test) : test;
  }

  #exists(subject: Subject, span: TextSpan): Condition {
    if (subject.kind === "choice") return this.#choice(subject, (then) => this.#exists(then, span));
    if (subject.kind === "value") return subject.value === null ? never : always;
    if (subject.kind === "condition") return always;
    if (subject.kind === "position") return subject.found;
    if (subject.kind === "aggregate") return this.#aggregateExists(subject.aggregate, span);
    return this.#test(subject, { operator: "exists", value: "", caseSensitive: false }, span);
  }

  /** An aggregate of a field has a value where the field has one in some event of the group. */
  #aggregateExists(aggregate: Aggregate, span: TextSpan): Condition {
    if (aggregate.function === "computed") return this.unread(span, "whether a value computed of aggregates is there");
    if (aggregate.function === "count" || aggregate.function === "dcount") return always;
    return this.#compareAggregate({ ...aggregate, function: "count", isNumber: true }, ">=", 1, span);
  }

  /** One of the values holds, and none of the conditions before its own. */
  #choice({ cases }: Subject & { kind: "choice" }, holds: (then: Subject) => Condition): Condition {
    const before: Condition[] = [];
    const parts: Condition[] = [];
    for (const { when, value } of cases) {
      const outcome = holds(value);
      this.#left -= before.length;
      if (this.#left < 0) return never;
      const isSame = withoutPlaces(when) === withoutPlaces(outcome);
      if (!isNever(outcome)) parts.push(allOf([...before, when, ...(isSame ? [] : [outcome])]));
      // What follows needs the condition not to hold only where it does not by itself lead to the same.
      if (!isAlways(outcome)) before.push(notOf(when));
    }
    return anyOf(parts);
  }

  #test(subject: Subject, comparison: Comparison, span: TextSpan): Condition {
    const { operator, value, caseSensitive, isNot } = comparison;
    if (subject.kind === "choice") {
      return this.#choice(subject, (then) => this.#test(then, comparison, span));
    }
    if (subject.kind === "value") {
      const holds = compareConstants(subject.value, comparison);
      return holds === undefined ? this.unread(span, "two values compared") : holds ? always : never;
    }
    if (subject.kind === "aggregate") return this.unread(span, "a condition on an aggregate that is no number");
    if (subject.kind === "condition") return this.unread(span, "a condition compared with a value");
    if (subject.kind === "position") return this.unread(span, "which of several values it is");
    const test: Test = {
      kind: "test",
      field: { written: subject.kind === "field" ? subject.name : subject.text },
      operator,
      values: operator === "exists" ? [] : [value],
      caseSensitive,
      ...(subject.kind === "field" && subject.through.length > 0 ? { through: subject.through } : {}),
      span,
    };
    return isNot ? notOf(test) : test;
  }

  #subject(expression: Expression, scope: Scope): Subject {
    this.#left -= 1;
    const computed = { kind: "computed" as const, text: this.text.slice(expression.span.start, expression.span.end) };
    if (this.#left < 0) return computed;
    switch (expression.kind) {
      case "value":
        return { kind: "value", value: expression.value };
      case "name":
        return this.#named(expression.name, scope);
      case "call":
        return this.#called(expression, scope, computed);
      case "arithmetic":
        return this.#computed([expression.left, expression.right], scope, computed);
      case "unread":
        return computed;
      default:
        return { kind: "condition", condition: this.#condition(expression, scope) };
    }
  }

  #named(name: string, scope: Scope): Subject {
    const meaning = scope.meaning(name);
    if (meaning.kind === "expression") return this.#subject(meaning.expression, meaning.scope);
    return meaning.kind === "made" ? { kind: "computed", text: name } : meaning;
  }

  #called(expression: Expression & { kind: "call" }, scope: Scope, computed: Subject & { kind: "computed" }): Subject {
    const { name, parameters } = expression;
    const choice = Object.hasOwn(this.dialect.choices, name) ? this.dialect.choices[name]?.(parameters) : undefined;
    if (choice !== undefined) return this.#chosen(choice, scope);
    if (Object.hasOwn(this.dialect.predicates, name)) {
      return { kind: "condition", condition: this.#call(expression, scope) };
    }
    if (Object.hasOwn(this.dialect.positions, name)) {
      const found = this.dialect.positions[name]?.(this.#predicateCall(expression, scope));
      return found === undefined ? computed : { kind: "position", found };
    }
    const subjects = parameters.map((part) => this.#subject(part, scope));
    if (subjects.some(({ kind }) => kind === "aggregate")) return computedAggregate(subjects, computed);
    const fields = subjects.flatMap((subject) => (subject.kind === "field" ? [subject] : []));
    const [field] = fields;
    if (field === undefined || fields.length > 1) return computed;
    if (this.dialect.picks.has(name) && subjects[0] === field) {
      const which = parameters.slice(1).map(({ span }) => this.text.slice(span.start, span.end));
      return { ...field, through: [...field.through, `${name}(${which.join(", ")})`] };
    }
    const isPlain = subjects.every((subject) => subject.kind === "field" || subject.kind === "value");
    if (!isPlain) return computed;
    const known = Object.hasOwn(this.dialect.functions, name) ? this.dialect.functions[name] : undefined;
    const others = subjects.flatMap((subject) => (subject.kind === "value" ? [JSON.stringify(subject.value)] : []));
    const called = others.length === 0 ? (known ?? name) : `${known ?? name}(${others.join(", ")})`;
    return { ...field, through: [...field.through, called] };
  }

  #computed(parts: readonly Expression[], scope: Scope, computed: Subject & { kind: "computed" }): Subject {
    return computedAggregate(
      parts.map((part) => this.#subject(part, scope)),
      computed,
    );
  }

  #chosen(parameters: readonly Expression[], scope: Scope): Subject {
    const cases: { when: Condition; value: Subject }[] = [];
    for (let index = 0; index + 1 < parameters.length; index += 2) {
      const [when, then] = [parameters[index], parameters[index + 1]];
      if (when === undefined || then === undefined) break;
      cases.push({ when: this.#condition(when, scope), value: this.#subject(then, scope) });
    }
    const rest = parameters.length % 2 === 1 ? parameters.at(-1) : undefined;
    const last: Subject = rest === undefined ? { kind: "value", value: null } : this.#subject(rest, scope);
    return { kind: "choice", cases: [...cases, { when: always, value: last }] };
  }
}

/** What is computed of aggregates is an aggregate of the same groups. */
function computedAggregate(parts: readonly Subject[], computed: Subject & { kind: "computed" }): Subject {
  const of = parts.find((part) => part.kind === "aggregate");
  if (of === undefined) return computed;
  return { kind: "aggregate", aggregate: { ...of.aggregate, function: "computed", of: computed.text, isNumber: true } };
}

function printed(aggregate: Aggregate): string {
  return aggregate.function === "computed" ? `(${aggregate.of})` : `${aggregate.function}(${aggregate.of ?? ""})`;
}

/** A condition as text, wherever it stands. */
function withoutPlaces(condition: Condition): string {
  return JSON.stringify(condition, (key, value: unknown) => (key === "span" ? undefined : value));
}

function nameOf(subject: Subject): string | undefined {
  if (subject.kind === "field") return subject.name;
  return subject.kind === "computed" ? subject.text : undefined;
}

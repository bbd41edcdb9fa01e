import type { SyntaxNode } from "../syntax/node.js";
import { constantsOf } from "./constants.js";
import type { Predicate } from "./dissection.js";
import { type FieldRead, fieldOf } from "./fields.js";
import { type BoundStage, sourceText } from "./stages.js";

/** What the names of `let` statements stand for. */
export type Variables = ReadonlyMap<string, SyntaxNode>;

/** Every condition in a stage: in what it filters, computes, joins with and asks of other tables. */
export function predicatesIn({ node, index }: BoundStage, variables: Variables): readonly Predicate[] {
  const found: Predicate[] = [];
  const walk = new Walk(variables, (predicate) => found.push({ ...predicate, stage: index }));
  walk.visit(node);
  return found;
}

/** Comparisons that keep what does not meet them. */
const negative = /^(?:!|<>)/;
const comparisons = new Set([
  ...["==", "!=", "<>", "=~", "!~", "<", "<=", ">", ">=", ":", "matches regex"],
  ...["has", "contains", "startswith", "endswith", "hasprefix", "hassuffix"].flatMap((name) =>
    ["", "_cs"].flatMap((suffix) => [`${name}${suffix}`, `!${name}${suffix}`]),
  ),
]);

/** Where the condition stands among the arguments of a function that has one. */
const conditionAt: Readonly<Record<string, number>> = {
  ...{ iff: 0, iif: 0, countif: 0, covarianceif: 2, covariancepif: 2 },
  ...Object.fromEntries(
    ["sumif", "avgif", "minif", "maxif", "dcountif", "count_distinctif", "stdevif", "varianceif", "variancepif"]
      .concat(["make_list_if", "make_set_if", "make_bag_if", "take_anyif", "anyif", "hll_if"])
      .map((name) => [name, 1]),
  ),
};

class Walk {
  readonly #variables: Variables;
  readonly #tell: (predicate: Omit<Predicate, "stage">) => void;

  constructor(variables: Variables, tell: (predicate: Omit<Predicate, "stage">) => void) {
    this.#variables = variables;
    this.#tell = tell;
  }

  /** Looks for conditions in anything. */
  visit(node: SyntaxNode): void {
    switch (node.kind) {
      case "FilterOperator":
      case "SearchOperator":
      case "FindOperator": {
        const condition = node.child("Condition");
        for (const part of node.parts) {
          if (condition !== undefined && isSame(part, condition)) this.condition(part, false);
          else this.visit(part);
        }
        return;
      }
      // Keys that rows are joined by are no conditions on them.
      case "JoinOnClause":
        return;
      default:
        if (!this.#comparison(node, false) && !this.#call(node)) for (const part of node.parts) this.visit(part);
    }
  }

  /** What has to be true, or must not be. */
  condition(node: SyntaxNode, negated: boolean): void {
    const inner = node.kind === "ParenthesizedExpression" ? node.child("Expression") : undefined;
    if (inner !== undefined) {
      this.condition(inner, negated);
      return;
    }
    if (node.kind === "BinaryExpression" && /^(?:and|or)$/.test(node.token("Operator") ?? "")) {
      for (const part of node.parts) this.condition(part, negated);
      return;
    }
    if (node.kind === "FunctionCallExpression" && node.name === "not") {
      for (const part of argumentsOf(node)) this.condition(part, !negated);
      return;
    }
    if (this.#comparison(node, negated)) return;
    if (node.kind === "FunctionCallExpression" && !(node.name in conditionAt) && node.name !== "case") {
      this.#test(node, negated);
      return;
    }
    const named = node.symbol?.kind === "column" ? undefined : this.#variables.get(node.name);
    if (node.kind === "NameReference" && named !== undefined) {
      this.#named(node.name, named, negated);
      return;
    }
    if (node.kind === "LiteralExpression" && /^\s*@?["']/.test(sourceText(node))) {
      // A word that `search` looks for in all columns.
      const values = [node.literal];
      this.#tell({ field: "*", through: [], operator: "has", values, negated, location: node.location });
      return;
    }
    const read = fieldOf(node, this.#variables);
    if (read === undefined) this.visit(node);
    else this.#tell({ ...read, operator: "==", values: [true], negated, location: node.location });
  }

  /** A condition that a `let` has given a name. */
  #named(name: string, value: SyntaxNode, negated: boolean): void {
    const others = new Map([...this.#variables].filter(([other]) => other !== name));
    new Walk(others, this.#tell).condition(value, negated);
  }

  /** Tells of a comparison; false where the node is none. */
  #comparison(node: SyntaxNode, negated: boolean): boolean {
    const operator = node.token("Operator")?.replace(/\s+/g, " ") ?? "";
    const [left, right] = [node.child("Left"), node.child("Right")];
    if (left === undefined || right === undefined) return false;
    const told = { operator, negated: negated !== negative.test(operator), location: node.location };
    switch (node.kind) {
      case "InExpression":
      case "HasAnyExpression":
      case "HasAllExpression":
        this.#compare(left, right.list("Expressions"), told);
        return true;
      case "BetweenExpression":
        this.#compare(left, right.parts, told);
        return true;
      case "BinaryExpression": {
        if (!comparisons.has(operator)) return false;
        const turned =
          constantsOf(left, this.#variables) !== undefined && fieldOf(right, this.#variables) !== undefined;
        if (turned) this.#compare(right, [left], { ...told, operator: mirrored[operator] ?? operator });
        else this.#compare(left, [right], told);
        return true;
      }
      default:
        return false;
    }
  }

  #compare(
    subject: SyntaxNode,
    others: readonly SyntaxNode[],
    told: Pick<Predicate, "operator" | "negated" | "location">,
  ): void {
    const read: FieldRead = fieldOf(subject, this.#variables) ?? { field: sourceText(subject), through: [] };
    const constants = others.map((other) => constantsOf(other, this.#variables));
    const values = constants.flatMap((value) => value ?? []);
    const rest = others.filter((_, index) => constants[index] === undefined);
    const comparedWith = rest.map(sourceText).join(", ");
    this.#tell({ ...read, ...told, values, ...(comparedWith === "" ? {} : { comparedWith }) });
    for (const part of [subject, ...rest]) this.visit(part);
  }

  /** A function that is true or false of a row. */
  #test(node: SyntaxNode, negated: boolean): void {
    const parts = argumentsOf(node);
    const reads = parts.map((part) => fieldOf(part, this.#variables));
    const at = reads.findIndex((read) => read !== undefined);
    const read = reads[at] ?? { field: sourceText(node), through: [] };
    const others = parts.filter((_, index) => index !== at);
    const constants = others.map((other) => constantsOf(other, this.#variables));
    const comparedWith = others
      .filter((_, index) => constants[index] === undefined)
      .map(sourceText)
      .join(", ");
    this.#tell({
      ...read,
      ...{ operator: node.name, values: constants.flatMap((value) => value ?? []), negated, location: node.location },
      ...(comparedWith === "" ? {} : { comparedWith }),
    });
    for (const part of parts) this.visit(part);
  }

  /** Functions that choose by a condition; false for others. */
  #call(node: SyntaxNode): boolean {
    if (node.kind !== "FunctionCallExpression") return false;
    const parts = argumentsOf(node);
    const at = conditionAt[node.name];
    if (node.name !== "case" && at === undefined) return false;
    for (const [index, part] of parts.entries()) {
      const isCondition = node.name === "case" ? index % 2 === 0 && index < parts.length - 1 : index === at;
      if (isCondition) this.condition(part, false);
      else this.visit(part);
    }
    return true;
  }
}

/** A comparison as it reads with its constant on the right. */
const mirrored: Readonly<Record<string, string>> = { "<": ">", "<=": ">=", ">": "<", ">=": "<=" };

function argumentsOf(node: SyntaxNode): readonly SyntaxNode[] {
  return node.child("ArgumentList")?.list("Expressions") ?? [];
}

function isSame(one: SyntaxNode, other: SyntaxNode): boolean {
  const [a, b] = [one.location.span, other.location.span];
  return one.kind === other.kind && a.start === b.start && a.end === b.end;
}

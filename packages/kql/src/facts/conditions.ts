import type { Expression, Location } from "../plan/expression.js";
import type { Condition } from "./query-facts.js";

/** A condition as data. */
export function conditionOf(condition: Expression): Condition {
  const location = ownLocation(condition);
  const placed = location === undefined ? {} : { location };
  switch (condition.kind) {
    case "call": {
      const [inner] = condition.args;
      if (condition.name === "not" && inner?.kind === "call" && inner.name !== "and" && inner.name !== "or") {
        const { operator, ...rest } = conditionOf(inner);
        return { ...rest, operator: `!${operator}`, ...placed };
      }
      const all = condition.name === "or" ? { alternatives: alternativesOf(condition).map(conditionOf) } : {};
      return { operator: operatorOf(condition), ...comparisonOf(condition.args), ...all, ...placed };
    }
    case "membership": {
      const subject = columnOf(condition.subject);
      return { operator: condition.operator, values: [], ...subject, ...placed };
    }
    default:
      return { operator: condition.kind, values: [], ...placed };
  }
}

/** The operator as it reads with its constant on the right. */
function operatorOf({ name, args: [first] }: Extract<Expression, { kind: "call" }>): string {
  const turned = mirrored[name];
  return turned !== undefined && first !== undefined && constantOf(first) !== undefined ? turned : name;
}

const mirrored: Readonly<Record<string, string>> = { "<": ">", "<=": ">=", ">": "<", ">=": "<=" };

/** A column and constants, however they stand; the constants alone where more than a column is compared. */
function comparisonOf(args: readonly Expression[]): ReadOf & Pick<Condition, "values"> {
  const values = args.flatMap((arg) => constantOf(arg) ?? []);
  const others = args.filter((arg) => constantOf(arg) === undefined);
  const [only] = others;
  return { values, ...(others.length === 1 && only !== undefined ? columnOf(only) : {}) };
}

function alternativesOf(condition: Expression): readonly Expression[] {
  return condition.kind === "call" && condition.name === "or" ? condition.args.flatMap(alternativesOf) : [condition];
}

type ReadOf = Pick<Condition, "column" | "path" | "through">;

/** The column that an expression reads, or the property of one; a property as text is that property. */
function columnOf(expression: Expression): ReadOf {
  if (expression.kind === "column") return { column: expression.name };
  if (expression.kind === "path") return propertyOf(expression);
  if (expression.kind !== "call" || expression.args.length !== 1) return {};
  const [inner] = expression.args;
  const read: ReadOf = inner === undefined ? {} : columnOf(inner);
  if (read.column === undefined || read.through !== undefined) return {};
  const isProperty = read.path !== undefined && /^to(?:string|dynamic|int|long|real|bool)$/.test(expression.name);
  return isProperty ? read : { ...read, through: expression.name };
}

function propertyOf({ base, steps }: Extract<Expression, { kind: "path" }>): ReadOf {
  const whole = base.kind === "call" && /^(?:todynamic|parse_json)$/.test(base.name) ? base.args[0] : base;
  const path = steps.filter((step) => typeof step === "string");
  return whole?.kind === "column" && path.length === steps.length ? { column: whole.name, path } : {};
}

const ticksOfDay = 864_000_000_000n;

/** The value of an expression that is known before the query runs: literals, and what is done to instants. */
function constantOf(expression: Expression): Condition["values"] | undefined {
  if (expression.kind === "literal") return [expression.value];
  if (expression.kind !== "call") return undefined;
  const [first, second] = expression.args.map((arg) => constantOf(arg)?.[0]);
  if (typeof first !== "bigint") return undefined;
  switch (expression.name) {
    case "-":
      return typeof second === "bigint" ? [first - second] : undefined;
    case "+":
      return typeof second === "bigint" ? [first + second] : undefined;
    case "startofday":
      return expression.args.length === 1 ? [first - (first % ticksOfDay)] : undefined;
    case "bin":
      return typeof second === "bigint" && second > 0n ? [first - (first % second)] : undefined;
    default:
      return undefined;
  }
}

/** The place of the outermost call, where it is in the query's own text. */
export function ownLocation(expression: Expression): Location | undefined {
  const location = "location" in expression ? expression.location : undefined;
  return location?.source.call === undefined ? location : undefined;
}

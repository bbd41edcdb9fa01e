import { type Expression, mapExpression } from "../plan/expression.js";
import { mapPlans } from "../plan/map.js";
import type { Aggregate, Expand, Filter, Plan, Project, Sort } from "../plan/plan.js";

/**
 * Makes a column of each property that is read as text from the elements of an expanded array, so that it can be taken
 * out of the array at once instead of out of every element.
 */
export function propertiesWhileExpanding(plan: Plan): Plan {
  return mapPlans(plan, (node) => {
    switch (node.kind) {
      case "project":
      case "filter":
      case "aggregate":
      case "sort":
        return withProperties(node);
      default:
        return node;
    }
  });
}

function withProperties(node: Project | Filter | Aggregate | Sort): Plan {
  let input = node.input;
  const change = (part: Expression): Expression => {
    if (part.kind !== "call" || !textReaders.has(part.name)) return part;
    const [subject, ...others] = part.args;
    if (subject?.kind !== "path" || !others.every(({ type }) => type === "string")) return part;
    const [key, ...deeper] = subject.steps;
    if (subject.base.kind !== "column" || typeof key !== "string" || deeper.length > 0) return part;
    const found = provided(input, subject.base.name, key);
    if (found === undefined) return part;
    input = found.plan;
    const property: Expression = { kind: "column", name: found.name, type: "string" };
    return part.name === "tostring" ? property : { ...part, args: [property, ...others] };
  };
  const changed = (expression: Expression) => mapExpression(expression, change);
  switch (node.kind) {
    case "project": {
      const columns = node.columns.map((column) => ({ ...column, expression: changed(column.expression) }));
      return { ...node, columns, input };
    }
    case "filter": {
      const condition = changed(node.condition);
      return { ...node, condition, input };
    }
    case "sort": {
      const keys = node.keys.map((key) => ({ ...key, expression: changed(key.expression) }));
      return { ...node, keys, input };
    }
    case "aggregate": {
      const keys = node.keys.map((key) => ({ ...key, expression: changed(key.expression) }));
      const aggregates = node.aggregates.map((column) => ({
        ...column,
        args: column.args.map(changed),
        ...(column.when === undefined ? {} : { when: changed(column.when) }),
      }));
      return { ...node, keys, aggregates, input };
    }
    default:
      return node satisfies never;
  }
}

/** What reads a dynamic as `tostring` does, where the others of its arguments are strings. */
const textReaders: ReadonlySet<string> = new Set(["tostring", "==", "!=", "=~", "!~", "in", "!in", "in~", "!in~"]);

interface Provided {
  readonly plan: Plan;
  readonly name: string;
}

/** The plan with a column for a property of the elements that its column holds; undefined where it holds none. */
function provided(plan: Plan, column: string, key: string): Provided | undefined {
  switch (plan.kind) {
    case "filter":
    case "sort":
    case "limit": {
      const below = provided(plan.input, column, key);
      return below === undefined ? undefined : { plan: { ...plan, input: below.plan }, name: below.name };
    }
    case "project": {
      const source = plan.columns.find(({ name }) => name === column)?.expression;
      const below = source?.kind === "column" ? provided(plan.input, source.name, key) : undefined;
      if (below === undefined) return undefined;
      const { name } = below;
      const isThere = plan.columns.some((other) => other.name === name);
      const columns = isThere
        ? plan.columns
        : [...plan.columns, { name, expression: { kind: "column" as const, name, type: "string" as const } }];
      return { plan: { ...plan, columns, input: below.plan }, name };
    }
    case "expand":
      return fromElements(plan, column, key);
    default:
      return undefined;
  }
}

function fromElements(expand: Expand, column: string, key: string): Provided | undefined {
  const item = expand.items.find(({ name }) => name === column);
  if (item === undefined || item.bagsAsArrays) {
    const below = item === undefined ? provided(expand.input, column, key) : undefined;
    return below === undefined ? undefined : { plan: { ...expand, input: below.plan }, name: below.name };
  }
  const known = item.properties ?? [];
  // Element columns have names of their own in the whole plan, so these have too.
  const property = known.find((other) => other.key === key) ?? { key, name: `${column}.${key}` };
  if (known.includes(property)) return { plan: expand, name: property.name };
  const items = expand.items.map((other) => (other === item ? { ...item, properties: [...known, property] } : other));
  return { plan: { ...expand, items }, name: property.name };
}

import type { Plan } from "../plan/plan.js";
import type { SyntaxNode } from "../syntax/node.js";
import { type Context, report } from "./context.js";
import type { OperatorEntry } from "./operators.js";
import { everyColumn, isInternal } from "./rows.js";
import { lowerScalar } from "./scalar.js";

export const projectByNamesOperator: OperatorEntry = {
  name: "project-by-names",
  about:
    "Gives the columns whose names are listed, in that order; `*` stands for any characters, and names of no column are passed over.",
  grouped: true,
  lower: (node, input, cx): Plan => {
    const columns = everyColumn(input);
    const visible = columns.filter(({ name }) => !isInternal(name));
    const chosen = node
      .list("Expressions")
      .flatMap((item) => namesOf(item, cx).flatMap((pattern) => visible.filter(({ name }) => fits(pattern, name))));
    return { kind: "project", input, columns: [...new Set(chosen), ...columns.filter(({ name }) => isInternal(name))] };
  },
};

/** The names that an item gives: a text, or the texts of an array, known before the query runs. */
function namesOf(item: SyntaxNode, cx: Context): readonly string[] {
  const value = lowerScalar(item, cx);
  if (value.kind === "literal" && !value.missing) {
    if (value.type === "string") return [String(value.value)];
    const parsed: unknown = value.type === "dynamic" ? parse(String(value.value)) : undefined;
    if (Array.isArray(parsed)) return parsed.filter((name) => typeof name === "string");
  }
  report(cx, item.location, "not-constant", "names of columns have to be known before the query runs", {
    hint: 'give a text, an array such as `dynamic(["a", "b"])`, or `column_names_of(Table)`',
  });
  return [];
}

function parse(json: string): unknown {
  return json === "" ? [] : JSON.parse(json);
}

function fits(pattern: string, name: string): boolean {
  if (!pattern.includes("*")) return pattern === name;
  return new RegExp(`^${pattern.replace(/[.+?^${}()|[\]\\]/g, "\\$&").replace(/\*/g, ".*")}$`, "s").test(name);
}

import type { SyntaxNode } from "../syntax/node.js";

/** The options of an operator, such as `kind=inner` or `hint.strategy=broadcast`, by their names in lower case. */
export function parametersOf(node: SyntaxNode): ReadonlyMap<string, string> {
  return new Map(
    node.list("Parameters").map((parameter) => {
      const value = parameter.child("Expression");
      const text = value?.constantString ?? value?.name ?? value?.text ?? "";
      return [(parameter.child("Name")?.name ?? "").toLowerCase(), text];
    }),
  );
}

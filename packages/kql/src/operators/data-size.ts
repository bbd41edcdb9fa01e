import type { Expression } from "../plan/expression.js";
import type { KqlType } from "../schema/types.js";
import type { SyntaxNode } from "../syntax/node.js";
import { args, columnsInSight } from "./calls.js";
import { absent, type Context } from "./context.js";
import { call, lowerScalar, refuse } from "./scalar.js";

/** How many bytes a value of a type takes, whatever it is. */
const sizes: Partial<Record<KqlType, bigint>> = { int: 4n, long: 8n, real: 8n, datetime: 8n, timespan: 8n };

/** `estimate_data_size`: the bytes of the row's columns together, of which a text has as many as its UTF-8 form. */
export function dataSize(node: SyntaxNode, cx: Context): Expression {
  const columns = args(node).flatMap((argument) =>
    argument.kind === "StarExpression" ? columnsInSight(cx) : [lowerScalar(argument, cx)],
  );
  const unknown = columns.find(({ type }) => type !== "string" && sizes[type] === undefined);
  if (unknown !== undefined) {
    return refuse(cx, node.location, "estimate_data_size", `does not say how large a ${unknown.type} is`);
  }
  const parts = columns.map((column): Expression => {
    const size = sizes[column.type];
    return size === undefined
      ? call("string_size", [column], "long", node.location)
      : { kind: "literal", type: "long", value: size };
  });
  return parts.length === 0
    ? absent("long")
    : parts.reduce((sum, part) => call("+", [sum, part], "long", node.location));
}

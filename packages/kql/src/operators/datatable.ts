import type { Constant } from "../functions/value.js";
import type { Plan } from "../plan/plan.js";
import type { KqlType } from "../schema/types.js";
import { kqlTypeNamed } from "../schema/types.js";
import type { SyntaxNode } from "../syntax/node.js";
import { type Context, report } from "./context.js";
import { constantOf } from "./literals.js";
import { lowerScalar } from "./scalar.js";

/** Rows written in the query. */
export function lowerDatatable(node: SyntaxNode, cx: Context): Plan {
  const columns = declaredColumns(node.child("Schema"), cx);
  const values = node.list("Values");
  if (columns.length === 0 || values.length % columns.length !== 0) {
    report(cx, node.location, "bad-argument", `${values.length} values do not fill rows of ${columns.length} columns`);
  }
  const rows: Constant[][] = [];
  values.forEach((value, index) => {
    const column = columns[index % columns.length];
    if (column === undefined) return;
    if (index % columns.length === 0) rows.push([]);
    rows.at(-1)?.push(cell(value, column.type, cx));
  });
  return { kind: "rows", columns, rows };
}

/** The columns that a schema such as `(a:string, b:long)` declares. */
export function declaredColumns(
  schema: SyntaxNode | undefined,
  cx: Context,
): readonly { name: string; type: KqlType }[] {
  return (schema?.list("Columns") ?? []).map((column) => {
    const written = column.child("Type")?.text ?? "";
    const type = kqlTypeNamed(written);
    if (type === undefined) report(cx, column.location, "type-mismatch", `there is no type \`${written}\``);
    return { name: column.child("Name")?.name ?? "", type: type ?? "string" };
  });
}

/** A cell as a constant of its column's type. */
function cell(node: SyntaxNode, type: KqlType, cx: Context): Constant {
  const lowered = lowerScalar(node, cx);
  const empty = type === "string" || type === "dynamic" ? "" : null;
  if (lowered.kind !== "literal") {
    report(cx, node.location, "not-constant", "a cell of `datatable` has to be a literal");
    return empty;
  }
  if (lowered.value === null) return empty;
  if (lowered.type === type) return lowered.value;
  const converted = convertConstant(lowered.value, lowered.type, type);
  if (converted === undefined) {
    report(cx, node.location, "type-mismatch", `\`${node.text}\` is not a ${type}`);
    return empty;
  }
  return converted;
}

function convertConstant(value: Constant, from: KqlType, to: KqlType): Constant | undefined {
  if ((to === "int" || to === "long") && typeof value === "bigint") return value;
  if (to === "real" && typeof value === "bigint") return Number(value);
  if (to === "decimal" && (typeof value === "bigint" || typeof value === "number")) return String(value);
  if ((to === "int" || to === "long") && typeof value === "number" && Number.isInteger(value)) return BigInt(value);
  if (to === "bool" && typeof value === "bigint") return value !== 0n;
  if (to === "dynamic")
    return from === "string" ? jsonOrText(String(value)) : typeof value === "boolean" ? String(value) : String(value);
  if (from === "string") return constantOf(String(value), to);
  if (to === "string") return String(value);
  return undefined;
}

function jsonOrText(text: string): string {
  return JSON.stringify(text);
}

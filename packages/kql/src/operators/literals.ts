import type { Constant } from "../functions/value.js";
import type { Literal } from "../plan/expression.js";
import type { KqlType } from "../schema/types.js";
import type { SyntaxNode } from "../syntax/node.js";
import { formatDatetime, formatTimespan, parseDatetime, parseTimespan } from "../syntax/time-literals.js";

/** A literal of KQL as a constant; a string where its text is not a value of its type. */
export function literal(node: SyntaxNode): Literal | string {
  if (node.kind === "DynamicExpression") return dynamicLiteral(node);
  const type = node.type === undefined || node.type === "unknown" || node.type === "error" ? "string" : node.type;
  const value = constantOf(node.literal, type);
  return value === undefined ? `\`${node.text}\` is not a ${type}` : { kind: "literal", type, value };
}

/** The default of a declared column or parameter, which the binder gives no type; undefined where it is no value of its own. */
export function declaredDefault(node: SyntaxNode, type: KqlType): Literal | undefined {
  if (node.kind === "DynamicExpression") {
    const parsed = dynamicLiteral(node);
    return typeof parsed !== "string" && type === "dynamic" ? parsed : undefined;
  }
  const value = constantOf(node.kind === "PrefixUnaryExpression" ? node.text.replace(/\s+/g, "") : node.literal, type);
  if (value === undefined) return undefined;
  const missing = value === null && (type === "string" || type === "dynamic");
  return { kind: "literal", type, value: missing ? "" : value };
}

/** The value that a literal's text has in a type; undefined where it has none. */
export function constantOf(written: string, type: KqlType): Constant | undefined {
  if (type === "string") return written;
  const text = written.trim();
  if (text.toLowerCase() === "null" || text === "") return null;
  switch (type) {
    case "bool":
      return /^(true|1)$/i.test(text) ? true : /^(false|0)$/i.test(text) ? false : undefined;
    case "int":
    case "long":
      return integer(text, type === "int" ? 32 : 64);
    case "real":
      return real(text);
    case "decimal":
      return /^-?\d+(\.\d+)?(e[+-]?\d+)?$/i.test(text) ? text : undefined;
    case "datetime":
      return parseDatetime(text);
    case "timespan":
      return parseTimespan(text);
    case "guid":
      return guid(text);
    case "dynamic":
      return undefined;
    default:
      return type satisfies never;
  }
}

function integer(text: string, bits: number): bigint | undefined {
  if (!/^-?(0x[0-9a-f]+|\d+)$/i.test(text)) return undefined;
  const negative = text.startsWith("-");
  const magnitude = BigInt(negative ? text.slice(1) : text);
  const wrapped = BigInt.asIntN(64, negative ? -magnitude : magnitude);
  return bits === 32 && BigInt.asIntN(32, wrapped) !== wrapped ? undefined : wrapped;
}

function real(text: string): number | undefined {
  const special = { nan: Number.NaN, "+inf": Infinity, inf: Infinity, "-inf": -Infinity }[text.toLowerCase()];
  if (special !== undefined) return special;
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : undefined;
}

function guid(text: string): string | undefined {
  const digits = text.replace(/[{}"'-]/g, "").toLowerCase();
  if (!/^[0-9a-f]{32}$/.test(digits)) return undefined;
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

function dynamicLiteral(node: SyntaxNode): Literal | string {
  const content = node.child("Expression");
  const json = content === undefined ? "null" : jsonOf(content);
  if (json === undefined) return `\`${node.text}\` is not a dynamic value`;
  return { kind: "literal", type: "dynamic", value: json === "null" ? "" : json };
}

/** The canonical JSON text of the inside of `dynamic(…)`; undefined where something in it is no literal. */
function jsonOf(node: SyntaxNode): string | undefined {
  switch (node.kind) {
    case "JsonArrayExpression": {
      const values = node.list("Values").map(jsonOf);
      return values.includes(undefined) ? undefined : `[${values.join(",")}]`;
    }
    case "JsonObjectExpression": {
      const pairs = node.list("Pairs").map((pair) => {
        const inner = pair.child("Value");
        const value = inner === undefined ? undefined : jsonOf(inner);
        return value === undefined ? undefined : `${JSON.stringify(unquoted(pair.token("Name") ?? ""))}:${value}`;
      });
      return pairs.includes(undefined) ? undefined : `{${pairs.join(",")}}`;
    }
    case "PrefixUnaryExpression": {
      const inner = node.child("Expression");
      const value = inner === undefined ? undefined : jsonOf(inner);
      if (value === undefined || !node.text.startsWith("-")) return value;
      const negated = value.startsWith("-") ? value.slice(1) : `-${value}`;
      return /^-?\d+$/.test(negated) ? jsonOfInteger(BigInt(negated)) : negated;
    }
    case "DynamicExpression": {
      const inner = node.child("Expression");
      return inner === undefined ? "null" : jsonOf(inner);
    }
    default:
      return jsonOfScalar(node);
  }
}

function jsonOfScalar(node: SyntaxNode): string | undefined {
  if (/^null$/i.test(node.text)) return "null";
  const parsed = literal(node);
  if (typeof parsed === "string") return undefined;
  const { type, value } = parsed;
  if (value === null) return "null";
  switch (type) {
    case "datetime":
      return typeof value === "bigint" ? JSON.stringify(formatDatetime(value)) : undefined;
    case "timespan":
      return typeof value === "bigint" ? JSON.stringify(formatTimespan(value)) : undefined;
    case "real":
      return typeof value === "number" ? jsonOfReal(value) : undefined;
    case "int":
    case "long":
      // Whether digits are too many shows only with their sign, which is not part of this node.
      return /^\d+$/.test(node.text) ? jsonOfInteger(BigInt(node.text)) : String(value);
    case "bool":
      return String(value);
    case "dynamic":
      return value === "" ? "null" : String(value);
    default:
      return JSON.stringify(String(value));
  }
}

/** Integers beyond 64 bits are reals, as in `parse_json`. */
function jsonOfInteger(value: bigint): string {
  const fits = value >= -(2n ** 63n) && value < 2n ** 64n;
  return fits ? String(value) : jsonOfReal(Number(value));
}

/** Reals keep a fraction part in JSON, as KQL prints them; the values JSON does not have are strings. */
function jsonOfReal(value: number): string {
  if (Number.isNaN(value)) return '"NaN"';
  if (!Number.isFinite(value)) return value > 0 ? '"Infinity"' : '"-Infinity"';
  const text = String(value);
  return /^-?\d+$/.test(text) ? `${text}.0` : text;
}

function unquoted(token: string): string {
  const text = token.trim();
  if (!/^["']/.test(text)) return text;
  try {
    const inside = text.slice(1, -1).replace(/\\.|"/g, (part) => ({ "\\'": "'", '"': '\\"' })[part] ?? part);
    return JSON.parse(`"${inside}"`);
  } catch {
    return text.slice(1, -1);
  }
}

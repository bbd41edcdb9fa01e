import { type Document, isAlias, isMap, isScalar, isSeq, type Node, type Pair, type Scalar } from "yaml";
import { type Finding, type Problem, type Reading, report } from "./problem.js";
import type { PlainValue } from "./rule.js";

/** A document's nodes being read: resolves aliases within a bound, and the look-ups that ARM templates allow. */
export interface NodeReading extends Reading {
  readonly document: Document;
  /** The text the document was parsed from. */
  readonly text: string;
  /** What a string stands for. */
  readonly resolve: (written: string) => string;
  readonly aliases: { left: number };
}

/** A value under a key, with the path that messages call it by. */
export interface Field {
  readonly path: string;
  readonly key: string;
  readonly node: Node | null;
  /** Where messages about the field point. */
  readonly offset: number;
}

/** The entries of a map, aliases resolved; undefined where the node is no map. */
export function mapFields(reading: NodeReading, node: unknown, path: string): Field[] | undefined {
  const map = target(reading, node);
  if (!isMap(map)) return undefined;
  const fields = map.items.map((pair) => {
    const key = keyText(pair);
    const value = target(reading, pair.value);
    return {
      path: path === "" ? key : `${path}.${key}`,
      key,
      node: value,
      offset: offsetOf(pair.key) ?? offsetOf(value) ?? 0,
    };
  });
  return fields.some(({ key }) => key === "<<") ? merged(reading, fields, path) : fields;
}

/** The entries with those of maps under `<<`, which hold where the map itself says nothing. */
function merged(reading: NodeReading, fields: readonly Field[], path: string): Field[] {
  const own = fields.filter(({ key }) => key !== "<<");
  for (const merge of fields.filter(({ key }) => key === "<<")) {
    for (const item of listFields(reading, merge)) {
      const added = mapFields(reading, item.node, path) ?? [];
      own.push(...added.filter(({ key }) => !own.some((field) => field.key === key)));
    }
  }
  return own;
}

/** The items of a list, aliases resolved; a value that is no list counts as a list of one. */
export function listFields(reading: NodeReading, field: Field): Field[] {
  const items = isSeq(field.node) ? field.node.items : field.node === null || isNull(field.node) ? [] : [field.node];
  return items.map((item, index) => {
    const node = target(reading, item);
    return { path: `${field.path}[${index}]`, key: String(index), node, offset: offsetOf(node) ?? field.offset };
  });
}

/** The field's text; a number or truth value gives what was written. Reports and gives undefined for anything else. */
export function textOf(reading: NodeReading, field: Field | undefined): string | undefined {
  if (field === undefined || field.node === null || isNull(field.node)) return undefined;
  if (isScalar(field.node)) return reading.resolve(scalarText(field.node));
  fieldProblem(reading, field, { code: "bad-value", severity: "warning", message: `\`${field.key}\` takes text` });
  return undefined;
}

/** The texts of a list; a single text counts as a list of one. */
export function textsOf(reading: NodeReading, field: Field | undefined): string[] {
  if (field === undefined) return [];
  return listFields(reading, field)
    .map((item) => textOf(reading, item)?.trim() ?? "")
    .filter((text) => text !== "");
}

/** The truth value in any spelling of YAML 1.1; reports and gives undefined for anything else. */
export function booleanOf(reading: NodeReading, field: Field | undefined): boolean | undefined {
  const text = textOf(reading, field)?.trim().toLowerCase();
  if (field === undefined || text === undefined) return undefined;
  if (["true", "yes", "on"].includes(text)) return true;
  if (["false", "no", "off"].includes(text)) return false;
  fieldProblem(reading, field, {
    code: "bad-value",
    severity: "warning",
    message: `\`${field.key}\` is true or false, not \`${text}\``,
  });
  return undefined;
}

/** The node as plain data. Integers beyond 2^53 are kept as their digits. */
export function plainValue(reading: NodeReading, node: unknown): PlainValue {
  const value = target(reading, node);
  if (isMap(value)) {
    return Object.fromEntries(value.items.map((pair) => [keyText(pair), plainValue(reading, pair.value)]));
  }
  if (isSeq(value)) return value.items.map((item) => plainValue(reading, item));
  if (!isScalar(value)) return null;
  if (typeof value.value === "boolean") return value.value;
  if (typeof value.value === "number") {
    return Number.isInteger(value.value) && !Number.isSafeInteger(value.value) ? scalarText(value) : value.value;
  }
  return isNull(value) ? null : reading.resolve(scalarText(value));
}

/** Adds a problem at a field. */
export function fieldProblem(reading: Reading, field: Field, finding: Omit<Finding, "key">): Problem {
  return report(reading, field.offset, { ...finding, ...(field.path === "" ? {} : { key: field.path }) });
}

function target(reading: NodeReading, node: unknown): Node | null {
  if (isAlias(node)) {
    reading.aliases.left -= 1;
    return reading.aliases.left < 0 ? null : target(reading, node.resolve(reading.document));
  }
  return isMap(node) || isSeq(node) || isScalar(node) ? node : null;
}

function keyText(pair: Pair): string {
  return isScalar(pair.key) ? scalarText(pair.key) : String(pair.key);
}

function scalarText(scalar: Scalar): string {
  if (typeof scalar.value === "string") return scalar.value;
  return isNull(scalar) ? "" : (scalar.source ?? String(scalar.value));
}

function isNull(node: Node): boolean {
  return isScalar(node) && node.value === null;
}

function offsetOf(node: unknown): number | undefined {
  return isMap(node) || isSeq(node) || isScalar(node) ? node.range?.[0] : undefined;
}

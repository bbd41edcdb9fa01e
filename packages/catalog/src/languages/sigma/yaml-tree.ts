import { type Document, isAlias, isMap, isScalar, isSeq, LineCounter, type Node, parseAllDocuments } from "yaml";

/** A value of a YAML text with its place, aliases resolved; offsets are of the text that was parsed. */
export type YamlTree = YamlMap | YamlList | YamlScalar;

export interface YamlMap {
  readonly kind: "map";
  readonly entries: readonly YamlEntry[];
  readonly start: number;
  readonly end: number;
}

export interface YamlEntry {
  readonly key: string;
  /** Where the key stands. */
  readonly start: number;
  readonly value: YamlTree;
}

export interface YamlList {
  readonly kind: "list";
  readonly items: readonly YamlTree[];
  readonly start: number;
  readonly end: number;
}

export interface YamlScalar {
  readonly kind: "scalar";
  readonly value: string | number | boolean | null;
  /** As written, without quotes: `0x40` for the number 64. */
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** The documents of a text, or why it has none, with the offset. */
export interface YamlTrees {
  readonly documents: readonly YamlTree[];
  readonly error?: { readonly message: string; readonly offset: number };
  readonly place: (offset: number) => { readonly line: number; readonly column: number };
}

/** Most characters of a file, most values of a document, and how deep they may be nested. */
const limits = { characters: 1_000_000, values: 50_000, depth: 40 };

/** Parses a text of YAML documents. Texts that are too large, too deep, or too often repeat themselves are refused. */
export function yamlTrees(text: string): YamlTrees {
  const counter = new LineCounter();
  const place = (offset: number) => {
    const { line, col } = counter.linePos(Math.max(0, offset));
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  const failed = (message: string, offset: number) => ({ documents: [], error: { message, offset }, place });
  if (text.length > limits.characters) return failed(`the file has more than ${limits.characters} characters`, 0);
  const deep = tooDeep(text);
  if (deep !== undefined) return failed(`the text is nested more than ${limits.depth} levels deep`, deep);
  const parsed = parseAllDocuments(text, { lineCounter: counter, uniqueKeys: false, prettyErrors: false });
  const documents: YamlTree[] = [];
  for (const document of Array.isArray(parsed) ? parsed : []) {
    const [error] = document.errors;
    if (error !== undefined) return failed(`the text is not YAML: ${error.message}`, error.pos[0]);
    const budget = { left: limits.values };
    const tree = treeOf(document, document.contents, budget, 0);
    if (budget.left < 0) {
      const message = `a document has more than ${limits.values} values or ${limits.depth} levels, those that it repeats counted again`;
      return failed(message, document.range[0]);
    }
    documents.push(tree);
  }
  return { documents, place };
}

/** The offset of a bracket that is nested deeper than any rule is; the parser would not come back from it. */
function tooDeep(text: string): number | undefined {
  let depth = 0;
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at];
    if (character === "[" || character === "{") {
      depth += 1;
      if (depth > 200) return at;
    } else if (character === "]" || character === "}" || (character === "\n" && /\S/.test(text[at + 1] ?? ""))) {
      depth = character === "\n" ? 0 : Math.max(0, depth - 1);
    } else if (character === "-" && text.startsWith("- ".repeat(100), at)) return at;
  }
  return undefined;
}

const nothing: YamlScalar = { kind: "scalar", value: null, text: "", start: 0, end: 0 };

function treeOf(document: Document, node: Node | null, budget: { left: number }, depth: number): YamlTree {
  budget.left -= 1;
  if (budget.left < 0) return nothing;
  if (depth > limits.depth) {
    budget.left = -1;
    return nothing;
  }
  if (isAlias(node)) return treeOf(document, node.resolve(document) ?? null, budget, depth + 1);
  const [start, end] = node?.range ?? [0, 0];
  const inner = (child: unknown) => treeOf(document, isNode(child) ? child : null, budget, depth + 1);
  if (isMap(node)) {
    const entries = node.items.map((pair): YamlEntry => {
      const key = isScalar(pair.key) ? scalarOf(pair.key.value, pair.key.source) : undefined;
      const at = isScalar(pair.key) ? (pair.key.range?.[0] ?? start) : start;
      const value = inner(pair.value);
      return { key: key?.text ?? "", start: at, value: value === nothing ? { ...nothing, start: at, end: at } : value };
    });
    return { kind: "map", entries, start, end };
  }
  if (isSeq(node)) return { kind: "list", items: node.items.map(inner), start, end };
  if (isScalar(node)) return { kind: "scalar", ...scalarOf(node.value, node.source), start, end };
  return { ...nothing, start, end };
}

function isNode(value: unknown): value is Node {
  return isMap(value) || isSeq(value) || isScalar(value) || isAlias(value);
}

function scalarOf(value: unknown, source: string | undefined): Pick<YamlScalar, "value" | "text"> {
  if (typeof value === "string") return { value, text: value };
  if (typeof value === "boolean" || typeof value === "number") return { value, text: source ?? String(value) };
  if (typeof value === "bigint") return { value: String(value), text: source ?? String(value) };
  return { value: null, text: "" };
}

/** The value under a key of a map. */
export function under(tree: YamlTree | undefined, key: string): YamlTree | undefined {
  return entryOf(tree, key)?.value;
}

export function entryOf(tree: YamlTree | undefined, key: string): YamlEntry | undefined {
  return tree?.kind === "map" ? tree.entries.findLast((entry) => entry.key === key) : undefined;
}

/** The text of a scalar; undefined for others and for nothing. */
export function textOf(tree: YamlTree | undefined): string | undefined {
  return tree?.kind === "scalar" && tree.value !== null ? tree.text : undefined;
}

/** The texts of a list, or of a single value. */
export function textsOf(tree: YamlTree | undefined): readonly string[] {
  const items = tree?.kind === "list" ? tree.items : tree === undefined ? [] : [tree];
  return items.flatMap((item) => textOf(item)?.trim() || []);
}

/** One tree laid over another: maps are joined key by key, all else is that of the upper. */
export function laidOver(lower: YamlTree, upper: YamlTree): YamlTree {
  if (lower.kind !== "map" || upper.kind !== "map") return upper;
  const kept = lower.entries.filter(({ key }) => entryOf(upper, key) === undefined);
  const added = upper.entries.map((entry) => {
    const below = under(lower, entry.key);
    return below === undefined ? entry : { ...entry, value: laidOver(below, entry.value) };
  });
  return { ...upper, entries: [...kept, ...added] };
}

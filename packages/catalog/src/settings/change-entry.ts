import { type Document, isMap, isScalar, type Pair, parseDocument, Scalar, YAMLMap } from "yaml";

/** A value that an entry of a settings file gets; undefined takes its key away. */
export type EntryValue =
  | string
  | number
  | boolean
  | readonly string[]
  | Readonly<Record<string, string | readonly string[]>>
  | undefined;

/**
 * The text of a file that is a map of entries, such as `overrides.yaml` and `exceptions.yaml`, with one of them changed: keys get new
 * values or go, an entry without keys goes, and all else stays, comments too. Undefined where the text is no such map.
 */
export function changeEntry(
  text: string,
  name: string,
  values: Readonly<Record<string, EntryValue>>,
): string | undefined {
  const found = documentOf(text);
  if (found === undefined) return undefined;
  const { document, root } = found;
  // The last of several holds, as for those who read the file.
  const known = root.items.findLast((pair) => keyOf(pair).toLowerCase() === name.toLowerCase());
  const entry = isMap(known?.value) ? known.value : new YAMLMap();
  if (known !== undefined && entry !== known.value) known.value = entry;
  for (const [key, value] of Object.entries(values)) {
    if (value === undefined) entry.delete(key);
    else entry.set(key, nodeOf(document, value));
  }
  if (entry.items.length === 0) root.items = root.items.filter((pair) => pair !== known);
  else if (known === undefined) root.add(document.createPair(name, entry));
  return root.items.length === 0 ? commentsOf(text) : printed(document, text);
}

/** The document of a text that is a map; an empty text is one without entries. */
function documentOf(text: string): { readonly document: Document; readonly root: YAMLMap } | undefined {
  const clean = text.replace(/^\uFEFF/, "").replace(/\r\n?/g, "\n");
  const document: Document = parseDocument(clean, { uniqueKeys: false });
  if (document.errors.length > 0) return undefined;
  if (document.contents === null) document.contents = new YAMLMap();
  const { contents } = document;
  return isMap(contents) ? { document, root: contents } : undefined;
}

/** What is left of a file that loses its last entry. */
function commentsOf(text: string): string {
  const lines = text.split(/\r\n?|\n/).filter((line) => line.startsWith("#"));
  return lines.map((line) => `${line}\n`).join("");
}

function keyOf({ key }: Pair): string {
  return isScalar(key) ? String(key.value) : "";
}

function nodeOf(document: Document, value: Exclude<EntryValue, undefined>) {
  const node = document.createNode(value);
  if (isScalar(node) && typeof value === "string") {
    if (value.includes("\n")) node.type = Scalar.BLOCK_LITERAL;
    else if (hidden.test(value)) node.type = Scalar.QUOTE_DOUBLE;
  }
  return node;
}

/** Characters that are not seen, or that change how others are shown. */
const hidden = /[\p{Cf}\u2028\u2029]/u;

/** Lines are not broken; characters that are not seen are written by their numbers, unless the file had such before. */
function printed(document: Document, before: string): string {
  const text = document.toString({ lineWidth: 0 });
  if (hidden.test(before)) return text;
  return text.replace(/[\p{Cf}\u2028\u2029]/gu, (character) =>
    Array.from(
      { length: character.length },
      (_, index) => `\\u${character.charCodeAt(index).toString(16).padStart(4, "0")}`,
    ).join(""),
  );
}

/** The plain values of an entry as they stand in the file; undefined where there is no such entry. */
export function entryValues(
  text: string,
  name: string,
): Readonly<Record<string, string | number | boolean>> | undefined {
  const entry = documentOf(text)?.root.items.findLast(
    (pair) => keyOf(pair).toLowerCase() === name.toLowerCase(),
  )?.value;
  if (!isMap(entry)) return undefined;
  const plain = entry.items.flatMap((pair): [string, string | number | boolean][] => {
    const value: unknown = isScalar(pair.value) ? pair.value.value : undefined;
    const isPlain = typeof value === "string" || typeof value === "number" || typeof value === "boolean";
    return isPlain ? [[keyOf(pair), value]] : [];
  });
  return Object.fromEntries(plain);
}

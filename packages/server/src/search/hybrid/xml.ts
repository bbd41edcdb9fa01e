import { SaxesParser } from "saxes";
import { Unanswerable } from "../../geo/unanswerable.js";

/** Longest text that is read, in bytes. */
const longest = 1_048_576;

/** What is open at a place of the text. */
interface Open {
  readonly attributes: readonly (readonly [string, string])[];
  readonly texts: string[];
  /** The children's JSON, by their names in the order of the first. */
  readonly children: Map<string, string[]>;
}

/** The JSON of an XML text: its elements, attributes (`@name`) and texts (`#text`); null where it is no XML. */
export function jsonOfXml(text: string): string | null {
  if (Buffer.byteLength(text) > longest) return null;
  const root: Open = { attributes: [], texts: [], children: new Map() };
  const open: Open[] = [root];
  const parser = new SaxesParser({ position: false });
  parser.on("error", (error) => {
    throw new NotXml(error.message);
  });
  parser.on("opentag", ({ attributes }) => {
    const named = Object.entries(attributes).map(([name, value]) => [name, value] as const);
    open.push({ attributes: named, texts: [], children: new Map() });
  });
  parser.on("text", (written) => {
    const trimmed = written.trim();
    if (trimmed !== "") open.at(-1)?.texts.push(trimmed);
  });
  parser.on("closetag", ({ name }) => {
    const element = open.pop();
    const { children } = open.at(-1) ?? root;
    if (element !== undefined) children.set(name, [...(children.get(name) ?? []), jsonOf(element)]);
  });
  try {
    parser.write(text).close();
  } catch (error) {
    if (error instanceof NotXml) return null;
    throw error;
  }
  return bag(children(root));
}

class NotXml extends Error {}

function jsonOf(element: Open): string {
  const { attributes, texts } = element;
  if (texts.length > 1) throw new Unanswerable("an XML element with several pieces of text");
  const written = texts[0] === undefined ? undefined : JSON.stringify(texts[0]);
  const parts = [
    ...attributes.map(([name, value]) => [`@${name}`, JSON.stringify(value)] as const),
    ...(written === undefined ? [] : [["#text", written] as const]),
    ...children(element),
  ];
  const isPlain = parts.length === (written === undefined ? 0 : 1);
  return isPlain ? (written ?? "null") : bag(parts);
}

/** Children of one name are an array where there are several. */
function children({ children: named }: Open): readonly (readonly [string, string])[] {
  return [...named].map(([name, items]) => [name, items.length === 1 ? (items[0] ?? "null") : `[${items.join(",")}]`]);
}

function bag(entries: readonly (readonly [string, string])[]): string {
  return `{${entries.map(([name, value]) => `${JSON.stringify(name)}:${value}`).join(",")}}`;
}

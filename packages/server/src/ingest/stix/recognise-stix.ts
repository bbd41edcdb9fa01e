import type { Shape } from "../recognise.js";

/**
 * Where the STIX objects of a file are: in a bundle or a TAXII envelope, an array, or one after the other; undefined for a file
 * that its first objects do not show to be STIX. Only properties of an object itself count, so that a log which holds STIX
 * objects inside its rows stays a log.
 */
export function recogniseStix(head: Buffer): Shape | undefined {
  const start = head
    .toString("utf8")
    .replace(/^\uFEFF/, "")
    .trimStart();
  if (start.startsWith("[")) return firstObjects(start.slice(1)).some(isObject) ? { kind: "objects" } : undefined;
  if (!start.startsWith("{")) return undefined;
  const [first] = firstObjects(start);
  const inside = first?.get("objects");
  if (inside !== undefined && first !== undefined) {
    const isHolder = first.get("type") === '"bundle"' || firstObjects(inside.slice(1)).some(isObject);
    const firstLine = start.split(/\r?\n/, 1)[0] ?? "";
    const lines = start.includes("\n") && firstLine.trimEnd().endsWith("}");
    return isHolder && inside.startsWith("[") ? { kind: "wrapped", property: "objects", lines } : undefined;
  }
  if (!firstObjects(start).some(isObject)) return undefined;
  return /^\{[^\n]*\}\s*(\n|$)/.test(start) ? { kind: "lines" } : { kind: "objects" };
}

/** The properties of an object with their JSON; a value that does not end in the text goes to its end. */
type Properties = ReadonlyMap<string, string>;

function isObject(properties: Properties): boolean {
  const type = /^"([a-z][a-z0-9-]*)"$/.exec(properties.get("type") ?? "")?.[1];
  return type !== undefined && new RegExp(`^"${type}--[0-9a-f-]{36}"$`, "i").test(properties.get("id") ?? "");
}

/** The first objects of a text, whatever stands between them. */
function firstObjects(text: string): readonly Properties[] {
  const found: Properties[] = [];
  for (let at = text.indexOf("{"); at >= 0 && found.length < 20; at = text.indexOf("{", at)) {
    const { properties, end } = propertiesOf(text, at + 1);
    found.push(properties);
    at = end;
  }
  return found;
}

/** The properties of the object whose brace is just before `at`, as far as the text goes. */
function propertiesOf(text: string, at: number): { readonly properties: Properties; readonly end: number } {
  const properties = new Map<string, string>();
  let depth = 0;
  let name: string | undefined;
  let from = at;
  let last: string | undefined;
  const close = (end: number) => {
    if (name !== undefined) properties.set(name, text.slice(from, end).trim());
    name = undefined;
  };
  json.lastIndex = at;
  for (let match = json.exec(text); match !== null; match = json.exec(text)) {
    const [token] = match;
    if (token === "{" || token === "[") depth += 1;
    else if (token === "}" || token === "]") {
      if (depth === 0) {
        close(match.index);
        return { properties, end: json.lastIndex };
      }
      depth -= 1;
    } else if (depth > 0) continue;
    else if (token === ",") close(match.index);
    else if (token === ":") {
      name ??= last?.slice(1, -1);
      from = json.lastIndex;
    } else if (name === undefined) last = token;
  }
  close(text.length);
  return { properties, end: text.length };
}

const json = /"(?:[^"\\]|\\.)*"|[{}[\],:]/gs;

/** The properties of an object with their JSON; a value that does not end in the text goes to its end. */
export type Properties = ReadonlyMap<string, string>;

/** The first objects of a text, at most twenty, whatever stands between them. */
export function firstObjects(text: string): readonly Properties[] {
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

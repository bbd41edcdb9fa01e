/**
 * The steps of a JSONPath of names and indexes: `$.a.b[0]['c d']`. Undefined for anything else (wildcards, slices,
 * recursive descent).
 */
export function jsonPathSteps(path: string): readonly (string | number)[] | undefined {
  const trimmed = path.trim();
  if (!trimmed.startsWith("$")) return undefined;
  const steps: (string | number)[] = [];
  let rest = trimmed.slice(1);
  while (rest !== "") {
    const found = step.exec(rest);
    if (found === null) return undefined;
    const [whole, name, index, single, double] = found;
    steps.push(index === undefined ? (name ?? single ?? double ?? "") : Number(index));
    rest = rest.slice(whole.length);
  }
  return steps;
}

const step = /^(?:\.([A-Za-z_$@][\w$@-]*)|\[(-?\d{1,9})\]|\['([^'\\]*)'\]|\["([^"\\]*)"\])/;

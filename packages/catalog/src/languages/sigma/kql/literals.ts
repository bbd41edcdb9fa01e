/** A text as a literal of KQL: verbatim where that is easier to read. */
export function kqlText(text: string): string {
  if (text.includes("\\") && !/["\p{Cc}]/u.test(text)) return `@"${text}"`;
  const escaped = text.replace(/["\\]/g, "\\$&").replace(/[\p{Cc}\u2028\u2029]/gu, (character) => {
    const named = { "\n": "\\n", "\r": "\\r", "\t": "\\t" }[character];
    return named ?? `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
  });
  return `"${escaped}"`;
}

/** A name as KQL takes it: bare where it is one, and else in brackets. */
export function kqlName(name: string): string {
  return /^[A-Za-z_]\w*$/.test(name) ? name : `[${kqlText(name)}]`;
}

/** A path into a dynamic value. */
export function kqlPath(start: string, path: readonly string[]): string {
  return path.reduce(
    (text, part) => (/^[A-Za-z_]\w*$/.test(part) ? `${text}.${part}` : `${text}[${kqlText(part)}]`),
    start,
  );
}

/** A length of time in milliseconds, in the largest unit that it is whole in. */
export function kqlTimespan(milliseconds: number): string {
  const units = [
    [86_400_000, "d"],
    [3_600_000, "h"],
    [60_000, "m"],
    [1000, "s"],
  ] as const;
  const [length, unit] = units.find(([size]) => milliseconds % size === 0) ?? [1, "ms"];
  return `${milliseconds / length}${unit}`;
}

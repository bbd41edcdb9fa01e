/** A literal of KQL within a text. */
export interface FoundLiteral {
  readonly start: number;
  readonly end: number;
  /** The type that a column holding it has. */
  readonly type: string;
}

const parts =
  /(?<string>@?"(?:[^"\\]|\\.)*"|@?'(?:[^'\\]|\\.)*')|\b(?<typed>datetime|timespan|time|long|int|real|double|decimal|bool|guid|dynamic)\s*\(|(?<timespan>\b\d+(?:\.\d+)?(?:ticks?|ms|[dhms])\b)|(?<real>\b\d+\.\d+(?:e[+-]?\d+)?\b|\b\d+e[+-]?\d+\b)|(?<long>\b0x[0-9a-f]+\b|\b\d+\b)|(?<bool>\btrue\b|\bfalse\b)|[a-z_]\w*/gi;

/** The literals of an expression, in order. */
export function literalsOf(expression: string): readonly FoundLiteral[] {
  const found: FoundLiteral[] = [];
  let at = 0;
  for (const match of expression.matchAll(parts)) {
    if (match.index < at) continue;
    at = match.index + match[0].length;
    const { typed, ...groups } = match.groups ?? {};
    if (typed !== undefined) at = closing(expression, at);
    const [plain] = Object.entries(groups).flatMap(([name, text]) => (text === undefined ? [] : [name]));
    const type = typed === undefined ? plain : ({ time: "timespan", double: "real" }[typed] ?? typed);
    if (type !== undefined) found.push({ start: match.index, end: at, type });
  }
  return found;
}

/** The place after the parenthesis that closes the one just opened. */
function closing(text: string, from: number): number {
  let depth = 1;
  let quote = "";
  let at = from;
  for (; at < text.length && depth > 0; at++) {
    const character = text[at] ?? "";
    if (quote !== "") {
      if (character === "\\") at++;
      else if (character === quote) quote = "";
    } else if (/["']/.test(character)) quote = character;
    else if (/[([{]/.test(character)) depth++;
    else if (/[)\]}]/.test(character)) depth--;
  }
  return at;
}

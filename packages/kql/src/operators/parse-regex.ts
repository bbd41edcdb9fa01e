import { isRefused, translateRegex } from "../functions/regex.js";
import type { Expression, Location } from "../plan/expression.js";
import type { KqlType } from "../schema/types.js";
import { type Context, report } from "./context.js";
import type { Part } from "./parse-parts.js";
import { call, convert } from "./scalar.js";

/** What a pattern takes out of a text. */
export interface Taken {
  readonly columns: readonly { readonly name: string; readonly value: Expression }[];
  readonly found: Expression;
}

/**
 * The pattern of `parse kind=regex` as one regular expression from the text's start; its end may lie anywhere. Undefined,
 * with a diagnostic, where it cannot be translated.
 */
export function takenByRegex(
  parts: readonly Part[],
  text: Expression,
  flags: string,
  location: Location,
  cx: Context,
): Taken | undefined {
  const refused = (message: string): undefined => {
    report(cx, location, "unsupported-option", `\`parse kind=regex\`: ${message}`, {
      construct: "parse kind=regex",
      hint: "use `extract` with a regular expression for each column",
    });
    return undefined;
  };
  if (!/^[imsU]*$/.test(flags)) return refused(`the flags \`${flags}\` are not known; there are i, m, s and U`);
  if (flags.includes("U") && parts.at(-1)?.kind === "column") return refused("with the flag U a text has to end it");
  const groups: { readonly part: Part & { readonly kind: "column" }; readonly group: number }[] = [];
  let body = "";
  let count = 0;
  for (const part of parts) {
    if (part.kind === "any") body += ".*";
    else if (part.kind === "literal") {
      const own = translateRegex(part.text);
      if (isRefused(own)) return refused(own.refused);
      count += own.groups;
      body += part.text;
    } else {
      const pattern = columnPatterns[part.type];
      if (pattern === undefined) return refused(`a column of type ${part.type} cannot be translated yet`);
      groups.push({ part, group: ++count });
      body += pattern;
    }
  }
  const whole = translateRegex(flags === "" ? `^(?:${body})` : `^(?${flags}:${body})`);
  if (isRefused(whole)) return refused(whole.refused);
  const pattern: Expression = { kind: "literal", type: "string", value: whole.pattern };
  const columns = groups.map(({ part, group }) => {
    const index: Expression = { kind: "literal", type: "long", value: BigInt(group) };
    const captured = call("#group", [text, pattern, index], "string", location);
    const read = part.type === "datetime" ? call("trim", [blanks, captured], "string", location) : captured;
    return { name: part.name, value: convert(read, part.type, location) };
  });
  return { columns, found: call("#matches", [text, pattern], "bool", location) };
}

const blanks: Expression = { kind: "literal", type: "string", value: "\\s+" };

/** What a column of each type takes: as much as it can, unless the flag U says otherwise. */
const columnPatterns: Readonly<Partial<Record<KqlType, string>>> = {
  string: "(.*)",
  dynamic: "(.*)",
  datetime: "(.*)",
  timespan: "(.*)",
  guid: "(.*)",
  bool: "(.*)",
  int: "(-?\\d+)",
  long: "(-?\\d+)",
};

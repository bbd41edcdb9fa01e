/** Why a regular expression has no form in KQL, whose engine knows no look-around and no references back; undefined where it has. */
export function regexProblem(source: string): string | undefined {
  for (let at = 0; at < source.length; at += 1) {
    const rest = source.slice(at, at + 4);
    if (rest[0] === "\\") {
      if (/^\\[1-9]|^\\k</.test(rest)) return "a regular expression that refers back to a group";
      if (/^\\[ZGKXRhH]/.test(rest)) return `\`${rest.slice(0, 2)}\` in a regular expression`;
      at += 1;
    } else if (rest[0] === "[") {
      const end = classEnd(source, at);
      if (end === undefined) return "a regular expression with an open `[`";
      at = end;
    } else if (/^\(\?(?:[=!]|<[=!])/.test(rest)) return "a regular expression that looks ahead or behind";
    else if (/^\(\?(?:[>(|#R&]|\d)/.test(rest)) return `\`${rest.slice(0, 3)}\` in a regular expression`;
    else if (/^[*+?}]\+/.test(rest)) return "a possessive quantifier in a regular expression";
  }
  try {
    new RegExp(
      source
        .replace(/\(\?[ims]+\)/g, "")
        .replace(/\(\?P</g, "(?<")
        .replace(/\\A/g, "^")
        .replace(/\\z/g, "$"),
    );
  } catch {
    return "a regular expression that cannot be read";
  }
  return undefined;
}

function classEnd(source: string, start: number): number | undefined {
  for (let at = start + (source.startsWith("[^", start) ? 3 : 2); at < source.length; at += 1) {
    if (source[at] === "\\") at += 1;
    else if (source.startsWith("[:", at)) at = Math.max(at, source.indexOf(":]", at) + 1);
    else if (source[at] === "]") return at;
  }
  return undefined;
}

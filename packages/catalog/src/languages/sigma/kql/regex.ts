/** Why a regular expression has no form in KQL, whose engine knows no look-around and no references back; undefined where it has. */
export function regexProblem(source: string): string | undefined {
  return constructProblem(source) ?? repetitionProblem(source) ?? readingProblem(source);
}

/** The letters and digits that may follow a backslash, outside of brackets and within. */
const escapes = /[aftnrvxu0AbBzdDsSwWpP]/;
const escapesInBrackets = /[aftnrvxu0dDsSwWpP]/;

function constructProblem(source: string): string | undefined {
  for (let at = 0; at < source.length; at += 1) {
    const rest = source.slice(at, at + 4);
    if (rest[0] === "\\") {
      if (/^\\[1-9]|^\\k</.test(rest)) return "a regular expression that refers back to a group";
      if (isUnknown(rest[1], escapes)) return `\`${rest.slice(0, 2)}\` in a regular expression`;
      at += 1;
    } else if (rest[0] === "[") {
      const end = classEnd(source, at);
      if (end === undefined) return "a regular expression with an open `[`";
      for (const [, escaped] of source.slice(at, end).matchAll(/\\(.)/gs)) {
        if (isUnknown(escaped, escapesInBrackets)) return `\`[\\${escaped}]\` in a regular expression`;
      }
      at = end;
    } else if (/^\(\?(?:[=!]|<[=!])/.test(rest)) return "a regular expression that looks ahead or behind";
    else if (/^\(\?(?:[>(|#R&]|\d)/.test(rest)) return `\`${rest.slice(0, 3)}\` in a regular expression`;
    else if (/^[*+?}]\+/.test(rest)) return "a possessive quantifier in a regular expression";
  }
  return undefined;
}

function isUnknown(escaped: string | undefined, known: RegExp): boolean {
  return escaped !== undefined && /[A-Za-z0-9<>]/.test(escaped) && !known.test(escaped);
}

/** The engine repeats nothing more often than this, groups within groups multiplied. */
const mostRepeats = 1000;

function repetitionProblem(source: string): string | undefined {
  const groups = [1];
  let last = 1;
  for (let at = 0; at < source.length; at += 1) {
    const bounds = /^\{(\d+)(?:,(\d*))?\}/.exec(source.slice(at, at + 24));
    const count = bounds === null ? 1 : Math.max(1, Number(bounds[1]), Number(bounds[2] ?? 0));
    if (source[at] === "(") groups.push(1);
    if (source[at] === ")") last = groups.length > 1 ? (groups.pop() ?? 1) : 1;
    else last = bounds === null ? 1 : last * count;
    if (last > mostRepeats) return `\`${bounds?.[0] ?? "{…}"}\`, which repeats more than ${mostRepeats} times`;
    groups.push(Math.max(groups.pop() ?? 1, last));
    if (source[at] === "\\") at += 1;
    else if (source[at] === "[") at = classEnd(source, at) ?? at;
    else if (bounds !== null) at += bounds[0].length - 1;
  }
  return undefined;
}

function readingProblem(source: string): string | undefined {
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

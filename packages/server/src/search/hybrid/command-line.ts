/**
 * The arguments of a Windows command line, as `CommandLineToArgvW` takes them apart: the program's name ends at a blank
 * or, where it begins with a quote, at the next one; in what follows, backslashes count only before a quote.
 */
export function windowsArguments(line: string): readonly string[] {
  const [program, rest] = programIn(line);
  return [program, ...argumentsIn(rest)];
}

function programIn(line: string): readonly [string, string] {
  const quoted = /^"([^"]*)"?/.exec(line);
  const name = quoted ?? /^[^ \t]*/.exec(line);
  return [quoted?.[1] ?? name?.[0] ?? "", line.slice(name?.[0].length ?? 0)];
}

function argumentsIn(rest: string): readonly string[] {
  const found: string[] = [];
  let current: string | undefined;
  // Quotes since the last one that closed: one opens, two close, and the third in a row is a quote of the text.
  let quotes = 0;
  let at = 0;
  while (at < rest.length) {
    const character = rest[at] ?? "";
    if ((character === " " || character === "\t") && quotes === 0) {
      if (current !== undefined) found.push(current);
      current = undefined;
      at += 1;
      continue;
    }
    const backslashes = /^\\*/.exec(rest.slice(at))?.[0].length ?? 0;
    at += backslashes;
    if (rest[at] !== '"') {
      current = (current ?? "") + "\\".repeat(backslashes);
      if (backslashes === 0) {
        current += character;
        at += 1;
      }
      continue;
    }
    current = (current ?? "") + "\\".repeat(Math.floor(backslashes / 2));
    if (backslashes % 2 === 1) current += '"';
    else quotes += 1;
    at += 1;
    for (; rest[at] === '"'; at += 1) {
      quotes += 1;
      if (quotes < 3) continue;
      current += '"';
      quotes = 0;
    }
    if (quotes === 2) quotes = 0;
  }
  return current === undefined ? found : [...found, current];
}

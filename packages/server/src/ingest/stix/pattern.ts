/** One comparison of a STIX pattern for equality: what is looked at, and the value that it has. */
export interface Observable {
  /** `ipv4-addr:value`, `file:hashes.'SHA-256'`: the names of hashes always in STIX's own spelling. */
  readonly key: string;
  readonly value: string;
}

/**
 * The observables of a STIX pattern that only compares for equality, joined by AND and OR: each one once, in order. Undefined
 * for every other pattern (other operators, NOT, FOLLOWEDBY, qualifiers, escapes that STIX does not know): what it means
 * cannot be said by observables alone.
 */
export function observablesOf(pattern: string): readonly Observable[] | undefined {
  if (pattern.length > longest) return undefined;
  const tokens = tokensOf(pattern);
  if (tokens === undefined) return undefined;
  const reader = new Reader(tokens);
  const found = reader.joined("pattern", 0);
  if (found === undefined || !reader.atEnd) return undefined;
  const known = new Map(found.map((observable) => [`${observable.key}\n${observable.value}`, observable]));
  return [...known.values()];
}

/** Longer ones are not indicators of anything; they stay whole. */
const longest = 1_000_000;
const deepest = 50;

type Token =
  | { readonly kind: "path"; readonly key: string }
  | { readonly kind: "value"; readonly value: string }
  | { readonly kind: "sign"; readonly sign: string };

/** What a pattern is made of; undefined where a part of it is none of these. */
function tokensOf(pattern: string): readonly Token[] | undefined {
  const tokens: Token[] = [];
  token.lastIndex = 0;
  for (;;) {
    const start = token.lastIndex;
    const match = token.exec(pattern);
    if (match === null) return start === pattern.length ? tokens : undefined;
    const { sign, path, text, plain } = match.groups ?? {};
    if (sign !== undefined) tokens.push({ kind: "sign", sign });
    else if (path !== undefined) tokens.push({ kind: "path", key: keyOf(path) });
    else if (text !== undefined) tokens.push({ kind: "value", value: text.replace(/\\(['\\])/g, "$1") });
    else if (plain !== undefined) tokens.push({ kind: "value", value: plain });
    if (token.lastIndex === pattern.length) return tokens;
  }
}

const step = String.raw`(?:[A-Za-z_][A-Za-z0-9_-]*|'(?:[^'\\]|\\['\\])+')(?:\[(?:\d{1,9}|\*)\])*`;
const token = new RegExp(
  String.raw`\s*(?:(?<path>[a-z][a-z0-9-]*:${step}(?:\.${step})*)|(?<sign>[[\]()=]|(?:AND|OR)(?![A-Za-z0-9_-]))` +
    String.raw`|'(?<text>(?:[^'\\]|\\['\\])*)'|(?<plain>[+-]?\d{1,30}(?:\.\d{1,30})?(?![A-Za-z0-9_.])|true(?![A-Za-z0-9_])|false(?![A-Za-z0-9_])))\s*`,
  "y",
);

/** A path without needless quotes, and with the names of hashes as STIX writes them. */
function keyOf(path: string): string {
  return path
    .replace(/'([A-Za-z_][A-Za-z0-9_]*)'/g, "$1")
    .replace(
      /(?<=[:.]hashes\.)'?([A-Za-z0-9-]+)'?/,
      (written, name: string) => hashNames.get(plainName(name)) ?? written,
    );
}

function plainName(name: string): string {
  return name.toUpperCase().replaceAll("-", "");
}

const hashNames = new Map(
  ["MD5", "SHA-1", "SHA-256", "SHA-512", "SHA3-256", "SHA3-512", "SSDEEP", "TLSH"].map((name) => [
    plainName(name),
    name.includes("-") ? `'${name}'` : name,
  ]),
);

type Level = "pattern" | "observation";

/** Reads tokens by STIX's grammar: observations in brackets, comparisons in them, parentheses around either. */
class Reader {
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  get atEnd(): boolean {
    return this.#at === this.#tokens.length;
  }

  /** Parts of one level, with AND or OR between them. */
  joined(level: Level, depth: number): readonly Observable[] | undefined {
    const found: Observable[] = [];
    do {
      const part = this.#part(level, depth);
      if (part === undefined) return undefined;
      for (const observable of part) found.push(observable);
    } while (this.#take("AND") || this.#take("OR"));
    return found;
  }

  #part(level: Level, depth: number): readonly Observable[] | undefined {
    if (depth > deepest) return undefined;
    if (this.#take("(")) return this.#closed(this.joined(level, depth + 1), ")");
    if (level === "observation") return this.#comparison();
    return this.#take("[") ? this.#closed(this.joined("observation", depth + 1), "]") : undefined;
  }

  #closed(found: readonly Observable[] | undefined, sign: string): readonly Observable[] | undefined {
    return found !== undefined && this.#take(sign) ? found : undefined;
  }

  #comparison(): readonly Observable[] | undefined {
    const path = this.#tokens[this.#at];
    const value = this.#tokens[this.#at + 2];
    if (path?.kind !== "path" || value?.kind !== "value") return undefined;
    this.#at += 1;
    if (!this.#take("=")) return undefined;
    this.#at += 1;
    return [{ key: path.key, value: value.value }];
  }

  #take(sign: string): boolean {
    const next = this.#tokens[this.#at];
    if (next?.kind !== "sign" || next.sign !== sign) return false;
    this.#at += 1;
    return true;
  }
}

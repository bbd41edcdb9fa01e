import { type Sql, text } from "../sql/sql.js";
import { constantText } from "./constant-elements.js";
import { perlClasses, posixClasses, unicodeProperty, wordWithout } from "./regex-classes.js";
import type { Refusal, Value } from "./value.js";

/** A regular expression of KQL, translated to the dialect of ClickHouse. */
export interface Regex {
  /** The pattern for ClickHouse's functions; always valid there. */
  readonly pattern: string;
  /** The number of capture groups. */
  readonly groups: number;
  /** The names of the groups, from the first; undefined for one without a name. */
  readonly names: readonly (string | undefined)[];
  /** Whether it may match the empty text; `"fixed"` where it does so only at places that no other match can touch. */
  readonly empty: boolean | "fixed";
}

/** What the word boundary's translation misses, for the manual. */
export const regexLimit =
  "In regular expressions `\\b` and `\\B` take ASCII letters, digits and `_` alone for word characters; the pattern must be a constant.";

/** Translates a pattern, or says what in it cannot be translated. */
export function translateRegex(pattern: string): Regex | Refusal {
  const parser = new RegexParser(pattern);
  try {
    const body = parser.alternation();
    if (!parser.done) throw new Unsupported("a `)` without its `(`");
    if (body.weight > 250) throw new Unsupported("more repetitions than the engine can hold");
    const empty =
      body.empty === undefined ? false : body.empty !== "anywhere" || body.noWidth === true ? "fixed" : true;
    return { pattern: `(?-s)${body.pattern}`, groups: parser.names.length, names: parser.names, empty };
  } catch (error) {
    if (error instanceof Unsupported) return { refused: `the regular expression \`${pattern}\` has ${error.message}` };
    throw error;
  }
}

/** The translated pattern of an argument, which must be a constant. */
export function constantRegex(value: Value): Regex | Refusal {
  const pattern = constantText(value);
  if (pattern === undefined) {
    return { refused: "a regular expression that is not a constant", hint: "write the pattern as a string literal" };
  }
  return translateRegex(pattern);
}

/** Whether a translation was refused. */
export function isRefused(regex: Regex | Refusal): regex is Refusal {
  return "refused" in regex;
}

/** A pattern as a literal. */
export function patternLiteral(regex: Regex): Sql {
  return text(regex.pattern);
}

class Unsupported extends Error {}

/** A translated part; the weight counts how often a large character class is written out, which RE2 limits. */
interface Part {
  readonly pattern: string;
  readonly weight: number;
  /** The largest product of nested counted repetitions. */
  readonly repeats: number;
  readonly quantified?: boolean;
  /** Where it may match the empty text, if anywhere. */
  readonly empty?: "start" | "anywhere";
  /** It matches places only, no characters. */
  readonly noWidth?: true;
}

const large = 1;
const small = 0.003;

/** A recursive descent over one pattern; the flags for Unicode classes and for lines are the only state beside the place. */
class RegexParser {
  readonly names: (string | undefined)[] = [];
  #at = 0;
  #unicode = true;
  #lines = false;
  readonly #source: readonly string[];

  constructor(pattern: string) {
    this.#source = [...pattern];
  }

  get done(): boolean {
    return this.#at >= this.#source.length;
  }

  alternation(): Part {
    const before = this.#unicode;
    const branches = [this.#sequence()];
    while (this.#take("|")) branches.push(this.#sequence());
    this.#unicode = before;
    return combine(branches, "|");
  }

  #sequence(): Part {
    const parts: Part[] = [];
    while (!this.done && this.#peek() !== "|" && this.#peek() !== ")") {
      const quantifier = parts.length > 0 ? this.#quantifier() : undefined;
      const last = parts.at(-1);
      if (quantifier && last) parts[parts.length - 1] = repeat(last, quantifier);
      else parts.push(this.#atom());
    }
    return combine(parts, "");
  }

  #atom(): Part {
    const character = this.#next();
    switch (character) {
      case "(":
        return this.#group();
      case "[":
        return this.#class();
      case "\\":
        return this.#escape();
      case "*":
      case "+":
      case "?":
        throw new Unsupported(`a \`${character}\` with nothing to repeat`);
      case ".":
        return part(character);
      case "^":
        return { ...part(character), empty: this.#lines ? "anywhere" : "start", noWidth: true };
      case "$":
        return { ...part(character), empty: "anywhere", noWidth: true };
      default:
        return part(literal(character));
    }
  }

  #group(): Part {
    if (!this.#take("?")) return this.#capture(undefined);
    if (this.#take(":")) return this.#enclosed("(?:");
    if (this.#peek() === "=" || this.#peek() === "!") throw new Unsupported("look-around, which KQL does not know");
    if (this.#take("P")) {
      if (!this.#take("<")) throw new Unsupported("a `(?P` without a group's name");
      return this.#capture(this.#until(">"));
    }
    if (this.#take("<")) {
      if (this.#peek() === "=" || this.#peek() === "!") throw new Unsupported("look-around, which KQL does not know");
      return this.#capture(this.#until(">"));
    }
    return this.#flags();
  }

  #capture(name: string | undefined): Part {
    this.names.push(name);
    return this.#enclosed("(");
  }

  #enclosed(open: string): Part {
    const inner = this.alternation();
    if (!this.#take(")")) throw new Unsupported("a `(` without its `)`");
    return { ...inner, pattern: `${open}${inner.pattern})`, quantified: false };
  }

  #flags(): Part {
    let set = "";
    let clear = "";
    let negative = false;
    while (!this.done && this.#peek() !== ")" && this.#peek() !== ":") {
      const flag = this.#next();
      if (flag === "-") negative = true;
      else if (flag === "u") this.#unicode = !negative;
      else if (!"imsU".includes(flag)) throw new Unsupported(`the flag \`${flag}\``);
      else if (negative) clear += flag;
      else set += flag;
      this.#lines ||= flag === "m" && !negative;
    }
    const flags = set + (clear ? `-${clear}` : "");
    if (this.#take(")")) return part(flags ? `(?${flags})` : "");
    if (!this.#take(":")) throw new Unsupported("a `(` without its `)`");
    return this.#enclosed(`(?${flags}:`);
  }

  #quantifier(): { readonly mark: string; readonly most: number } | undefined {
    const mark = this.#peek();
    if (mark === "*" || mark === "+" || mark === "?") {
      this.#at++;
      return { mark: mark + this.#lazy(), most: 1 };
    }
    if (mark !== "{") return undefined;
    const counted = /^\{(\d*)(?:(,)(\d*))?\}/.exec(this.#source.slice(this.#at, this.#at + 24).join(""));
    if (!counted || (!counted[1] && !counted[3])) return undefined;
    this.#at += counted[0].length;
    const least = Number(counted[1] || 0);
    const most = counted[2] ? Number(counted[3] || least) : least;
    if (most < least || most > 1000) throw new Unsupported(`the repetition \`${counted[0]}\``);
    const range = counted[2] ? `${least},${counted[3] ?? ""}` : String(least);
    return { mark: `{${range}}${this.#lazy()}`, most };
  }

  #lazy(): string {
    return this.#take("?") ? "?" : "";
  }

  #escape(): Part {
    if (this.done) throw new Unsupported("a `\\` at its end");
    const letter = this.#next();
    if (letter === "b" && this.#peek() === "{") throw new Unsupported("the boundary `\\b{`");
    if (letter === "A") return { ...part("\\A"), empty: "start", noWidth: true };
    if (letter === "z" || letter === "b") return { ...part(`\\${letter}`), empty: "anywhere", noWidth: true };
    if (letter === "B") return { ...part("\\B"), empty: "anywhere" };
    const known = perlClasses[letter];
    if (known && letter === "W") return part(this.#unicode ? `[^${perlClasses.w?.unicode ?? ""}]` : "\\W", large);
    if (known) return part(`[${this.#unicode ? known.unicode : known.ascii}]`, letter === "w" ? large : 0.1);
    if (letter === "p" || letter === "P") return part(this.#property(letter), large);
    return part(this.#character(letter));
  }

  /** An escape that stands for one character, its letter already read. */
  #character(letter: string): string {
    if ("aftnrv".includes(letter)) return `\\${letter}`;
    if (letter === "x") return this.#hex(2);
    if (letter === "u") return this.#hex(4);
    if (letter === "U") return this.#hex(8);
    if (/[0-7]/.test(letter)) {
      let octal = letter;
      while (octal.length < 3 && /[0-7]/.test(this.#peek())) octal += this.#next();
      return codePoint(Number.parseInt(octal, 8));
    }
    if (/[0-9A-Za-z<>]/.test(letter)) throw new Unsupported(`the escape \`\\${letter}\``);
    return literal(letter);
  }

  #hex(digits: number): string {
    const written = this.#take("{") ? this.#until("}") : Array.from({ length: digits }, () => this.#next()).join("");
    if (!/^[0-9A-Fa-f]{1,8}$/.test(written)) throw new Unsupported("a character code that is not hexadecimal");
    return codePoint(Number.parseInt(written, 16));
  }

  #property(letter: string): string {
    const name = this.#take("{") ? this.#until("}") : this.#next();
    const known = unicodeProperty(name.replace(/^\^/, ""));
    if (known === undefined) throw new Unsupported(`the Unicode class \`${name}\``);
    const negated = (letter === "P") !== name.startsWith("^");
    return `\\${negated ? "P" : "p"}{${known}}`;
  }

  #class(): Part {
    const negated = this.#take("^");
    const members: string[] = [];
    const removed = new Set<string>();
    let notWord = false;
    let weight = small;
    for (let first = true; first || this.#peek() !== "]"; first = false) {
      if (this.done) throw new Unsupported("a `[` without its `]`");
      const pair = this.#peek() + (this.#source[this.#at + 1] ?? "");
      if (pair === "&&" || pair === "--" || pair === "~~") throw new Unsupported(`the class operator \`${pair}\``);
      const member = this.#member();
      if (member.notWord) notWord = true;
      else members.push(member.members);
      removed.add(member.written);
      weight += member.weight;
    }
    this.#at++;
    if (!notWord) return part(`[${negated ? "^" : ""}${members.join("")}]`, weight);
    return part(withoutWord(negated, members, removed), weight + large);
  }

  #member(): { readonly members: string; readonly written: string; readonly weight: number; readonly notWord?: true } {
    const from = this.#at;
    const character = this.#next();
    if (character === "[") return { members: this.#posix(), written: "[", weight: small };
    if (character === "\\") {
      const letter = this.#next();
      const known = perlClasses[letter];
      if (letter === "W" && this.#unicode) return { members: "", written: "\\W", weight: large, notWord: true };
      if (known) {
        const weight = letter === "w" ? large : 0.1;
        return { members: this.#unicode ? known.unicode : known.ascii, written: `\\${letter}`, weight };
      }
      if (letter === "p" || letter === "P") return { members: this.#property(letter), written: "\\p", weight: large };
      if (letter === "b") throw new Unsupported("the escape `\\b` in a class");
      this.#at = from;
    } else this.#at = from;
    const low = this.#single();
    const ranged = this.#peek() === "-" && this.#source[this.#at + 1] !== "]" && this.#source[this.#at + 1] !== "-";
    if (!ranged || this.#at + 1 >= this.#source.length) {
      return { members: low, written: this.#source.slice(from, this.#at).join(""), weight: 0 };
    }
    this.#at++;
    const high = this.#single();
    if (characterCode(low) > characterCode(high)) throw new Unsupported("a range of characters that runs backwards");
    return { members: `${low}-${high}`, written: "-", weight: 0 };
  }

  #single(): string {
    const character = this.#next();
    if (character === "\\") return this.#character(this.#next());
    if (character === "[") throw new Unsupported("a class inside a class");
    return literal(character);
  }

  #posix(): string {
    const rest = this.#source.slice(this.#at, this.#at + 12).join("");
    const found = /^:(\^?)([a-z]+):\]/.exec(rest);
    if (!found?.[2] || !posixClasses.has(found[2])) throw new Unsupported("a class inside a class");
    this.#at += found[0].length;
    return `[:${found[1] ?? ""}${found[2]}:]`;
  }

  #peek(): string {
    return this.#source[this.#at] ?? "";
  }

  #next(): string {
    const character = this.#source[this.#at++];
    if (character === undefined) throw new Unsupported("an end where more is expected");
    return character;
  }

  #take(wanted: string): boolean {
    if (this.#peek() !== wanted) return false;
    this.#at++;
    return true;
  }

  #until(end: string): string {
    const close = this.#source.indexOf(end, this.#at);
    if (close < 0) throw new Unsupported(`no \`${end}\` where one is expected`);
    const between = this.#source.slice(this.#at, close).join("");
    this.#at = close + 1;
    return between;
  }
}

/** A class with `\W` in it: RE2 has no class inside a class, so it becomes an alternative or a smaller set of words. */
function withoutWord(negated: boolean, members: readonly string[], removed: Set<string>): string {
  const word = perlClasses.w?.unicode ?? "";
  if (!negated) return members.length === 0 ? `[^${word}]` : `(?:[${members.join("")}]|[^${word}])`;
  removed.delete("\\W");
  const rest = wordWithout(removed);
  if (rest === undefined) throw new Unsupported("a negated class that holds `\\W` and more");
  return `[${rest}]`;
}

function part(pattern: string, weight = small): Part {
  return { pattern, weight, repeats: 1 };
}

function combine(parts: readonly Part[], separator: string): Part {
  return {
    pattern: parts.map((each) => each.pattern).join(separator),
    weight: parts.reduce((sum, each) => sum + each.weight, 0),
    repeats: Math.max(1, ...parts.map((each) => each.repeats)),
    ...emptiness(parts, separator === ""),
  };
}

/** The emptiness of a sequence, or of alternatives; flags alone are no part of a sequence. */
function emptiness(parts: readonly Part[], isSequence: boolean): Pick<Part, "empty" | "noWidth"> {
  const isFlags = ({ pattern }: Part): boolean => isSequence && /^(?:\(\?[imsU-]*\))?$/.test(pattern);
  const [first, ...rest] = parts.filter((each) => !isFlags(each));
  if (first === undefined) return { empty: "anywhere" };
  const noWidth = [first, ...rest].every((each) => each.noWidth) ? { noWidth: true as const } : {};
  if (isSequence) return [first, ...rest].every((each) => each.empty) ? { empty: first.empty, ...noWidth } : {};
  const empty = [first, ...rest].flatMap((each) => each.empty ?? []);
  if (empty.length === 0) return {};
  return { empty: empty.includes("anywhere") ? "anywhere" : "start", ...noWidth };
}

function repeat(inner: Part, quantifier: { readonly mark: string; readonly most: number }): Part {
  const repeats = inner.repeats * Math.max(1, quantifier.most);
  if (repeats > 1000) throw new Unsupported("repetitions inside repetitions beyond 1000");
  const body = inner.quantified ? `(?:${inner.pattern})` : inner.pattern;
  const weight = inner.weight * Math.max(1, quantifier.most);
  const empty = /^(?:[*?]|\{0)/.test(quantifier.mark) ? { empty: "anywhere" as const } : emptiness([inner], true);
  return { pattern: body + quantifier.mark, weight, repeats, quantified: true, ...empty };
}

function literal(character: string): string {
  if (character >= "\x80" || /[A-Za-z0-9_]/.test(character)) return character;
  return character < " " || character === "\x7f" ? codePoint(character.charCodeAt(0)) : `\\${character}`;
}

function codePoint(code: number): string {
  if (code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) throw new Unsupported("a code that is no character");
  return `\\x{${code.toString(16)}}`;
}

function characterCode(member: string): number {
  const code = /^\\x\{([0-9a-f]+)\}$/.exec(member);
  if (code?.[1]) return Number.parseInt(code[1], 16);
  const control = /^\\([aftnrv])$/.exec(member);
  if (control?.[1]) return { a: 7, t: 9, n: 10, v: 11, f: 12, r: 13 }[control[1]] ?? 0;
  return member.replace(/^\\/, "").codePointAt(0) ?? 0;
}

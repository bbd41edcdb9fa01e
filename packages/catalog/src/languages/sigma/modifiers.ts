import { base64, base64Offsets, bytesOf, type TextEncoding } from "./encodings.js";
import {
  type ComparisonOperator,
  type FieldComparison,
  joinLogic,
  type SigmaLogic,
  type SigmaRefusal,
  type SigmaTest,
  type TimePart,
  timeParts,
} from "./logic.js";
import { anyText, joined, literalOf, type Pattern, type Piece, readPattern } from "./pattern.js";
import type { YamlScalar } from "./yaml-tree.js";

/** What the modifiers of a key have made of its values so far. */
interface Modified {
  values: readonly Value[];
  kind: "text" | "regex" | "cidr" | "exists" | "field" | ComparisonOperator;
  around: FieldComparison;
  encoding?: TextEncoding;
  time?: TimePart;
  flags: string;
  caseSensitive: boolean;
  all: boolean;
  negated: boolean;
}

interface Value {
  readonly scalar: YamlScalar;
  readonly pattern: Pattern;
}

/** Why some values cannot be used. */
class Refused extends Error {
  readonly code: SigmaRefusal["code"];
  readonly why: string;

  constructor(code: SigmaRefusal["code"], why: string) {
    super(why);
    this.code = code;
    this.why = why;
  }
}

/** The test of a key with its modifiers and values; `field` is absent for words that are looked for in the whole event. */
export function applyModifiers(
  field: string | undefined,
  modifiers: readonly string[],
  scalars: readonly YamlScalar[],
  span: { readonly start: number; readonly end: number },
): SigmaLogic {
  try {
    const modified = modify(modifiers, scalars);
    if (modified.values.length === 0) throw new Refused("bad-value", "there is no value");
    if (field === undefined && /^(?:starts|ends)with$/.test(modified.around)) {
      throw new Refused(
        "unsupported-modifier",
        `\`${modified.around}\` needs a field, whose text has a start and an end`,
      );
    }
    const name = field === undefined ? {} : { field };
    const parts = modified.values.map(({ scalar, pattern }): SigmaLogic => {
      const { negated, test } = testOf(modified, scalar, pattern);
      const match = { kind: "match" as const, ...name, test, ...span };
      return negated ? { kind: "not", part: match } : match;
    });
    const whole = joinLogic(modified.all ? "all" : "any", parts);
    return modified.negated ? { kind: "not", part: whole } : whole;
  } catch (cause) {
    if (!(cause instanceof Refused)) throw cause;
    return { kind: "refused", code: cause.code, why: cause.why, ...span };
  }
}

function modify(modifiers: readonly string[], scalars: readonly YamlScalar[]): Modified {
  const modified: Modified = {
    values: scalars.map((scalar) => ({ scalar, pattern: readPattern(scalar.text) })),
    ...{ kind: "text", around: "equals", flags: "", caseSensitive: false, all: false, negated: false },
  };
  for (const [index, name] of modifiers.entries()) {
    const apply = Object.hasOwn(appliers, name) ? appliers[name] : undefined;
    if (apply === undefined) throw new Refused("unsupported-modifier", `\`${name}\` is not a modifier of Sigma`);
    apply(modified, name, modifiers.slice(0, index));
  }
  if (modified.encoding !== undefined) {
    const why = "an encoding of text stands before `base64` or `base64offset`; logs hold no such bytes";
    throw new Refused("unsupported-modifier", why);
  }
  return modified;
}

type Apply = (modified: Modified, name: string, before: readonly string[]) => void;

const around: Apply = (modified, name) => {
  if (modified.kind !== "text" && modified.kind !== "field") {
    throw new Refused("unsupported-modifier", `\`${name}\` goes with text, and not with the modifiers before it`);
  }
  if (modified.around !== "equals")
    throw new Refused("unsupported-modifier", "a value stands in one place of the text");
  modified.around = name === "startswith" || name === "endswith" ? name : "contains";
  if (modified.kind === "field") return;
  const [before, after] = { contains: [true, true], startswith: [false, true], endswith: [true, false] }[
    modified.around
  ] as [boolean, boolean];
  const open = (isOpen: boolean): Pattern => (isOpen ? [anyText] : []);
  const widen = (pattern: Pattern) => joined([...open(before), ...pattern, ...open(after)]);
  modified.values = modified.values.map(({ scalar, pattern }) => ({ scalar, pattern: widen(pattern) }));
};

const kindOf =
  (kind: Modified["kind"]): Apply =>
  (modified, name, before) => {
    const places = kind === "field" ? ["contains", "startswith", "endswith"] : [];
    const sensible = before.every((one) => ["all", "neq", "cased", ...timeParts, ...places].includes(one));
    if (modified.kind !== "text" || !sensible) {
      throw new Refused("unsupported-modifier", `\`${name}\` does not go with \`${before.join("|")}\``);
    }
    modified.kind = kind;
  };

const encoding =
  (as: TextEncoding): Apply =>
  (modified, name) => {
    onlyText(modified, name);
    modified.encoding = as;
  };

/** What changes a text means nothing for expressions, networks and numbers. */
function onlyText({ kind }: Modified, name: string): void {
  if (kind !== "text") throw new Refused("unsupported-modifier", `\`${name}\` goes with text only`);
}

const inBase64: Apply = (modified, name) => {
  onlyText(modified, name);
  const { encoding = "utf8" } = modified;
  delete modified.encoding;
  modified.values = modified.values.flatMap(({ scalar, pattern }) => {
    const text = literalOf(pattern);
    if (text === undefined) throw new Refused("bad-value", `\`${name}\` takes text without wildcards`);
    const bytes = bytesOf(text, encoding);
    const texts = name === "base64" ? [base64(bytes)] : base64Offsets(bytes);
    return texts.map((one) => ({ scalar, pattern: [one] }));
  });
};

const flag: Apply = (modified, name, before) => {
  if (modified.kind !== "regex") throw new Refused("unsupported-modifier", `\`${name}\` stands after \`re\``);
  if (!before.includes(name)) modified.flags += name;
};

const time: Apply = (modified, name) => {
  modified.time = timeParts.find((part) => part === name) ?? "minute";
};

const appliers: Readonly<Record<string, Apply>> = {
  ...{ contains: around, startswith: around, endswith: around },
  ...{ re: kindOf("regex"), cidr: kindOf("cidr"), exists: kindOf("exists"), fieldref: kindOf("field") },
  ...{ lt: kindOf("less"), lte: kindOf("lessOrEqual"), gt: kindOf("greater"), gte: kindOf("greaterOrEqual") },
  ...{ i: flag, m: flag, s: flag, base64: inBase64, base64offset: inBase64 },
  ...{
    wide: encoding("utf16le"),
    utf16le: encoding("utf16le"),
    utf16be: encoding("utf16be"),
    utf16: encoding("utf16"),
  },
  ...Object.fromEntries(timeParts.map((part) => [part, time])),
  all: (modified) => {
    modified.all = true;
  },
  neq: (modified) => {
    modified.negated = true;
  },
  cased: (modified) => {
    modified.caseSensitive = true;
  },
  windash: (modified, name) => {
    onlyText(modified, name);
    modified.values = modified.values.map(({ scalar, pattern }) => ({ scalar, pattern: anyDash(pattern) }));
  },
  expand: (modified) => {
    const placeholder = modified.values.map(({ scalar }) => /%[^%\s]+%/.exec(scalar.text)?.[0]).find(Boolean);
    if (placeholder === undefined) return;
    throw new Refused("bad-value", `the placeholder ${placeholder} stands for values that the rule does not hold`);
  },
};

/** Hyphens and slashes that begin an option may be any dash that Windows takes for one. */
function anyDash(pattern: Pattern): Pattern {
  const pieces: Piece[] = [];
  for (const piece of pattern) {
    if (typeof piece !== "string") {
      pieces.push(piece);
      continue;
    }
    const parts = piece.split(/(?<![\p{L}\p{N}_])([-/])(?=[\p{L}\p{N}_])/u);
    for (const [index, part] of parts.entries()) pieces.push(index % 2 === 1 ? { oneOf: "-/–—―" } : part);
  }
  return joined(pieces);
}

function testOf(modified: Modified, scalar: YamlScalar, pattern: Pattern): { test: SigmaTest; negated: boolean } {
  const { kind, caseSensitive, around, flags } = modified;
  const plain = (test: SigmaTest) => ({ test, negated: false });
  if (modified.time !== undefined) return plain(timeTest(modified.time, kind, scalar));
  switch (kind) {
    case "text":
      return plain(valueTest(modified, scalar, pattern));
    case "regex":
      return plain({ kind: "regex", source: textFor(scalar, "re"), flags });
    case "cidr":
      return plain({ kind: "cidr", network: networkOf(textFor(scalar, "cidr")) });
    case "exists":
      if (typeof scalar.value !== "boolean") throw new Refused("bad-value", "`exists` takes true or false");
      return { test: { kind: "exists" }, negated: !scalar.value };
    case "field":
      return plain({ kind: "field", other: textFor(scalar, "fieldref"), how: around, caseSensitive });
    default:
      return plain({ kind: "compare", operator: kind, value: numberFor(scalar) });
  }
}

function valueTest({ around, caseSensitive }: Modified, scalar: YamlScalar, pattern: Pattern): SigmaTest {
  if (around === "equals") {
    if (scalar.value === null || scalar.value === "") return { kind: "missing" };
    if (typeof scalar.value === "boolean") return { kind: "truth", value: scalar.value };
    if (typeof scalar.value === "number" && literalOf(pattern) === scalar.text)
      return { kind: "number", value: scalar.value, written: scalar.text };
  } else if (scalar.value === null) {
    throw new Refused("bad-value", `\`${around}\` takes text, and not nothing`);
  }
  if (pattern.length === 1 && pattern[0] === anyText) return { kind: "exists" };
  return { kind: "text", pattern, caseSensitive };
}

function timeTest(part: TimePart, kind: Modified["kind"], scalar: YamlScalar): SigmaTest {
  if (["regex", "cidr", "exists", "field"].includes(kind))
    throw new Refused("unsupported-modifier", `\`${part}\` goes with numbers`);
  const operator = kind === "less" || kind === "lessOrEqual" || kind === "greater" || kind === "greaterOrEqual";
  return { kind: "time", part, operator: operator ? kind : "equal", value: numberFor(scalar) };
}

function textFor(scalar: YamlScalar, modifier: string): string {
  if (scalar.value === null || scalar.text === "") throw new Refused("bad-value", `\`${modifier}\` takes text`);
  return scalar.text;
}

function numberFor(scalar: YamlScalar): number {
  const value = typeof scalar.value === "number" ? scalar.value : Number(scalar.text.trim() || Number.NaN);
  if (!Number.isFinite(value)) throw new Refused("bad-value", `\`${scalar.text}\` is not a number`);
  return value;
}

function networkOf(text: string): string {
  const [, address = "", bits = ""] = /^([\d.]+|[\da-f:.]*:[\da-f:.]*)\/(\d{1,3})$/i.exec(text.trim()) ?? [];
  const isFour = /^(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.|$)){4}$/.test(address) && !address.endsWith(".");
  const most = isSix(address) ? 128 : isFour ? 32 : -1;
  if (bits !== "" && Number(bits) <= most) return text.trim();
  throw new Refused("bad-value", `\`${text}\` is not a network such as 192.0.2.0/24`);
}

/** Eight groups, or fewer around one `::`; the last two may be written as an address of IPv4. */
function isSix(address: string): boolean {
  const [start = "", end, ...more] = address.replace(/:(?:\d{1,3}\.){3}\d{1,3}$/, ":0:0").split("::");
  const groups = [start, end ?? ""].flatMap((half) => (half === "" ? [] : half.split(":")));
  const isWhole = more.length === 0 && groups.every((group) => /^[\da-f]{1,4}$/i.test(group));
  return isWhole && (end === undefined ? groups.length === 8 : groups.length < 8);
}

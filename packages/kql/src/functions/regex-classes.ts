/** Members of the classes that a backslash names, as they stand inside brackets; KQL's are Unicode, RE2's ASCII. */
export interface PerlClass {
  readonly unicode: string;
  readonly ascii: string;
}

const wordParts = {
  letters:
    "\\p{L}\\p{M}\\p{Nl}\\x{24b6}-\\x{24e9}\\x{1f130}-\\x{1f149}\\x{1f150}-\\x{1f169}\\x{1f170}-\\x{1f189}\\x{200c}\\x{200d}",
  digits: "\\p{Nd}",
  underscore: "_",
  connectors: "\\x{203f}\\x{2040}\\x{2054}\\x{fe33}\\x{fe34}\\x{fe4d}-\\x{fe4f}\\x{ff3f}",
} as const;

export const perlClasses: Readonly<Record<string, PerlClass>> = {
  d: { unicode: wordParts.digits, ascii: "0-9" },
  D: { unicode: "\\P{Nd}", ascii: "\\D" },
  s: {
    unicode: "\\x09-\\x0d\\x20\\x{85}\\x{a0}\\x{1680}\\x{2000}-\\x{200a}\\x{2028}\\x{2029}\\x{202f}\\x{205f}\\x{3000}",
    ascii: "\\x09-\\x0d\\x20",
  },
  S: {
    unicode:
      "\\x00-\\x08\\x0e-\\x1f\\x21-\\x{84}\\x{86}-\\x{9f}\\x{a1}-\\x{167f}\\x{1681}-\\x{1fff}\\x{200b}-\\x{2027}" +
      "\\x{202a}-\\x{202e}\\x{2030}-\\x{205e}\\x{2060}-\\x{2fff}\\x{3001}-\\x{10ffff}",
    ascii: "\\x00-\\x08\\x0e-\\x1f\\x21-\\x{10ffff}",
  },
  w: { unicode: Object.values(wordParts).join(""), ascii: "0-9A-Za-z_" },
  W: { unicode: "", ascii: "\\W" },
};

/** The word characters without some of them: the members of `[^\W…]`. Undefined where RE2 has no form for it. */
export function wordWithout(removed: ReadonlySet<string>): string | undefined {
  for (const part of removed) if (part !== "_" && part !== "\\d") return undefined;
  return (
    wordParts.letters +
    (removed.has("\\d") ? "" : wordParts.digits) +
    (removed.has("_") ? "" : wordParts.underscore) +
    wordParts.connectors
  );
}

/** What RE2 calls a Unicode property; undefined where it knows none of that name. */
export function unicodeProperty(name: string): string | undefined {
  const plain = name.replace(/^(?:gc|General_Category|sc|Script)=/, "");
  if (
    /^(?:C|Cc|Cf|Co|Cs|L|Ll|Lm|Lo|Lt|Lu|M|Mc|Me|Mn|N|Nd|Nl|No|P|Pc|Pd|Pe|Pf|Pi|Po|Ps|S|Sc|Sk|Sm|So|Z|Zl|Zp|Zs)$/.test(
      plain,
    )
  ) {
    return plain;
  }
  if (scripts.has(plain)) return plain;
  return longNames[plain];
}

const scripts: ReadonlySet<string> = new Set([
  "Arabic",
  "Armenian",
  "Bengali",
  "Bopomofo",
  "Cherokee",
  "Common",
  "Cyrillic",
  "Devanagari",
  "Ethiopic",
  "Georgian",
  "Greek",
  "Gujarati",
  "Gurmukhi",
  "Han",
  "Hangul",
  "Hebrew",
  "Hiragana",
  "Inherited",
  "Kannada",
  "Katakana",
  "Khmer",
  "Lao",
  "Latin",
  "Malayalam",
  "Mongolian",
  "Myanmar",
  "Oriya",
  "Sinhala",
  "Tamil",
  "Telugu",
  "Thaana",
  "Thai",
  "Tibetan",
]);

const longNames: Readonly<Record<string, string>> = {
  Letter: "L",
  Lowercase_Letter: "Ll",
  Uppercase_Letter: "Lu",
  Mark: "M",
  Number: "N",
  Decimal_Number: "Nd",
  Punctuation: "P",
  Symbol: "S",
  Separator: "Z",
  Control: "Cc",
  Other: "C",
};

export const posixClasses: ReadonlySet<string> = new Set([
  "alnum",
  "alpha",
  "ascii",
  "blank",
  "cntrl",
  "digit",
  "graph",
  "lower",
  "print",
  "punct",
  "space",
  "upper",
  "word",
  "xdigit",
]);

declare const brand: unique symbol;

/** A piece of ClickHouse SQL. Only the functions of this file make one, so a bare string never reaches the engine. */
export interface Sql {
  readonly [brand]: "sql";
  readonly text: string;
}

/** What a template may hold: SQL, or a thing that carries its SQL. */
export type SqlPart = Sql | { readonly sql: Sql };

/** A template of SQL; every hole takes SQL, never a string. */
export function sql(strings: TemplateStringsArray, ...parts: readonly SqlPart[]): Sql {
  let text = strings[0] ?? "";
  parts.forEach((part, index) => {
    text += textOf(part) + (strings[index + 1] ?? "");
  });
  return make(text);
}

/** Pieces with a separator between them. */
export function joinSql(parts: readonly SqlPart[], separator = ", "): Sql {
  return make(parts.map(textOf).join(separator));
}

/** A quoted string literal; every character comes back from ClickHouse as it is here. */
export function text(value: string): Sql {
  const escaped = value.replace(/[\\'\0\b\f\n\r\t]/g, (character) => escapes[character] ?? character);
  return make(`'${escaped}'`);
}

/** A bare integer, for counts and indexes; `long` values take `toInt64` around it. */
export function integer(value: number | bigint): Sql {
  if (typeof value === "number" && !Number.isSafeInteger(value)) throw new RangeError(`not an exact integer: ${value}`);
  return make(String(value));
}

/** A Float64 literal that reads back as exactly this number. */
export function float(value: number): Sql {
  if (Number.isNaN(value)) return make("toFloat64('nan')");
  if (!Number.isFinite(value)) return make(value > 0 ? "toFloat64('inf')" : "toFloat64('-inf')");
  return make(`toFloat64('${Object.is(value, -0) ? "-0" : String(value)}')`);
}

/** A quoted identifier. */
export function identifier(name: string): Sql {
  return make("`" + name.replace(/[\\`]/g, (character) => `\\${character}`) + "`");
}

/** A function call; the name is one that this program wrote. */
export function callSql(name: string, ...parts: readonly SqlPart[]): Sql {
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) throw new TypeError(`not a function name: ${name}`);
  return make(`${name}(${parts.map(textOf).join(", ")})`);
}

function textOf(part: SqlPart): string {
  return "sql" in part ? part.sql.text : part.text;
}

function make(value: string): Sql {
  // The brand exists in types only; this is the one place that gives it.
  return { text: value } as Sql;
}

const escapes: Readonly<Record<string, string>> = {
  "\\": "\\\\",
  "'": "\\'",
  "\0": "\\0",
  "\b": "\\b",
  "\f": "\\f",
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
};

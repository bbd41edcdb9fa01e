/** What a plain file holds, as its first bytes show. */
export type Shape =
  /** One JSON object a line. */
  | { readonly kind: "lines" }
  /** JSON objects over several lines, or an array of them. */
  | { readonly kind: "objects" }
  /** Objects that hold the rows in an array: `records`, `value`, `results`. */
  | { readonly kind: "wrapped"; readonly property: string; readonly lines: boolean }
  /** The answer of the Log Analytics API: `tables` of columns and rows. */
  | { readonly kind: "tables" }
  | {
      readonly kind: "csv";
      readonly header: readonly string[];
      readonly delimiter: string;
      readonly headerLines: number;
    }
  | { readonly kind: "empty" }
  | { readonly kind: "unknown"; readonly found: string };

/** The names of the formats that `--as` takes. */
export const formatNames = ["ndjson", "json", "csv", "tsv"] as const;

/** Recognises the content; a format that the user names wins over what it looks like. */
export function recognise(head: Buffer, format?: string): Shape {
  const text = head.toString("utf8").replace(/^\uFEFF/, "");
  const start = text.trimStart();
  if (start === "") return { kind: "empty" };
  if (format === "csv" || format === "tsv") return csvShape(text, 1, format === "tsv" ? "\t" : undefined);
  if (start.startsWith("{") || format === "ndjson") return objectShape(start, format);
  if (start.startsWith("[") || format === "json") return { kind: "objects" };
  if (head.includes(0)) return { kind: "unknown", found: "binary data" };
  // A broken first line must not hide that the others are JSON.
  const lines = start.split(/\r?\n/, 50).filter((line) => line.trim() !== "");
  if (lines.filter((line) => /^\s*\{\s*"/.test(line)).length >= lines.length / 2) return objectShape(start, "ndjson");
  return csvShape(text, 2);
}

function objectShape(start: string, format: string | undefined): Shape {
  const firstLine = start.split(/\r?\n/, 1)[0] ?? "";
  const wrapper =
    /^\{\s*(?:"(?:@odata\.[A-Za-z]+|schema|count|nextLink)"\s*:\s*(?:"[^"]*"|\d+|\[[^\]]*\])\s*,\s*)*"(records|value|results|Results|tables)"\s*:\s*\[/.exec(
      start,
    );
  if (wrapper !== null) {
    const lines = start.includes("\n") && isWhole(firstLine);
    return wrapper[1] === "tables" && /^\{\s*"tables"\s*:\s*(\[\s*\]|\[\s*\{\s*"(name|columns)")/.test(start)
      ? { kind: "tables" }
      : { kind: "wrapped", property: wrapper[1]!, lines };
  }
  // Objects one after the other on a line, as some services write them.
  if (/\}\s*\{/.test(firstLine.replace(/"(?:[^"\\]|\\.)*"/g, ""))) return { kind: "objects" };
  return format === "ndjson" || isWhole(firstLine) || !/^\{\s*$|[,{[]\s*$/.test(firstLine)
    ? { kind: "lines" }
    : { kind: "objects" };
}

function isWhole(line: string): boolean {
  return line.trimEnd().endsWith("}");
}

/** A text with a line of names in front, `fewest` of them or more. */
function csvShape(text: string, fewest: number, given?: string): Shape {
  if (text.includes("\r") && !text.includes("\n")) {
    return { kind: "unknown", found: "lines that end with a carriage return alone" };
  }
  const delimiter = given ?? [",", "\t", ";"].find((candidate) => headerOf(text, candidate).fields.length > 1) ?? ",";
  const { fields, lines } = headerOf(text, delimiter);
  const names = fields.map((field) => field.trim());
  const plausible =
    names.length >= fewest && names.every((name) => name.length < 200 && !/[\u0000-\u0008\uFFFD{}]/.test(name));
  if (!plausible) return { kind: "unknown", found: `text that begins ${JSON.stringify(text.slice(0, 40))}` };
  return { kind: "csv", header: distinct(names), delimiter, headerLines: lines };
}

/** The fields of the first record, whose quoted names may hold delimiters and line ends. */
function headerOf(text: string, delimiter: string): { readonly fields: readonly string[]; readonly lines: number } {
  const fields: string[] = [];
  let field = "";
  let quoted = false;
  let lines = 1;
  for (let at = 0; at < text.length; at++) {
    const char = text[at]!;
    if (quoted && char === '"' && text[at + 1] === '"') {
      field += '"';
      at++;
    } else if (char === '"') quoted = !quoted;
    else if (!quoted && char === delimiter) {
      fields.push(field);
      field = "";
    } else if (!quoted && (char === "\n" || char === "\r")) break;
    else {
      if (char === "\n") lines++;
      field += char;
    }
  }
  return { fields: [...fields, field], lines };
}

/** A name that occurs twice gets a number, so that no column hides another. */
function distinct(names: readonly string[]): readonly string[] {
  const seen = new Set<string>();
  return names.map((name, index) => {
    let unique = name === "" ? `Column${index + 1}` : name;
    for (let n = 1; seen.has(unique.toLowerCase()); n++) unique = `${name || `Column${index + 1}`}${n}`;
    seen.add(unique.toLowerCase());
    return unique;
  });
}

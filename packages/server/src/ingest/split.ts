import { createReadStream } from "node:fs";
import { open } from "node:fs/promises";

/** Something of a file that could not be taken apart: where, what it looks like, why. */
export interface BrokenRow {
  readonly line: number;
  readonly reason: string;
  readonly text: string;
}

/**
 * Copies the good records of a CSV, each with its line before its fields, and gives the broken ones. Only for files that
 * the engine's own parser refuses, which cannot say which rows are to blame.
 */
export async function splitCsv(
  path: string,
  target: string,
  csv: { readonly header: readonly string[]; readonly delimiter: string },
  broken: (row: BrokenRow) => Promise<void>,
): Promise<void> {
  const out = await open(target, "w");
  const expected = csv.header.length;
  try {
    let pending: string[] = [];
    let start = 1;
    let line = 0;
    let header = true;
    let batch = "";
    const put = async (text: string, at: number) => {
      const fields = fieldCount(text, csv.delimiter);
      if (header) header = false;
      else if (text.trim() === "") return;
      else if (fields === expected) batch += `${at}${csv.delimiter}${text}\n`;
      else
        await broken({
          line: at,
          reason:
            fields === 0 ? "a field has text after its closing quote" : `expected ${expected} fields, found ${fields}`,
          text,
        });
      if (batch.length > 1 << 20) {
        await out.write(batch);
        batch = "";
      }
    };
    for await (const text of textLines(path)) {
      line += 1;
      if (pending.length === 0) start = line;
      pending.push(text);
      while (pending.length > 0) {
        const record = pending.join("\n");
        if (!hasOpenQuote(record, csv.delimiter)) {
          // A quote that is never closed swallows the next rows until another quote ends it; they are then taken back.
          if (pending.length > 1 && fieldCount(record, csv.delimiter) !== expected && !header) {
            await broken({ line: start, reason: unclosed, text: pending[0]! });
            const rest = pending.slice(1);
            pending = [];
            start += 1;
            for (const again of rest.slice(0, -1)) {
              if (hasOpenQuote(again, csv.delimiter)) await broken({ line: start, reason: unclosed, text: again });
              else await put(again, start);
              start += 1;
            }
            pending = rest.slice(-1);
            continue;
          }
          await put(record, start);
          pending = [];
        } else if (pending.length > maxRecordLines) {
          await broken({ line: start, reason: unclosed, text: pending[0]! });
          pending = pending.slice(1);
          start += 1;
        } else break;
      }
    }
    for (const [index, text] of pending.entries()) {
      if (index === 0 || hasOpenQuote(text, csv.delimiter))
        await broken({ line: start + index, reason: unclosed, text });
      else await put(text, start + index);
    }
    await out.write(batch);
  } finally {
    await out.close();
  }
}

/**
 * Copies the objects of a damaged JSON file, one a line with the line where it begins, and gives what is between them. An
 * object that is not closed ends where a line begins like the first object did. `inside` names the property whose array
 * holds the objects.
 */
export async function splitObjects(
  path: string,
  target: string,
  broken: (row: BrokenRow) => Promise<void>,
  options: { readonly inside?: string } = {},
): Promise<void> {
  const out = await open(target, "w");
  let prefix = options.inside === undefined ? undefined : new RegExp(`^.*?"${options.inside}"\\s*:\\s*\\[`);
  try {
    let depth = 0;
    let quoted = false;
    let escaped = false;
    let text = "";
    let start = 0;
    let line = 0;
    let indent: string | undefined;
    for await (const whole of textLines(path)) {
      line += 1;
      let current = whole;
      if (prefix !== undefined) {
        if (!prefix.test(whole)) continue;
        current = whole.replace(prefix, "");
        prefix = undefined;
      }
      const lead = /^\s*/.exec(current)![0];
      if (depth > 0 && lead === indent && current[lead.length] === "{") {
        await broken({ line: start, reason: "expected the end of a JSON object", text });
        depth = 0;
        text = "";
      }
      quoted = false;
      escaped = false;
      for (let at = 0; at < current.length; at++) {
        const char = current[at]!;
        if (depth > 0) text += char;
        if (escaped) escaped = false;
        else if (quoted && char === "\\") escaped = true;
        else if (depth > 0 && char === '"') quoted = !quoted;
        else if (quoted) continue;
        else if (char === "{") {
          if (depth === 0) {
            start = line;
            text = "{";
            indent ??= at === lead.length ? lead : undefined;
          }
          depth += 1;
        } else if (char === "}" && depth > 0) {
          depth -= 1;
          if (depth === 0) {
            await out.write(`${start}\t${text}\n`);
            text = "";
          }
        } else if (depth === 0 && !/[\s,[\]}\uFEFF]/.test(char)) {
          await broken({ line, reason: "expected a JSON object", text: current });
          break;
        }
      }
      if (depth > 0) text += " ";
      if (text.length > maxObject) {
        await broken({ line: start, reason: "expected the end of a JSON object", text: text.slice(0, 1000) });
        depth = 0;
        text = "";
      }
    }
    if (depth > 0) await broken({ line: start, reason: "expected the end of a JSON object", text });
  } finally {
    await out.close();
  }
}

const maxRecordLines = 1000;
const maxObject = 64 << 20;
const unclosed = "expected a closing quote";

/** The lines of a file, without their ends. */
async function* textLines(path: string): AsyncGenerator<string> {
  let rest = "";
  for await (const chunk of createReadStream(path, { encoding: "utf8", highWaterMark: 1 << 20 })) {
    const lines = (rest + String(chunk)).split(/\r?\n/);
    rest = lines.pop() ?? "";
    yield* lines;
  }
  if (rest !== "") yield rest;
}

function hasOpenQuote(record: string, delimiter: string): boolean {
  return scan(record, delimiter).open;
}

/** How many fields a record has; 0 where a field goes on after its closing quote. */
function fieldCount(record: string, delimiter: string): number {
  const { fields, junk } = scan(record, delimiter);
  return junk ? 0 : fields;
}

/** A quote opens a field only at its beginning, as the engine reads it. */
function scan(record: string, delimiter: string): { fields: number; open: boolean; junk: boolean } {
  let fields = 1;
  let junk = false;
  let at = 0;
  for (;;) {
    if (record[at] === '"') {
      at += 1;
      for (;;) {
        const close = record.indexOf('"', at);
        if (close < 0) return { fields, open: true, junk };
        at = close + 1;
        if (record[at] !== '"') break;
        at += 1;
      }
      if (at < record.length && record[at] !== delimiter) junk = true;
    }
    const next = record.indexOf(delimiter, at);
    if (next < 0) return { fields, open: false, junk };
    fields += 1;
    at = next + 1;
  }
}

import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import type { Collecting } from "./contents.js";

/**
 * Reads a file of JSON lines, each of which is a file of rules: `file` with its `text` (or `yaml`, or the KQL of a `query`), and
 * whose it is (`source`, `licence`).
 */
export async function collectJsonLines(into: Collecting, path: string): Promise<void> {
  const input = createReadStream(path);
  const lines = createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY });
  let number = 0;
  try {
    for await (const line of lines) {
      number += 1;
      if (!into.enter(path)) return;
      if (line.trim() === "") continue;
      addLine(into, line, `line ${number}`);
    }
  } finally {
    lines.close();
    input.destroy();
  }
}

function addLine(into: Collecting, line: string, where: string): void {
  if (line.length > into.limits.maxFileBytes) {
    into.skip(where, into.tooLarge);
    return;
  }
  const fields = fieldsOf(line);
  const file = fields?.get("file");
  if (fields === undefined || file === undefined) {
    into.skip(where, fields === undefined ? "it is not a JSON object" : "it has no `file`");
    return;
  }
  const query = fields.get("query");
  const text = fields.get("text") ?? fields.get("yaml") ?? query;
  if (text === undefined) {
    into.skip(file, "it has no `text`, `yaml` or `query`");
    return;
  }
  const isQuery = text === query && !/\.(?:kql|kusto|csl)$/i.test(file);
  const name = isQuery ? `${file}.kql` : file;
  const [source, licence] = [fields.get("source"), fields.get("licence")];
  if (!into.wants(name)) return;
  into.addText(
    { path: name, text, ...(source === undefined ? {} : { source }), ...(licence === undefined ? {} : { licence }) },
    text.length,
  );
}

/** The texts of a line's object, by their names. */
function fieldsOf(line: string): ReadonlyMap<string, string> | undefined {
  try {
    const value: unknown = JSON.parse(line);
    if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
    return new Map(Object.entries(value).filter((entry): entry is [string, string] => typeof entry[1] === "string"));
  } catch {
    return undefined;
  }
}

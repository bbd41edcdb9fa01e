import { parseDocument } from "yaml";

/** The text of a rule in YAML under another id, else as it was; undefined where it is no map with an `id`. */
export function withId(text: string, id: string): string | undefined {
  const document = parseDocument(text);
  if (document.errors.length > 0 || !document.has("id")) return undefined;
  document.set("id", id);
  return document.toString({ lineWidth: 0 });
}

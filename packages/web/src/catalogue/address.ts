/** The conditions of a search that hold several values, one of which is enough. */
export const severalNames = [
  ...["platform", "severity", "verdict", "tactic", "technique", "table", "source", "language", "purpose", "events"],
] as const satisfies readonly string[];

/** Those that are one text. */
export const singleNames = ["text", "field", "operator", "value"] as const;

/** What makes of a comparison exactly the one of a rule; a link says them, and nobody types them. */
export const exactNames = ["comparedIn", "negated", "asWritten", "otherThan"] as const;

/** Conditions as the API takes them. */
export type Conditions = Readonly<Record<string, string | boolean | readonly string[]>>;

/** Conditions as the API takes them; none for what the address does not name. */
export function conditionsIn(query: URLSearchParams): Conditions {
  const found: Record<string, string | boolean | readonly string[]> = {};
  for (const name of severalNames) {
    const values = query.getAll(name).filter((value) => value !== "");
    if (values.length > 0) found[name] = values;
  }
  for (const name of singleNames) {
    const value = query.get(name)?.trim() ?? "";
    if (value !== "") found[name] = value;
  }
  for (const name of ["comparedIn", "otherThan"]) if (query.get(name)) found[name] = query.get(name) ?? "";
  for (const name of ["negated", "asWritten"]) if (query.has(name)) found[name] = query.get(name) === "true";
  // As it is written, a value may be empty, and have spaces around it.
  if (found["asWritten"] === true && query.has("value")) found["value"] = query.get("value") ?? "";
  return found;
}

/** The page of a search with these conditions. */
export function searchAddress(conditions: Readonly<Record<string, string | boolean>>): string {
  const texts = Object.entries(conditions).map(([name, value]) => [name, String(value)]);
  return `/catalogue?${new URLSearchParams(texts)}`;
}

export function ruleAddress(id: string): string {
  return `/catalogue/rules/${encodeURIComponent(id)}`;
}

export function techniqueAddress(id: string): string {
  return `/catalogue/techniques/${encodeURIComponent(id)}`;
}

export function tableAddress(name: string): string {
  return `/catalogue/table?${new URLSearchParams({ name })}`;
}

export function fieldAddress(table: string, field: string): string {
  return `/catalogue/field?${new URLSearchParams({ table, field })}`;
}

export function compareAddress(rule: string, other: string): string {
  return `/catalogue/compare?${new URLSearchParams({ rule, with: other })}`;
}

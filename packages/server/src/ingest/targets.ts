import { tableKeys } from "./columns.js";
import type { LoadRequest } from "./load.js";
import type { Profile } from "./profile.js";
import { customTable, knownTable, tableOfColumns, tableOfFileName } from "./route.js";
import type { SourceContext } from "./source.js";
import type { PlainFile } from "./unpack.js";

/** A table that rows go to; where rows name their table, also the names. */
export interface Target {
  readonly table: string;
  readonly names?: NonNullable<LoadRequest["names"]>;
}

/** The tables that the rows go to: what the user says, the file's name, what the rows say, what their columns resemble. */
export function targets(
  { store, options, onlyNamed = [] }: SourceContext,
  file: PlainFile,
  profile: Profile,
): readonly Target[] {
  const schema = store.schema();
  if (options.table !== undefined) return [{ table: knownTable(schema, options.table) ?? options.table }];
  const named = tableOfFileName(schema, file.name);
  if (named !== undefined && !onlyNamed.includes(named)) return [{ table: named }];
  const guess = () =>
    tableOfColumns(
      schema,
      profile.keys.map((key) => key.name),
      onlyNamed,
    ) ?? customTable(file.name);
  for (const key of tableKeys) {
    const values = profile.tables.filter((entry) => entry.key === key).map((entry) => entry.value);
    const tables = new Map<string, string[]>();
    for (const value of values) {
      const table = knownTable(schema, value) ?? (/^[A-Za-z][A-Za-z0-9_]*_CL$/.test(value) ? value : undefined);
      if (table !== undefined) tables.set(table, [...(tables.get(table) ?? []), value]);
    }
    if (tables.size === 0) continue;
    // A row without a name is a stranger too.
    const strangers = values.filter((value) => ![...tables.values()].flat().includes(value));
    // Rows that name no known table go with the others where these are of one table, else where their columns fit.
    if (strangers.length > 0) {
      const rest = tables.size === 1 ? [...tables.keys()][0]! : guess();
      tables.set(rest, [...(tables.get(rest) ?? []), ...strangers]);
    }
    const all = profile.tables;
    return [...tables].map(([table, mine]) => ({ table, names: { key, mine, all } }));
  }
  return [{ table: guess() }];
}

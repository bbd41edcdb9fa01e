import { atTable, type Check, hasDocument, isAutomatic, type Renaming } from "./check.js";

/** Checks of names that are no longer what they were. */
export const nameChecks = {
  "old-table": {
    severity: "warning",
    about: "The query reads a table that nothing fills any more.",
    find: ({ query, references: { renamed } }) =>
      query === undefined
        ? []
        : query.tables.flatMap((table) => {
            const renaming = Object.hasOwn(renamed.tables, table) ? renamed.tables[table] : undefined;
            if (renaming === undefined) return [];
            return [{ ...told(`the table ${table}`, renaming), at: atTable(query, table) }];
          }),
  },
  "old-column": {
    severity: "warning",
    about: "The query reads a column that nothing fills any more.",
    find: ({ query, references: { renamed, columnsOf } }) =>
      Object.entries(renamed.columns).flatMap(([table, columns]) => {
        if (query === undefined || !query.tables.includes(table)) return [];
        const others = query.tables.filter((name) => name !== table).flatMap((name) => columnsOf(name) ?? []);
        return Object.entries(columns).flatMap(([column, renaming]) => {
          const location = query.facts.columns.get(column);
          if (location === undefined || others.includes(column)) return [];
          return [{ ...told(`\`${column}\` of ${table}`, renaming), at: { location } }];
        });
      }),
  },
  "old-function": {
    severity: "note",
    about: "The query calls a function by a name that KQL keeps only for old queries.",
    find: ({ query }) =>
      (query?.facts.oldFunctions ?? []).map(({ name, instead, location }) => ({
        message: `\`${name}\` has another name now`,
        hint: `write \`${instead}\``,
        at: { location },
      })),
  },
  "data-types": {
    severity: "note",
    about: "The query reads a table that none of `requiredDataConnectors` names.",
    find: ({ rule, query }) => {
      const named = rule.requiredDataConnectors.flatMap(({ dataTypes }) => dataTypes.map(tableOfDataType));
      if (query === undefined || named.length === 0 || !hasDocument(rule) || !isAutomatic(rule)) return [];
      const covers = (table: string) => named.some((name) => name === table || name === `${table}s`);
      return query.tables
        .filter((table) => query.facts.places.has(table) && !covers(table))
        .map((table) => ({
          message: `no \`dataTypes\` names ${table}, which the query reads`,
          at: atTable(query, table),
        }));
    },
  },
} as const satisfies Readonly<Record<string, Check>>;

function told(what: string, { use, why }: Renaming): { readonly message: string; readonly hint?: string } {
  const message = `${what} is out of use: ${why}`;
  return use === undefined ? { message } : { message, hint: `read \`${use}\`` };
}

/** `CommonSecurityLog (PaloAlto)` is the table CommonSecurityLog. */
function tableOfDataType(dataType: string): string {
  return dataType.replace(/\s*\(.*$/, "").trim();
}

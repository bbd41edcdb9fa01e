import type { EngineSchema, InputParameter } from "@kusto/monaco-kusto/release/esm/languageServiceManager/schema";
import type { Schema } from "../platform/client.ts";

/** The workspace's tables and functions in the form of the language service. */
export function kustoSchema({ tables, functions }: Schema): EngineSchema {
  const database = {
    name: "workspace",
    majorVersion: 0,
    minorVersion: 0,
    entityGroups: [],
    tables: tables.map(({ name, columns, hasData }) => ({
      ...{ name, columns, entityType: "Table" as const },
      ...(hasData ? {} : { docstring: "has no logs yet" }),
    })),
    functions: functions.map(({ name, parameters, body }) => ({
      ...{ name, body, inputParameters: parametersOf(parameters) },
    })),
  };
  return { clusterType: "Engine", cluster: { connectionString: "calypso", databases: [database] }, database };
}

/** The parameters of `(name: type = default, table: (column: type, …))`. */
export function parametersOf(text: string): readonly InputParameter[] {
  return itemsOf(text.trim().replace(/^\(|\)$/g, "")).flatMap((item): InputParameter[] => {
    const [, name, type = ""] = /^\s*(?:\[\s*['"])?([\w-]+)(?:['"]\s*\])?\s*:\s*([\s\S]*)$/.exec(item) ?? [];
    if (name === undefined) return [];
    if (type.startsWith("(")) {
      const columns = parametersOf(type).map((column) => ({ ...column, type: column.type ?? "dynamic" }));
      return [{ name, columns }];
    }
    const [, scalar = "dynamic", value] = /^(\w+)\s*(?:=\s*([\s\S]*))?$/.exec(type.trim()) ?? [];
    return [{ name, type: scalar, ...(value === undefined ? {} : { cslDefaultValue: value }) }];
  });
}

/** What stands between commas, but for those inside brackets and strings. */
function itemsOf(text: string): readonly string[] {
  const items = [""];
  let depth = 0;
  for (const [token] of text.matchAll(/"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|[\s\S]/g)) {
    if (token === "," && depth === 0) {
      items.push("");
      continue;
    }
    if (/^[([{]$/.test(token)) depth++;
    else if (/^[)\]}]$/.test(token)) depth--;
    items.push(`${items.pop() ?? ""}${token}`);
  }
  return items.filter((item) => item.trim() !== "");
}

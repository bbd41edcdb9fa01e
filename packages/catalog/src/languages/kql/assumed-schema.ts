import { type Column, type Compilation, compile, type KqlType, type WorkspaceSchema } from "@calypso/kql";

/** A moment that only has to be the same in every compilation. */
const anyMoment = 17_000_000_000_000_000n;

/**
 * Compiles a query for what it says, also where it reads tables and columns that the schema does not have: these are then
 * assumed, with the type that their names and uses suggest. Whether a query binds in a workspace is another question.
 */
export function compileToRead(text: string, schema: WorkspaceSchema): Compilation {
  const first = compile({ text, schema, now: anyMoment });
  let compilation = first;
  const tables = new Set<string>();
  const columns = new Map<string, KqlType>();
  for (let round = 0; round < 3; round += 1) {
    const before = tables.size + columns.size;
    for (const { code, name, span } of compilation.diagnostics) {
      if (name === undefined) continue;
      if (code === "unknown-table" && /^\w+$/.test(name)) tables.add(name);
      if (code === "unknown-column") columns.set(name, columns.get(name) ?? typeOf(name, text.slice(span.end)));
    }
    if (tables.size + columns.size === before) break;
    const assumed = assuming(
      schema,
      tables,
      [...columns].map(([name, type]) => ({ name, type })),
    );
    compilation = compile({ text, schema: assumed, now: anyMoment });
  }
  return compilation.facts === undefined ? first : compilation;
}

function assuming(schema: WorkspaceSchema, tables: ReadonlySet<string>, columns: readonly Column[]): WorkspaceSchema {
  const table = (name: string) => {
    const known = schema.table(name);
    if (known === undefined && !tables.has(name)) return undefined;
    const own = known ?? { name, columns: [{ name: "TimeGenerated", type: "datetime" as const }] };
    const has = new Set([...own.columns, ...(own.hidden ?? [])].map((column) => column.name));
    // A table that the workspace has gives its own columns where all rows are asked for, and these only by name.
    const more = columns.filter((column) => !has.has(column.name));
    return known === undefined
      ? { ...own, columns: [...own.columns, ...more] }
      : { ...own, hidden: [...(own.hidden ?? []), ...more] };
  };
  const tableNames = [...schema.tableNames, ...[...tables].filter((name) => schema.table(name) === undefined)];
  return Object.create(schema, { table: { value: table }, tableNames: { value: tableNames } });
}

const suffixes: Readonly<Record<string, KqlType>> = { s: "string", d: "real", t: "datetime", b: "bool", g: "guid" };

/** By the suffix that custom logs have, and else by what stands after the name. */
function typeOf(name: string, after: string): KqlType {
  const suffix = suffixes[/_([sdtbg])$/.exec(name)?.[1] ?? ""];
  if (suffix !== undefined) return suffix;
  if (/^\s*(?:\.\w|\[)/.test(after)) return "dynamic";
  if (/^\s*(?:[=!<>]=|[<>])\s*-?\d/.test(after) || /^\s*!?in~?\s*\(\s*\d/.test(after)) return "long";
  if (
    /^\s*(?:[<>]=?|between)\s*\(?\s*(?:ago|now|datetime|todatetime)\b/.test(after) ||
    /time(?:stamp|generated)?$/i.test(name)
  )
    return "datetime";
  return "string";
}

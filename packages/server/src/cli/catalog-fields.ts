import { type CatalogFlags, inCatalog } from "./catalog-state.js";
import { printable } from "./printable.js";
import type { Terminal } from "./terminal.js";

/** The options of `calypso catalog fields`. */
export interface FieldsFlags extends CatalogFlags {
  readonly format?: "text" | "json";
}

/** Prints which rules compare which fields, or with which values they compare one. */
export async function fieldsCommand(terminal: Terminal, name: string | undefined, flags: FieldsFlags): Promise<void> {
  const [{ fieldPage, fieldsPage, fieldUses, valueUses }, { pageText }] = await Promise.all([
    import("../catalogue/fields.js"),
    import("../catalogue/page-text.js"),
  ]);
  const isText = (flags.format ?? (terminal.interactive ? "text" : "json")) === "text";
  await inCatalog(terminal, flags, { mayMake: false }, async ({ db }) => {
    // Names of tables and of fields may both hold dots.
    for (const { index } of (name ?? "").matchAll(/\./g)) {
      const [table, field] = [name?.slice(0, index) ?? "", name?.slice(index + 1) ?? ""];
      const uses = await valueUses(db, table, field);
      if (uses.length > 0)
        return print(terminal, isText ? pageText(fieldPage(table, field, uses)) : JSON.stringify(uses));
    }
    const uses = await fieldUses(db, name);
    if (uses.length === 0 && name !== undefined) {
      const hint = "`calypso catalog fields` lists all; a field is named as TABLE.FIELD\n";
      await terminal.err.write(`no rule of the catalogue compares ${printable(name)}: ${hint}`);
    }
    return print(terminal, isText ? pageText(fieldsPage(name, uses)) : JSON.stringify(uses));
  });
}

function print(terminal: Terminal, text: string): Promise<void> {
  return terminal.out.write(`${text.split("\n").map(printable).join("\n")}\n`);
}

import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { AttackFacts, LintReferences, RenamedNames } from "@calypso/catalog";
import type { WorkspaceSchema } from "@calypso/kql";

/** The facts that checks compare rules with: ATT&CK and old names from the shipped files, tables from the workspace. */
export function lintReferences(content: string, schema: () => WorkspaceSchema): LintReferences {
  return {
    // The files are the project's own, and tests read them.
    attack: read(join(content, "attack", "enterprise.json")) as AttackFacts,
    renamed: read(join(content, "tables", "renamed.json")) as RenamedNames,
    columnsOf: (table) =>
      schema()
        .table(table)
        ?.columns.map(({ name }) => name),
  };
}

function read(path: string): unknown {
  return JSON.parse(readFileSync(path, "utf8"));
}

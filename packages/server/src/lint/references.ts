import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { LintReferences, RenamedNames } from "@calypso/catalog";
import type { WorkspaceSchema } from "@calypso/kql";
import { attackFacts } from "./attack-facts.js";

/** The facts that checks compare rules with: ATT&CK, old names from the shipped file, tables from the workspace. */
export function lintReferences(content: string, schema: () => WorkspaceSchema, workspace?: string): LintReferences {
  return {
    attack: attackFacts(content, workspace),
    // The file is the project's own, and tests read it.
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

import { join } from "node:path";
import type { LintReferences } from "@calypso/catalog";
import type { Authoring } from "../authoring/authoring.js";
import { ownRulesFolder } from "../authoring/rule-folders.js";
import { ruleFilesOnDisk } from "../detect/rule-files.js";
import { lintReferences } from "../lint/references.js";
import { contentFolder } from "../platform/content.js";
import { refuseCostly } from "./compiling.js";
import type { Served } from "./served.js";

/** What people change rules with, of a service. */
export function authoringOf(served: Served): Authoring {
  const { state, rules, workspace } = served;
  const { store, clock, ids, folder } = workspace;
  const content = contentFolder();
  let references: LintReferences | undefined;
  return {
    ...{ state, store, clock, ids, files: ruleFilesOnDisk },
    folders: {
      paths: rules.paths,
      ...(folder === undefined ? {} : { own: ownRulesFolder(folder) }),
      shipped: join(content, "rules"),
      ids,
    },
    loaded: rules.loaded,
    takeUp: rules.lookNow,
    references: () => {
      references ??= lintReferences(content, () => store.schema(), folder);
      return references;
    },
    refuseCostly: (text, signal) => refuseCostly(served, text, signal),
  };
}

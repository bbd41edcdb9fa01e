import { recordChange } from "../../authoring/authoring.js";
import { nowhere } from "../../authoring/nowhere.js";
import { firstWritable } from "../../authoring/rule-folders.js";
import { adopt } from "../../catalogue/adoption.js";
import { guidanceFor } from "../../catalogue/shipped-guidance.js";
import { showRule } from "../../catalogue/show-rule.js";
import type { LoadedRules } from "../../detect/load.js";
import { lintRules } from "../../lint/lint.js";
import { shippedSchema } from "../../main.js";
import { contentFolder } from "../../platform/content.js";
import { queryPorts } from "../../search/run-query.js";
import { ruleKey } from "../../service/rules-in-force.js";
import { authoringOf } from "../authoring.js";
import { type Handlers, nameOf } from "../handler.js";
import type { Served } from "../served.js";

export function adoptionHandlers(served: Served): Handlers<"adoptCatalogueRule"> {
  const authoring = authoringOf(served);
  const { state, store, ids, clock, folders, loaded } = authoring;
  return {
    adoptCatalogueRule: async ({ params, body: { force = false } }, asked) => {
      const folder = await firstWritable(folders);
      if (folder === undefined) throw nowhere();
      const details = await showRule(state.db, params.id, async () => []);
      const guidance = guidanceFor({ content: contentFolder(), schema: shippedSchema() })(details.detection);
      const by = nameOf(asked);
      const adoption = await adopt(details, {
        ...{ folder, rules: loaded().rules, force, ids, by },
        ...(guidance === undefined ? {} : { guidance }),
      });
      await authoring.takeUp();
      const [file = ""] = adoption.files;
      const written = onlyOf(loaded(), file);
      const [rule] = written.rules;
      if (rule !== undefined) {
        const detail = `of ${details.id} in the catalogue, ${details.provenance.source}`;
        await recordChange(authoring, { rule: ruleKey(rule), by, kind: "adopted", file, detail });
      }
      const report = await lintRules(queryPorts(store, { signal: asked.signal }), written, authoring.references(), {
        now: clock(),
      });
      return {
        files: adoption.files,
        rule: { id: rule?.id ?? "", name: rule?.name ?? details.detection.name },
        ...(rule === undefined ? {} : { key: ruleKey(rule) }),
        ...(adoption.withoutGuidance === undefined ? {} : { withoutGuidance: adoption.withoutGuidance }),
        findings: report.findings.map(({ severity, check: id, message, line, column }) => ({
          ...{ severity, id, message, line, column },
        })),
      };
    },
  };
}

/** The rules of one file. */
function onlyOf(loaded: LoadedRules, file: string): LoadedRules {
  const text = loaded.texts.get(file);
  return {
    rules: loaded.rules.filter((rule) => rule.file === file),
    exceptions: [],
    problems: loaded.problems.filter((problem) => problem.file === file),
    texts: new Map(text === undefined ? [] : [[file, text]]),
    settings: [],
  };
}

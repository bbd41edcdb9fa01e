import type { Problem } from "./problem.js";
import { checkEnd } from "./query-field.js";
import type { Rule } from "./rule.js";
import type { RuleQuery } from "./rule-query.js";
import { readSentinelArm } from "./sentinel-arm.js";
import { readSentinelYaml } from "./sentinel-yaml.js";

/** A file that may hold rules. */
export interface RuleFile {
  /** The path that messages give. */
  readonly name: string;
  readonly text: string;
}

/** The rules of a file, also those that cannot run (`obstacle`), and all that was found wrong with it. */
export interface ReadRules {
  readonly rules: readonly Rule[];
  readonly problems: readonly Problem[];
}

/** Reads the rules of a file: Sentinel YAML (also pasted into a page or stripped of its indentation), ARM JSON, or bare KQL. */
export function readRules(file: RuleFile): ReadRules {
  const problems: Problem[] = [];
  const text = file.text.replace(/^\uFEFF/, "").replace(/\r\n?/g, "\n");
  if (text.trim() === "") {
    problems.push({
      code: "not-a-rule",
      severity: "warning",
      message: "the file is empty",
      file: file.name,
      line: 1,
      column: 1,
    });
    return { rules: [], problems };
  }
  if (/\.(?:txt|md|markdown)$/i.test(file.name) && !/^\s*query:/m.test(text)) {
    const message = "the text shows no rule: there is no `query:`";
    problems.push({ code: "not-a-rule", severity: "warning", message, file: file.name, line: 1, column: 1 });
    return { rules: [], problems };
  }
  const rules = /^\s*[{[]/.test(text)
    ? readSentinelArm(file.name, text, problems)
    : isBareQuery(file.name, text)
      ? [bareQuery(file.name, text, problems)]
      : readSentinelYaml(file.name, text, problems);
  return { rules, problems };
}

/** True for a file of KQL alone; KQL files may hold a whole rule too. */
function isBareQuery(name: string, text: string): boolean {
  return /\.(?:kql|kusto|csl|kqlx)$/i.test(name) && !(/^\s*id:\s/m.test(text) && /^\s*query:\s/m.test(text));
}

function bareQuery(name: string, text: string, problems: Problem[]): Rule {
  const query: RuleQuery = { text, file: name, key: "", origin: { kind: "lines", line: 1, indent: 0 } };
  const obstacle = checkEnd({ problems, file: name }, query, {});
  return {
    id: "",
    name: (name.split(/[\\/]/).at(-1) ?? name).replace(/\.\w+$/, ""),
    kind: "Hunting",
    description: "",
    severity: "Medium",
    query,
    triggerOperator: "gt",
    triggerThreshold: 0,
    enabled: true,
    tactics: [],
    techniques: [],
    subTechniques: [],
    entityMappings: [],
    sentinelEntitiesMappings: [],
    customDetails: [],
    eventGrouping: "SingleAlert",
    incidents: {
      createIncident: true,
      grouping: {
        enabled: false,
        reopenClosedIncident: false,
        lookbackDuration: 5 * 3_600_000,
        matchingMethod: "AllEntities",
        groupByEntities: [],
        groupByAlertDetails: [],
        groupByCustomDetails: [],
      },
    },
    suppression: { enabled: false, duration: 5 * 3_600_000 },
    version: "1.0.0",
    requiredDataConnectors: [],
    tags: [],
    extra: {},
    file: name,
    places: {},
    ...(obstacle === undefined ? {} : { obstacle }),
  };
}

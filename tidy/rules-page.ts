import { join } from "node:path";
import { ruleFilesOnDisk } from "../packages/server/src/cli/rule-files.js";
import { makeDemo } from "../packages/server/src/demo/generate.js";
import { loadRules } from "../packages/server/src/detect/load.js";
import { root } from "./repository.js";

/** The page about the shipped rules: what each reads, what it is evidence of, and the story of the demo in which it fires. */
export async function rulesPage(): Promise<string> {
  const { rules } = await loadRules(ruleFilesOnDisk, [join(root, "content", "rules")]);
  const { stories } = makeDemo({ seed: 1, events: 1000, days: 14, end: new Date("2026-01-15T00:00:00Z") });
  const ordered = [...rules].sort((one, other) => (one.name < other.name ? -1 : 1));
  const rows = ordered.map((rule) => {
    const tables = rule.requiredDataConnectors.flatMap(({ dataTypes }) =>
      dataTypes.map((name) => name.replace(/ \(.*/, "")),
    );
    const told = stories.filter(({ expected }) => expected.some(({ ruleId }) => ruleId === rule.id));
    const file = rule.file.slice(rule.file.lastIndexOf("/") + 1);
    return [
      `[${rule.name}](../content/rules/${file})`,
      rule.severity ?? "",
      [...new Set(tables)].map((name) => `\`${name}\``).join(" "),
      // A technique is left out where one of its parts is named.
      [
        ...rule.techniques.filter((name) => !rule.subTechniques.some((part) => part.startsWith(`${name}.`))),
        ...rule.subTechniques,
      ].join(" "),
      told.map(({ title }) => title).join("; "),
    ];
  });
  const lines = [["rule", "severity", "reads", "techniques", "story"], Array.from({ length: 5 }, () => "---"), ...rows];
  return [
    "# Shipped rules",
    "",
    `The ${rules.length} detections in \`content/rules\`. Beside each stand its scenarios (\`NAME.tests.yaml\`, [format](rule-tests.md)) and what helps to`,
    "judge its alerts (`NAME.guidance.yaml`, [format](guidance.md)). The story is the attack in the demo tenant in which the rule fires; a test",
    "shows that each story raises exactly its alerts and that everyday traffic raises none. This page is made from the files by `npm run docs`.",
    "",
    ...lines.map((cells) => `| ${cells.join(" | ")} |`),
    "",
  ].join("\n");
}

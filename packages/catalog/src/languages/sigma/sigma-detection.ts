import type { Detection } from "../../detections/detection.js";
import { tacticNamed, techniqueNamed } from "../../rules/attack.js";
import type { Rule, RuleSeverity } from "../../rules/rule.js";
import type { RunnableParts } from "./runnable.js";
import type { SigmaDocument } from "./sigma-file.js";
import { entryOf, textOf, textsOf, under } from "./yaml-tree.js";

/** What a document says about itself, in the terms of every platform's rules. */
export type About = Omit<Detection, "dissection" | "text" | "dataSources" | "rule" | "problems" | "purpose">;

/** Reads title, level, tags and the like. */
export function readAbout({ tree, file }: SigmaDocument): About {
  const text = (key: string) => textOf(under(tree, key))?.trim();
  const [severity, status, created, updated] = [
    severities[text("level")?.toLowerCase() ?? ""],
    text("status"),
    text("date"),
    text("modified"),
  ];
  const tags = textsOf(under(tree, "tags"));
  const attack = tags.flatMap((tag) => /^attack\.(.+)$/i.exec(tag)?.[1] ?? []);
  const author = under(tree, "author");
  return {
    ...{
      platform: "Sigma",
      language: "sigma",
      id: text("id") ?? "",
      name: text("title") ?? text("name") ?? text("id") ?? "",
    },
    description: text("description") ?? "",
    ...(severity === undefined ? {} : { severity }),
    ...(status === undefined ? {} : { status }),
    authors:
      author?.kind === "list" ? textsOf(author) : (textOf(author) ?? "").split(",").flatMap((one) => one.trim() || []),
    references: textsOf(under(tree, "references")),
    falsePositives: textsOf(under(tree, "falsepositives")),
    ...(created === undefined ? {} : { created: isoDate(created) }),
    ...(updated === undefined ? {} : { updated: isoDate(updated) }),
    attack: {
      tactics: unique(attack.flatMap((tag) => tacticNamed(tag.replace(/[-_]/g, " ")) ?? [])),
      techniques: unique(attack.flatMap((tag) => techniqueNamed(tag) ?? [])),
    },
    tags,
    file: file.name,
    place: file.place(tree.start),
  };
}

/** The parts of a rule that stand in its document. */
export function runnableParts(about: About, document: SigmaDocument, offset: number): RunnableParts {
  const { tree, file } = document;
  const places: Record<string, Rule["places"][string]> = {};
  for (const [key, ours] of [
    ["id", "id"],
    ["title", "name"],
    ["level", "severity"],
    ["tags", "tactics"],
    ["detection", "query"],
    ["correlation", "query"],
  ] as const) {
    const entry = entryOf(tree, key);
    if (entry !== undefined) places[ours] = file.place(entry.start);
  }
  const { id, name, description, severity, status, attack, tags } = about;
  return {
    ...{ id, name, description, file, places, offset, tags, tactics: attack.tactics, techniques: attack.techniques },
    ...(severity === undefined ? {} : { severity }),
    ...(status === undefined ? {} : { status }),
  };
}

const severities: Readonly<Record<string, RuleSeverity>> = {
  ...{ critical: "High", high: "High", medium: "Medium", low: "Low", informational: "Informational" },
};

function isoDate(written: string): string {
  return written.replaceAll("/", "-");
}

function unique(some: readonly string[]): readonly string[] {
  return [...new Set(some)];
}

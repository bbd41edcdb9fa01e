import {
  type CoverageMatrix,
  type CoverageStep,
  coverageSteps,
  isSubTechnique,
  type ProfileCoverage,
  stepTitles,
} from "@calypso/catalog";
import { counted } from "./counted.js";
import { gapLines, type ListedGap } from "./coverage-gaps.js";

/** A table for people: its columns after the first hold numbers or short words. */
interface Table {
  readonly title: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** The coverage as aligned text, or as Markdown for a page or a comment. */
export function coverageText(
  matrix: CoverageMatrix,
  form: "text" | "markdown",
  { profile, gaps }: { readonly profile?: ProfileCoverage; readonly gaps?: readonly ListedGap[] } = {},
): string {
  const print = form === "text" ? asText : asMarkdown;
  const { attack, rules, hunts, feeds, platforms } = matrix;
  const apart = `${counted(hunts.total, "hunt")} and ${counted(feeds.total, "feed")} are not counted`;
  const of = platforms.length === 0 ? "" : `, techniques of ${platforms.join(", ")}`;
  return [
    `${form === "text" ? "" : "# "}Coverage of ATT&CK ${attack.version}${of}`,
    `${counted(rules.total, "rule")}; ${apart}.`,
    print(stepTable(matrix)),
    print(tacticTable(matrix)),
    print(techniqueTable(matrix)),
    ...(profile === undefined ? [] : [print(profileTable(profile))]),
    ...claimNotes(matrix, form),
    ...(gaps === undefined || gaps.length === 0 ? [] : [gapList(gaps, form)]),
    attack.source,
    "",
  ].join("\n\n");
}

function stepTable(matrix: CoverageMatrix): Table {
  const row = (step: CoverageStep): readonly string[] => {
    if (matrix.notLookedAt.includes(step)) return [stepTitles[step], "not looked at", "", ""];
    const { techniques, subTechniques, rules } = matrix;
    return [
      stepTitles[step],
      `${rules.counts[step]} of ${rules.total}`,
      `${techniques.reached[step]} of ${techniques.total}`,
      `${subTechniques.reached[step]} of ${subTechniques.total}`,
    ];
  };
  return {
    title: "Steps",
    head: ["Step", "Rules", "Techniques", "Sub-techniques"],
    rows: coverageSteps.map(row),
  };
}

function tacticTable({ tactics, notLookedAt }: CoverageMatrix): Table {
  const cell = (step: CoverageStep, count: number) => (notLookedAt.includes(step) ? "–" : String(count));
  return {
    title: "Techniques by tactic, sub-techniques after the +",
    head: ["Tactic", ...coverageSteps.map((step) => stepTitles[step]), "of"],
    rows: tactics.map(({ id, name, techniques, subTechniques }) => [
      `${id} ${name}`,
      ...coverageSteps.map(
        (step) => cell(step, techniques.reached[step]) + plus(cell(step, subTechniques.reached[step])),
      ),
      `${techniques.total}+${subTechniques.total}`,
    ]),
  };
}

function plus(count: string): string {
  return count === "–" || count === "0" ? "" : `+${count}`;
}

function techniqueTable({ all, notLookedAt }: CoverageMatrix): Table {
  return {
    title: "Rules by technique",
    head: ["Technique", "Furthest", ...coverageSteps.map((step) => stepTitles[step]), "hunts", "feeds"],
    rows: all
      .filter(({ rules, hunts, feeds }) => rules.length + hunts + feeds > 0)
      .map(({ id, name, reached, counts, hunts, feeds }) => [
        `${isSubTechnique(id) ? "  " : ""}${id} ${name}`,
        reached === undefined ? "" : stepTitles[reached],
        ...coverageSteps.map((step) => (notLookedAt.includes(step) ? "–" : String(counts[step]))),
        ...[hunts, feeds].map((count) => (count === 0 ? "" : String(count))),
      ]),
  };
}

function profileTable({ name, weight, reached, techniques }: ProfileCoverage): Table {
  const shares = coverageSteps.map((step) => `${stepTitles[step]} ${Math.floor((100 * reached[step]) / weight)} %`);
  return {
    title: `Profile ${name}, by weight: ${shares.join(", ")}`,
    head: ["Technique", "Weight", "Furthest", "Remark"],
    rows: techniques.map((line) => [
      `${line.id} ${line.name}`,
      String(line.weight),
      line.reached === undefined ? "not claimed" : stepTitles[line.reached],
      line.remark ?? "",
    ]),
  };
}

function claimNotes({ mapped, unknown, attack }: CoverageMatrix, form: "text" | "markdown"): readonly string[] {
  const lines = [
    ...mapped.map(({ rule, claimed, id }) => `${rule.name} claims ${claimed}, which is ${id} now`),
    ...unknown.map(
      ({ rule, claimed }) => `${rule.name} claims ${claimed}, which ATT&CK ${attack.version} does not have`,
    ),
  ];
  return lines.length === 0 ? [] : [`${heading("Claims", form)}\n${items(lines, form)}`];
}

function gapList(gaps: readonly ListedGap[], form: "text" | "markdown"): string {
  const lines = gaps.map((gap) => {
    const [head = "", ...rules] = gapLines(gap);
    return [items([head], form), ...rules.map((rule) => `  ${items([rule], form)}`)].join("\n");
  });
  return `${heading("Gaps", form)}\n${lines.join("\n")}`;
}

function items(lines: readonly string[], form: "text" | "markdown"): string {
  return lines.map((line) => (form === "text" ? `  ${line}` : `- ${escaped(line)}`)).join("\n");
}

function heading(title: string, form: "text" | "markdown"): string {
  return form === "text" ? title : `## ${title}\n`;
}

function asText({ title, head, rows }: Table): string {
  const widths = head.map((name, index) => Math.max(...[head, ...rows].map((row) => lengthOf(row[index] ?? name))));
  const line = (row: readonly string[]) =>
    row
      .map((cell, index) => cell + " ".repeat(Math.max(0, (widths[index] ?? 0) - lengthOf(cell))))
      .join("  ")
      .trimEnd();
  return [title, line(head), widths.map((width) => "─".repeat(width)).join("  "), ...rows.map(line)].join("\n");
}

function asMarkdown({ title, head, rows }: Table): string {
  const line = (row: readonly string[]) => `| ${row.map((cell) => escaped(cell.trim())).join(" | ")} |`;
  return [`## ${title}\n`, line(head), `|${" --- |".repeat(head.length)}`, ...rows.map(line)].join("\n");
}

/** Names of rules are their authors' words, and no markup. */
function escaped(text: string): string {
  return text.replace(/[\\`*_[\]<>|&]/g, "\\$&").replace(/\s+/g, " ");
}

function lengthOf(text: string): number {
  return [...text].length;
}

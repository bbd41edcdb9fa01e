import { type DetectionDifference, type RuleGuidance, summaryOf } from "@calypso/catalog";
import { differenceLines } from "./difference-lines.js";
import type { Page, PageCell, PageSection } from "./page.js";
import type { RuleDetails } from "./show-rule.js";

/** The page of a rule; `guidance` is ours, where there is some. */
export function rulePage({ id, ...rule }: RuleDetails, guidance: RuleGuidance | undefined): Page {
  const { detection, provenance, verdict } = rule;
  const { platform, language, purpose, severity, status, dissection, description, falsePositives } = detection;
  const kind = [platform, language, purpose, severity, status].filter((part) => part !== undefined && part !== "");
  const gone = provenance.removedAt === null ? [] : [`No longer in its source since ${day(provenance.removedAt)}.`];
  return {
    title: detection.name,
    subtitle: `${id} · ${kind.join(" · ")}`,
    sections: [
      { title: "Description", paragraphs: [...gone, description] },
      ...(guidance === undefined
        ? [{ title: "What it does", list: summaryOf(detection) }]
        : hypothesisSections(guidance)),
      verdictSection(verdict),
      attackSection(rule),
      { title: "Data sources", list: [...new Set(dissection.reads.map(({ source }) => source))].map(toTable) },
      { title: "Needed, as its author says", list: detection.dataSources },
      stagesSection(rule),
      conditionsSection(rule),
      indicatorsSection(rule),
      thresholdsSection(rule),
      {
        title: "Outputs",
        table: {
          head: ["Field", "Type", "Made by", "Stage"],
          rows: dissection.outputs.map(({ name, type, source, stage }) => [name, type ?? "", source, String(stage)]),
        },
      },
      { title: "Not followed", list: dissection.unread.map(({ why, text }) => `${why}: ${line(text)}`) },
      siblingsSection(rule),
      ...(guidance === undefined ? [] : falsePositiveSections(guidance)),
      { title: "False positives, as its author says", list: falsePositives },
      { title: "Logic", code: detection.text },
      { title: "As it runs here, in KQL", code: platform === "Sentinel" ? "" : (detection.rule?.query.text ?? "") },
      { title: "References", list: detection.references },
      historySection(rule),
      provenanceSection(rule),
    ],
  };
}

function hypothesisSections({ hypothesis }: RuleGuidance): readonly PageSection[] {
  const { adversary, seen, where, refuted } = hypothesis;
  const rows: (readonly PageCell[])[] = [
    ["What the adversary does", adversary],
    ["What there is to see", seen],
    ["Where", where.join(", ")],
    ["What would refute it", refuted],
  ];
  return [{ title: "Hypothesis", table: { head: ["", ""], rows } }];
}

function falsePositiveSections({ falsePositives }: RuleGuidance): readonly PageSection[] {
  const rows = falsePositives.map(({ name, explanation, filter }) => [name, explanation, filter.text.trim()]);
  return [{ title: "What else makes it fire", table: { head: ["Name", "Why", "Filter, as an exception"], rows } }];
}

function verdictSection(verdict: RuleDetails["verdict"]): PageSection {
  if (verdict === undefined) return { title: "Here", list: [] };
  const { document } = verdict;
  const said = Object.entries(document).map(
    ([name, value]) => `${name}: ${typeof value === "string" ? value : JSON.stringify(value)}`,
  );
  return { title: "Here", list: [`tried on ${verdict.workspace} at ${verdict.at.toISOString()}`, ...said] };
}

function attackSection({ detection: { attack } }: Omit<RuleDetails, "id">): PageSection {
  const techniques = attack.techniques.map((key) => ({ text: key, to: { kind: "technique", key } }) as const);
  return { title: "ATT&CK", list: [...attack.tactics, ...techniques] };
}

function stagesSection({ detection: { dissection } }: Omit<RuleDetails, "id">): PageSection {
  const rows = dissection.stages.map(({ index, operator, text, within }) => [
    within === undefined ? String(index) : `${within} ${index}`,
    operator,
    text.trim(),
  ]);
  return { title: "Stages", table: { head: ["Stage", "Operator", "Text"], rows } };
}

function conditionsSection({ detection: { dissection } }: Omit<RuleDetails, "id">): PageSection {
  const rows = (dissection.predicates ?? []).map(
    ({ field, operator, values, comparedWith, negated, stage, within }) => [
      within === undefined ? String(stage) : `${within} ${stage}`,
      field,
      negated && !/^(?:!|<>)/.test(operator) ? `not ${operator}` : operator,
      [...values.map((value) => JSON.stringify(value)), ...(comparedWith === undefined ? [] : [comparedWith])].join(
        ", ",
      ),
    ],
  );
  return { title: "Conditions, as written", table: { head: ["Stage", "Field", "Operator", "Values"], rows } };
}

function indicatorsSection({ indicators }: Omit<RuleDetails, "id">): PageSection {
  const rows = indicators.map(({ table, field, operator, value, negated, others }): readonly PageCell[] => {
    const counts = Object.entries(others).map(([platform, count]) => `${platform} ${count}`);
    return [toTable(table), toField(table, field), `${negated ? "not " : ""}${operator}`, value, counts.join(", ")];
  });
  const head = ["Table", "Field", "Operator", "Value", "Other rules that ask the same"];
  return { title: "Looks for", table: { head, rows } };
}

function thresholdsSection({ detection: { dissection } }: Omit<RuleDetails, "id">): PageSection {
  const list = dissection.thresholds.map(
    ({ function: name, of, by, operator, value }) =>
      `${name}(${of ?? ""}) ${operator} ${value}${by.length === 0 ? "" : ` by ${by.join(", ")}`}`,
  );
  return { title: "Thresholds", list };
}

function siblingsSection({ siblings }: Omit<RuleDetails, "id">): PageSection {
  const rows = siblings.map(({ id, name, platform, kind, likeness, adds, lacks }): readonly PageCell[] => [
    { text: name, to: { kind: "rule", key: id } },
    ...[platform, kind, `${Math.round(likeness * 100)} %`, some(adds), some(lacks)],
  ]);
  return {
    title: "Siblings",
    table: {
      head: ["Rule", "Platform", "It is", "Alike", "It asks, and this does not", "This asks, and it does not"],
      rows,
    },
  };
}

/** The first few of a list. */
function some(texts: readonly string[]): string {
  const shown = texts.slice(0, 4).map((text) => (text.length > 120 ? `${text.slice(0, 119)}…` : text));
  return `${shown.join("; ")}${texts.length > 4 ? `; and ${texts.length - 4} more` : ""}`;
}

function historySection({ history }: Omit<RuleDetails, "id">): PageSection {
  const changes = (difference: DetectionDifference | undefined) =>
    difference === undefined ? "" : differenceLines(difference).join("\n");
  const rows = history.map(({ at, kind, commit, difference }) => [day(at), kind, commit, changes(difference)]);
  return { title: "History", table: { head: ["When", "What", "Commit", "Changes"], rows } };
}

function provenanceSection({ detection, provenance }: Omit<RuleDetails, "id">): PageSection {
  const { source, licence, commit, retrievedAt } = provenance;
  const entries = [
    ["Source", source],
    ["File", `${detection.file}, line ${detection.place.line}`],
    ["Licence", licence],
    ["Commit", commit],
    ["Retrieved", retrievedAt],
    ["Author's id", detection.id],
    ["Authors", detection.authors.join(", ")],
    ["Created", detection.created ?? ""],
    ["Updated", detection.updated ?? ""],
  ];
  return { title: "Where it is from", table: { head: ["", ""], rows: entries.filter(([, value]) => value !== "") } };
}

function toTable(key: string): PageCell {
  return { text: key, to: { kind: "table", key } };
}

function toField(table: string, field: string): PageCell {
  return { text: field, to: { kind: "field", key: `${table}.${field}` } };
}

function day(time: Date): string {
  return time.toISOString().slice(0, 10);
}

function line(text: string): string {
  const joined = text.trim().replace(/\s+/g, " ");
  return joined.length > 200 ? `${joined.slice(0, 199)}…` : joined;
}

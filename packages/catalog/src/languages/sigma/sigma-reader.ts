import type { Detection, DetectionStage, EventRead } from "../../detections/detection.js";
import type { Problem } from "../../rules/problem.js";
import type { Rule } from "../../rules/rule.js";
import type { Vocabulary } from "../../vocabulary/vocabulary.js";
import type { FilesBeside, PlatformReader } from "../language.js";
import { type Correlation, readCorrelation } from "./correlation.js";
import { correlationResult, foundEvents, type NamedRule, namedRules } from "./correlation-rule.js";
import type { Remark } from "./kql/matches.js";
import { logicToKql } from "./kql/to-kql.js";
import { entitiesOf, runnableRule } from "./runnable.js";
import { type About, readAbout, runnableParts } from "./sigma-detection.js";
import { addProblem, readSigmaFile, type SigmaDocument, type SigmaFile } from "./sigma-file.js";
import { indexBeside, indexOf, ruleNamed, type SigmaIndex } from "./sigma-index.js";
import { namesOf, readDetection, type SigmaDetection } from "./sigma-rule.js";
import { conditionOfLogic } from "./to-condition.js";

/** Reads Sigma's rules, correlations and filters, and makes rules that run of those whose events a table here holds. */
export const sigmaReader: PlatformReader = {
  platform: "Sigma",
  mayHold: (path) => /\.ya?ml$/i.test(path) && !/(?:^|[\\/])(?:\.|tests?[\\/])/.test(path),
  read(written, beside, vocabulary) {
    const file = readSigmaFile(written);
    const reading: Reading = { file, vocabulary, index: joinedIndex(file, beside) };
    const documents = file.documents.filter(({ kind }) => kind !== "filter");
    const detections = documents.map((document) =>
      document.kind === "correlation" ? ofCorrelation(reading, document) : ofRule(reading, document),
    );
    const problems = [...new Map(file.problems.map((problem) => [JSON.stringify(problem), problem])).values()];
    return { detections, problems };
  },
};

interface Reading {
  readonly file: SigmaFile;
  readonly vocabulary: Vocabulary;
  readonly index: SigmaIndex;
}

/** The files beside, and the file itself, which need not be among them. */
function joinedIndex(file: SigmaFile, beside: FilesBeside): SigmaIndex {
  const own = indexOf(file.documents);
  const others = indexBeside(beside);
  const isOther = (document: SigmaDocument) => document.file.name !== file.name;
  return {
    filters: [...own.filters, ...others.filters.filter(isOther)],
    feeds: new Set([...own.feeds, ...others.feeds]),
    rule: (name) => ruleNamed(file.documents, name) ?? others.rule(name),
  };
}

function ofRule(reading: Reading, document: SigmaDocument): Detection {
  const { file, vocabulary, index } = reading;
  const before = file.problems.length;
  const about = readAbout(document);
  const detection = readDetection(document, index.filters);
  const isFeed = namesOf(document.tree).some((name) => index.feeds.has(name));
  const text = file.text.slice(detection.start, detection.end);
  const rule = ruleOf(reading, document, about, detection, before);
  return {
    ...about,
    purpose: isFeed ? "feed" : "rule",
    text,
    dataSources: [sourceText(detection.source)],
    dissection: {
      stages: stagesOf(detection, text),
      reads: [readOf(vocabulary, detection, text)],
      ...{ thresholds: [], outputs: [] },
      unread: detection.logic === undefined ? [{ text, why: "the detection cannot be read" }] : [],
    },
    ...(rule.queryFrequency === undefined ? {} : { frequency: rule.queryFrequency }),
    ...(rule.queryPeriod === undefined ? {} : { period: rule.queryPeriod }),
    ...(isFeed ? {} : { rule }),
    problems: file.problems.slice(before),
  };
}

function ruleOf(
  { file, vocabulary }: Reading,
  document: SigmaDocument,
  about: About,
  detection: SigmaDetection,
  before: number,
): Rule {
  const parts = runnableParts(about, document, detection.start);
  const nothing = { text: "", entities: [] };
  const found = foundEvents(vocabulary, detection.source);
  const more = about.id === "" ? {} : { rule: about.id };
  if (found === undefined) {
    const message = `no table here is known to hold the events of ${sourceText(detection.source)}`;
    const at = sourceOffset(document) ?? detection.start;
    const problem = addProblem(file, at, "unmapped-source", message, "error", { ...more, key: "logsource" });
    return runnableRule(parts, nothing, problem);
  }
  if (detection.logic === undefined) {
    const why = "a filter of the rule, in another file, cannot be read";
    const told = lastError(file, before) ?? addProblem(file, detection.start, "bad-condition", why, "error", more);
    return runnableRule(parts, nothing, told);
  }
  const { lines, remarks } = logicToKql(vocabulary, found, detection.logic, detection.start);
  for (const remark of remarks) tell(file, remark, more);
  if (lines === undefined) return runnableRule(parts, nothing, lastError(file, before));
  const entities = entitiesOf(found.kind);
  return runnableRule(parts, { text: [...lines, ...entities.lines].join("\n"), entities: entities.mappings });
}

function tell(file: SigmaFile, { offset, code, message, severity, field }: Remark, more: Pick<Problem, "rule">): void {
  addProblem(file, offset, code, message, severity, {
    ...more,
    ...(field === undefined ? {} : { key: `detection › ${field}` }),
  });
}

function lastError({ problems }: SigmaFile, before: number): Problem | undefined {
  return problems.slice(before).find(({ severity }) => severity === "error");
}

function ofCorrelation(reading: Reading, document: SigmaDocument): Detection {
  const { file, vocabulary, index } = reading;
  const before = file.problems.length;
  const about = readAbout(document);
  const correlation = readCorrelation(document);
  const start = correlation?.start ?? document.tree.start;
  const text = file.text.slice(start, correlation?.end ?? document.tree.end);
  const named = correlation === undefined ? undefined : namedRules(correlation, vocabulary, index.rule, index.filters);
  const rules = named?.known ?? [];
  const reasons = [...(named?.refused ?? [])];
  const result =
    correlation === undefined || reasons.length > 0 ? undefined : correlationResult(vocabulary, correlation, rules);
  if (result !== undefined && "reasons" in result) reasons.push(...result.reasons);
  const more = about.id === "" ? {} : { rule: about.id };
  for (const reason of reasons) addProblem(file, start, "bad-value", reason, "error", { ...more, key: "correlation" });
  const query =
    result !== undefined && "text" in result
      ? { ...result, ...(correlation === undefined ? {} : { timespan: correlation.timespan }) }
      : { text: "", entities: [] };
  const rule = runnableRule(
    runnableParts(about, document, start),
    query,
    query.text === "" ? lastError(file, before) : undefined,
  );
  return {
    ...about,
    purpose: "rule",
    text,
    dataSources: [...new Set(rules.map(({ detection }) => sourceText(detection.source)))],
    dissection: {
      stages: correlationStages(rules, correlation, text),
      reads: rules.map(({ detection, document: { file: of } }) =>
        readOf(vocabulary, detection, of.text.slice(detection.start, detection.end)),
      ),
      thresholds: correlation === undefined ? [] : thresholdsOf(correlation),
      outputs: [],
      unread: correlation === undefined ? [{ text, why: "the correlation cannot be read" }] : [],
    },
    ...(rule.queryFrequency === undefined ? {} : { frequency: rule.queryFrequency }),
    ...(rule.queryPeriod === undefined ? {} : { period: rule.queryPeriod }),
    rule,
    problems: file.problems.slice(before),
  };
}

function stagesOf({ selections, start }: SigmaDetection, text: string): readonly DetectionStage[] {
  return selections.map((selection, at) => {
    const span = { start: selection.start - start, end: Math.min(text.length, selection.end - start) };
    const isHere = span.start >= 0;
    const own = isHere ? text.slice(span.start, span.end) : selection.name;
    return { index: at + 1, operator: selection.name, text: own.trimEnd(), ...(isHere ? { span } : {}) };
  });
}

function correlationStages(
  rules: readonly NamedRule[],
  correlation: Correlation | undefined,
  text: string,
): readonly DetectionStage[] {
  const named = rules.map(({ name, document, detection }, at): DetectionStage => {
    const own = document.file.text.slice(detection.start, detection.end).trimEnd();
    return { index: at + 1, operator: name, text: own };
  });
  if (correlation === undefined) return named;
  return [...named, { index: named.length + 1, operator: correlation.type, text: text.trimEnd() }];
}

function readOf(vocabulary: Vocabulary, detection: SigmaDetection, text: string): EventRead {
  const kind = foundEvents(vocabulary, detection.source)?.kind;
  const context = { vocabulary, text, start: detection.start, ...(kind === undefined ? {} : { kind }) };
  return {
    ...(kind === undefined ? {} : { events: kind.name }),
    source: sourceText(detection.source),
    condition:
      detection.logic === undefined
        ? { kind: "unread", text, why: "the detection cannot be read" }
        : conditionOfLogic(context, detection.logic),
  };
}

function thresholdsOf({ type, bounds, field, groupBy, timespan, rules }: Correlation) {
  const names = {
    event_count: "count",
    value_count: "dcount",
    value_sum: "sum",
    value_avg: "avg",
    value_median: "percentile",
  };
  const name = type === "value_percentile" ? "percentile" : (names[type as keyof typeof names] ?? "dcount");
  const all = bounds.length === 0 ? [{ operator: ">=", value: rules.length }] : bounds;
  return all.map(({ operator, value }) => ({
    ...{ function: name, by: groupBy, operator, value, within: timespan },
    ...(field === undefined ? (type.startsWith("temporal") ? { of: "rule" } : {}) : { of: field }),
  }));
}

/** `product: azure, service: signinlogs`. */
function sourceText(source: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(source).map(([key, value]) => `${key}: ${value}`);
  return pairs.length === 0 ? "no log source" : pairs.join(", ");
}

function sourceOffset({ tree }: SigmaDocument): number | undefined {
  return tree.kind === "map" ? tree.entries.find(({ key }) => key === "logsource")?.start : undefined;
}

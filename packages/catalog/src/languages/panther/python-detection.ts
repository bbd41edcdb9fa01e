import type { SyntaxNode } from "@lezer/common";
import { allOf, notOf } from "../../detections/combine.js";
import type { Condition, TextSpan } from "../../detections/condition.js";
import type { DetectionDissection, DetectionOutput, DetectionThreshold } from "../../detections/detection.js";
import { mapFields, textsOf, textOf as yamlText } from "../../rules/fields.js";
import { readYamlDocument } from "../../rules/yaml-document.js";
import { eventReads, namedThresholds, unreadOf } from "../event-reads.js";
import { type Cx, type PantherLogic, tell } from "./panther-document.js";
import { onlyReturn, pythonLogic } from "./python-logic.js";
import { childrenOf, functionsOf, type PythonFile, parsePython, spanOf, stringOf, textOf } from "./python-tree.js";
import { sqlLogic } from "./sql-logic.js";

/** The logic of a rule whose `Filename` is a Python file beside it: `rule(event)` tells, `policy(resource)` is met by what is right. */
export function pythonDetection(cx: Cx, type: string): PantherLogic | undefined {
  const { reading, keys, beside, file } = cx;
  const name = yamlText(reading, keys.get("Filename"))?.trim() ?? "";
  if (name === "" || /(?:^|[\\/])\.\.(?:[\\/]|$)|^[\\/]/.test(name)) {
    tell(
      cx,
      keys.has("Filename") ? "Filename" : "AnalysisType",
      "missing-key",
      "error",
      "the rule names no Python file beside it",
    );
    return undefined;
  }
  const path = `${file.name.includes("/") ? file.name.slice(0, file.name.lastIndexOf("/") + 1) : ""}${name}`;
  const text = beside.text(path);
  if (text === undefined) {
    tell(cx, "Filename", "unreadable-file", "error", `there is no file ${path}`);
    return undefined;
  }
  const parsed = parsePython(text.replace(/^\uFEFF/, ""));
  if ("error" in parsed) {
    const message = `the rule's Python cannot be read: ${parsed.why}`;
    cx.problems.push({ code: "query-syntax", severity: "error", message, file: path, ...placeIn(text, parsed.error) });
    return { language: "python", text, dissection: unreadFile(text, parsed.why) };
  }
  const logic = pythonLogic(parsed, type === "policy" ? "policy" : "rule");
  if (logic === undefined) {
    const message = `${path} has no function \`${type === "policy" ? "policy" : "rule"}\``;
    tell(cx, "Filename", "missing-key", "error", message);
    return { language: "python", text, dissection: unreadFile(text, "a function that is not there") };
  }
  const condition = type === "policy" ? notOf(logic.condition) : logic.condition;
  const queries = type === "scheduled_rule" ? queriesOf(cx) : [];
  const own = readsOf(cx, condition);
  return {
    ...{ language: "python", text: parsed.text },
    dissection: {
      stages: [
        ...queries.flatMap(({ stages }) => stages).map(({ operator, text: stage }) => ({ operator, text: stage })),
        ...logic.statements.map((statement) => stageOf(parsed, statement)),
      ].map((stage, index) => ({ index: index + 1, ...stage })),
      // The rows of its queries are all that a scheduled rule sees.
      reads:
        queries.length === 0
          ? own
          : queries.flatMap(({ reads }) =>
              reads.map((one) => ({ ...one, condition: allOf([one.condition, condition]) })),
            ),
      thresholds: [
        ...queries.flatMap(({ thresholds }) => thresholds),
        ...namedThresholds(cx.vocabulary, "Panther", own, thresholdsOf(cx, parsed)),
      ],
      outputs: outputsOf(parsed, logic.statements.length),
      unread: [
        ...queries.flatMap(({ unread }) => unread),
        ...unreadOf([condition]),
        ...missingQueries(cx, queries.length),
      ],
    },
  };
}

function readsOf({ reading, keys, vocabulary }: Cx, condition: Condition): DetectionDissection["reads"] {
  const types = [...textsOf(reading, keys.get("LogTypes")), ...textsOf(reading, keys.get("ResourceTypes"))];
  const sources = types.map((source) => ({ source, facts: { logtype: source } }));
  return eventReads(vocabulary, "Panther", sources.length === 0 ? [{ source: "", facts: {} }] : sources, condition);
}

/** The queries that a scheduled rule names, as far as they are in the same repository. */
function queriesOf({ reading, keys, beside, vocabulary }: Cx): readonly DetectionDissection[] {
  const wanted = textsOf(reading, keys.get("ScheduledQueries"));
  if (wanted.length === 0) return [];
  const found: DetectionDissection[] = [];
  for (const path of beside.paths) {
    if (!/\.ya?ml$/i.test(path) || !/quer/i.test(path)) continue;
    const text = beside.text(path);
    if (text === undefined || !wanted.some((name) => text.includes(name))) continue;
    const other = readYamlDocument({ name: path, text }, []);
    const fields = other === undefined ? undefined : mapFields(other, other.document.contents, "");
    if (other === undefined || fields === undefined) continue;
    const of = (key: string) =>
      yamlText(
        other,
        fields.find((field) => field.key === key),
      );
    const query = of("SnowflakeQuery") ?? of("Query");
    if (query !== undefined && wanted.includes(of("QueryName")?.trim() ?? "")) found.push(sqlLogic(query, vocabulary));
  }
  return found;
}

function missingQueries({ reading, keys }: Cx, found: number): DetectionDissection["unread"] {
  const wanted = textsOf(reading, keys.get("ScheduledQueries"));
  return found >= wanted.length ? [] : [{ text: wanted.join(", "), why: "a query that is not in the repository" }];
}

function stageOf(file: PythonFile, statement: SyntaxNode): { operator: string; text: string; span: TextSpan } {
  const operator = statement.name.replace(/(?:Statement|Definition)$/, "").toLowerCase();
  return { operator, text: textOf(file, statement), span: spanOf(statement) };
}

/** More than one event of the same kind, where the rule wants more; `dedup(event)` says which are of the same kind. */
function thresholdsOf({ reading, keys }: Cx, file: PythonFile): readonly DetectionThreshold[] {
  const number = (key: string) => Number(yamlText(reading, keys.get(key)) ?? Number.NaN);
  const [value, minutes] = [number("Threshold"), number("DedupPeriodMinutes")];
  if (!Number.isFinite(value) || value <= 1) return [];
  const by = onlyReturn(file, "dedup");
  return [
    {
      ...{ function: "count", by: by?.kind === "field" ? [by.path] : [], operator: ">=", value },
      within: (Number.isFinite(minutes) ? minutes : 60) * 60_000,
    },
  ];
}

/** What `alert_context` gives beside the alert, where it returns one dictionary. */
function outputsOf(file: PythonFile, stage: number): readonly DetectionOutput[] {
  const body = functionsOf(file).get("alert_context")?.getChild("Body");
  const statement = body?.getChild("ReturnStatement");
  const dictionary = statement?.getChild("DictionaryExpression");
  if (dictionary === null || dictionary === undefined) return [];
  const names = childrenOf(dictionary).flatMap((key) => {
    const text = key.nextSibling?.name === ":" ? stringOf(textOf(file, key)) : undefined;
    return text === undefined ? [] : [text];
  });
  return names.map((name) => ({ name, source: "alert_context", stage }));
}

function unreadFile(text: string, why: string): DetectionDissection {
  return { stages: [], reads: [], thresholds: [], outputs: [], unread: [{ text, why }] };
}

function placeIn(text: string, { start }: TextSpan): { line: number; column: number } {
  const before = text.slice(0, start).split("\n");
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}

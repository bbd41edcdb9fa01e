import { type LintFinding, printProblem, type Rule } from "@calypso/catalog";
import type { AnswerOf, Routes } from "@calypso/contract";
import { type Authoring, ruleOf } from "../../authoring/authoring.js";
import { type CheckedText, checkText, rulesOfText } from "../../authoring/check-text.js";
import { checkNewRule, createRule, newRuleOf } from "../../authoring/create-rule.js";
import { draftRule } from "../../authoring/draft-rule.js";
import { firstWritable } from "../../authoring/rule-folders.js";
import { runTestsOf } from "../../authoring/run-tests.js";
import { changeOverride } from "../../authoring/save-override.js";
import { copyRule, saveText } from "../../authoring/save-rule.js";
import type { Alert } from "../../detect/alert.js";
import { entityNames } from "../../detect/entity-names.js";
import { printTicks, type Window } from "../../detect/ticks.js";
import { ticksOf } from "../../platform/clock.js";
import { type PreviewPart, preview } from "../../replay/preview.js";
import type { RuleCost } from "../../replay/replay.js";
import { errorFrom } from "../../search/query-error.js";
import { compileQuery } from "../../search/run-query.js";
import { asItRuns, ruleKey } from "../../service/rules-in-force.js";
import { Failure } from "../../store/failures.js";
import { authoringOf } from "../authoring.js";
import { type Handlers, nameOf } from "../handler.js";
import type { Served } from "../served.js";
import { ticksOfText } from "../texts.js";

type Part = AnswerOf<Routes["previewRule"]>;
type Names =
  | ("draftRule" | "checkNewRule" | "previewNewRule" | "createRule")
  | ("checkRule" | "saveRule" | "copyRule" | "overrideRule" | "previewRule" | "testRule");

/** A preview is stopped after so long, in milliseconds; and so many run beside each other. */
const longestPreview = 300_000;
const mostPreviews = 2;

export function ruleEditingHandlers(served: Served): Handlers<Names> {
  const authoring = authoringOf(served);
  const { store, folder } = served.workspace;
  let previews = 0;
  async function* previewed(
    versions: () => Promise<{ readonly now: Rule; readonly before?: Rule }>,
    range: Window,
    signal: AbortSignal,
  ): AsyncGenerator<Part> {
    previews += 1;
    const bounded = AbortSignal.any([signal, AbortSignal.timeout(longestPreview)]);
    try {
      const { now, before } = await versions();
      for await (const part of preview(store, now, before, asItRuns, { range, signal: bounded })) yield partOf(part);
      if (bounded.aborted && !signal.aborted) {
        throw new Failure("query-timeout", "the preview took longer than five minutes", {
          hint: "choose a shorter range, or use `calypso replay`",
        });
      }
    } catch (thrown) {
      const { code, message, hint } = errorFrom(thrown);
      yield { kind: "failed", code, detail: message, ...(hint === undefined ? {} : { hint }) };
    } finally {
      previews -= 1;
    }
  }
  const refuseMany = () => {
    if (previews < mostPreviews) return;
    throw new Failure("work-in-progress", "other previews are running", { hint: "wait for one of them, or stop it" });
  };
  return {
    draftRule: async ({ body: { query = "" } }, { signal }) => {
      const folder = await firstWritable(authoring.folders);
      const request = { text: query, now: ticksOf(served.workspace.clock()) };
      const columns = query.trim() === "" ? [] : (await compileQuery(store, request, { signal })).columns;
      return { text: draftRule(query, columns, authoring.ids()), ...(folder === undefined ? {} : { folder }) };
    },

    checkNewRule: async ({ body }, { signal }) => checkedOf(await checkNewRule(authoring, body.text, signal)),

    previewNewRule: ({ body }, { signal }) => {
      const range = { from: ticksOfText(body.from), to: ticksOfText(body.to) };
      refuseMany();
      return previewed(async () => ({ now: await newRuleOf(authoring, body.text) }), range, signal);
    },

    createRule: async ({ body }, asked) => createRule(authoring, { ...body, by: nameOf(asked) }),

    checkRule: async ({ params, body }, { signal }) => {
      const rule = ruleOf(authoring, params.key);
      return checkedOf(await checkText(authoring, rule.file, body.text, signal));
    },

    saveRule: async ({ params, body }, asked) => {
      const { text, fileVersion: seen, evenIfWrong = false } = body;
      const rule = ruleOf(authoring, params.key);
      return { fileVersion: await saveText(authoring, { rule, text, seen, evenIfWrong, by: nameOf(asked) }) };
    },

    copyRule: async ({ params, body }, asked) => {
      const { text, evenIfWrong = false } = body;
      const rule = ruleOf(authoring, params.key);
      return { ...(await copyRule(authoring, { rule, text, evenIfWrong, by: nameOf(asked) })) };
    },

    overrideRule: async ({ params, body }, asked) => {
      const rule = ruleOf(authoring, params.key);
      await changeOverride(authoring, { rule, changes: body, by: nameOf(asked) });
      return { enabled: ruleOf(authoring, params.key).enabled };
    },

    previewRule: ({ params, body: { text, compare = false, ...times } }, { signal }) => {
      const rule = ruleOf(authoring, params.key);
      const range = { from: ticksOfText(times.from), to: ticksOfText(times.to) };
      refuseMany();
      const versions = async () => {
        const now = text === undefined ? rule : await ruleOfText(authoring, rule, text);
        return compare ? { now, before: rule } : { now };
      };
      return previewed(versions, range, signal);
    },

    testRule: async ({ params }, { signal }) => {
      const rule = ruleOf(authoring, params.key);
      const { file, results, problems } = await runTestsOf(authoring, rule, { workspace: folder, signal });
      return {
        ...(file === undefined ? {} : { file }),
        scenarios: results.map(({ scenario, line, passed, seconds, why, warnings }) => ({
          ...{ name: scenario, line, passed, seconds, why: [...why], warnings: [...warnings] },
        })),
        problems: problems.map(({ message, file: where, line }) => ({ message, file: where, line })),
      };
    },
  };
}

/** The rule that a text would give in the place of another: that of its key, else the only one. */
async function ruleOfText(authoring: Authoring, rule: Rule, text: string): Promise<Rule> {
  const { rules, problems } = await rulesOfText(authoring, rule.file, text);
  const own = rules.filter(({ file }) => file === rule.file);
  const found = own.find((one) => ruleKey(one) === ruleKey(rule)) ?? (own.length === 1 ? own[0] : undefined);
  if (found !== undefined) return found;
  const error = problems.find(({ severity, file }) => severity === "error" && file === rule.file);
  throw new Failure("rule-wrong", error === undefined ? "the text holds no such rule" : printProblem(error));
}

function checkedOf({ findings, rules }: CheckedText) {
  return {
    findings: findings.map(findingOf),
    rules: rules.map((rule) => ({ key: ruleKey(rule), name: rule.name, kind: rule.kind, query: rule.query.text })),
  };
}

function findingOf({ check, severity, message, hint, line, column, length }: LintFinding) {
  return {
    ...{ severity, code: check, message },
    ...(hint === undefined ? {} : { hint }),
    place: { line, column, endLine: line, endColumn: column + length },
  };
}

function partOf(part: PreviewPart): Part {
  switch (part.kind) {
    case "begun":
    case "progress":
      return part;
    case "told": {
      const { severity, message } = part.diagnosis;
      return { kind: "told", version: part.version, severity, message };
    }
    case "alert":
      return { kind: "alert", alert: alertOf(part.alert) };
    case "difference": {
      const { difference, alert, because, changes } = part;
      return {
        ...{ kind: "difference", difference, alert: alertOf(alert) },
        ...(because === undefined ? {} : { because }),
        ...(changes === undefined ? {} : { changes: [...changes] }),
      };
    }
    case "done": {
      const { cost, before, same, more } = part;
      return {
        ...{ kind: "done", more },
        ...(cost === undefined ? {} : { cost: costOf(cost) }),
        ...(before === undefined ? {} : { before: costOf(before) }),
        ...(same === undefined ? {} : { same }),
      };
    }
    default:
      return part satisfies never;
  }
}

function alertOf({ title, severity, rows, entities, window }: Alert) {
  const [from, at] = [printTicks(window.from), printTicks(window.to)];
  return { at, from, title, severity, rows, entities: entityNames(entities) };
}

function costOf({ rowsRead: _rows, bytesRead, ...cost }: RuleCost) {
  return { ...cost, bytesRead: Number(bytesRead) };
}

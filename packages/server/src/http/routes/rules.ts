import { exceptionState, type Rule, type RuleException } from "@calypso/catalog";
import { changesOf, recordChange, ruleOf } from "../../authoring/authoring.js";
import { firstWritable, readRuleFile, whyReadOnly } from "../../authoring/rule-folders.js";
import { testsFileOf } from "../../authoring/run-tests.js";
import { overrideOf } from "../../authoring/save-override.js";
import { type ExceptionEffect, exceptionEffects } from "../../exceptions/effects.js";
import { briefly } from "../../platform/briefly.js";
import { type LedgerWindow, owe } from "../../service/ledger.js";
import { type RuleHealth, rulesHealth } from "../../service/rule-health.js";
import { ruleKey } from "../../service/rules-in-force.js";
import { versionsOf, windowsBetween } from "../../service/window-list.js";
import { Failure } from "../../store/failures.js";
import { authoringOf } from "../authoring.js";
import type { Handlers } from "../handler.js";
import { nameOf } from "../handler.js";
import type { Served } from "../served.js";

const mostWindows = 5000;

export function ruleHandlers(served: Served): Handlers<"rules" | "rule" | "ruleWindows" | "retryWindows"> {
  const { state, rules, workspace } = served;
  const { clock } = workspace;
  const authoring = authoringOf(served);
  const health = briefly(clock, 2000, () => rulesHealth(state, clock()));
  return {
    rules: async () => {
      const known = await health();
      const writable = await firstWritable(authoring.folders);
      const { rules: all, problems } = rules.loaded();
      return {
        now: clock().toISOString(),
        rules: all.map((rule) => summaryOf(rule, known.get(ruleKey(rule)))),
        problems: problems.map(({ severity, code, message, file, line, column }) => ({
          ...{ severity, code, message, file, line, column },
        })),
        ...(writable === undefined ? {} : { writable }),
      };
    },

    rule: async ({ params }) => {
      const rule = ruleOf(authoring, params.key);
      const key = ruleKey(rule);
      const file = await readRuleFile(rule.file);
      if (file === undefined) {
        throw new Failure("rule-unknown", `the file ${rule.file} is gone, and the rule will be too in a moment`);
      }
      const own = (await health()).get(key);
      const override = await overrideOf(authoring, rule);
      const effects = await exceptionEffects(state);
      const [readOnly, writable] = [
        await whyReadOnly(authoring.folders, rule.file),
        await firstWritable(authoring.folders),
      ];
      const testsFile = testsFileOf(rule);
      return {
        ...summaryOf(rule, own),
        description: rule.description,
        query: rule.query.text,
        triggerOperator: rule.triggerOperator,
        triggerThreshold: rule.triggerThreshold,
        entities: rule.entityMappings.map(({ entityType, fieldMappings }) => ({
          type: entityType,
          columns: fieldMappings.map(({ identifier, columnName }) => ({ identifier, column: columnName })),
        })),
        text: file.text,
        fileVersion: file.version,
        isTakenUp: rules.loaded().texts.get(rule.file) === file.text,
        ...(readOnly === undefined ? {} : { readOnly }),
        ...(writable === undefined ? {} : { writable }),
        ...(own === undefined ? {} : { version: own.version }),
        versions: (await versionsOf(state, key, 50)).map(({ version, seen_at, document }) => ({
          version,
          seen: seen_at.toISOString(),
          query: (JSON.parse(document) as Rule).query.text, // What taking up rules wrote.
        })),
        ...(override === undefined ? {} : { override: { file: override.file, values: { ...override.values } } }),
        exceptionList: (rule.exceptions ?? []).map((one) => exceptionOf(one, effects.get(one.id), clock())),
        ...(testsFile === undefined ? {} : { testsFile }),
        changes: (await changesOf(authoring, key, 100)).map(({ at, ...change }) => ({
          ...change,
          at: at.toISOString(),
        })),
      };
    },

    ruleWindows: async ({ params, query }) => {
      const rule = ruleOf(authoring, params.key);
      const range = { from: new Date(query.from), to: new Date(query.to) };
      const { windows, total } = await windowsBetween(state, ruleKey(rule), range, mostWindows);
      return { windows: windows.map(windowOf), total };
    },

    retryWindows: async ({ params, body }, asked) => {
      const rule = ruleOf(authoring, params.key);
      const owed = await owe(state, ruleKey(rule), { from: new Date(body.from), to: new Date(body.to) });
      const detail = `${owed} windows from ${body.from} to ${body.to}`;
      if (owed > 0)
        await recordChange(authoring, { rule: ruleKey(rule), by: nameOf(asked), kind: "windows-owed", detail });
      return { owed };
    },
  };
}

function summaryOf(rule: Rule, health: RuleHealth | undefined) {
  const { id, name, kind, severity, file, enabled, obstacle, queryFrequency, queryPeriod } = rule;
  return {
    ...{ key: ruleKey(rule), id, name, kind, severity, file, enabled },
    ...(obstacle === undefined ? {} : { obstacle: obstacle.message }),
    tactics: [...rule.tactics],
    techniques: [...rule.techniques, ...rule.subTechniques],
    ...(queryFrequency === undefined ? {} : { frequency: queryFrequency }),
    ...(queryPeriod === undefined ? {} : { period: queryPeriod }),
    exceptions: rule.exceptions?.length ?? 0,
    ...(health === undefined ? {} : { health: healthOf(health) }),
  };
}

function healthOf({ lastGood, lastFailure, hours, suppressedUntil, ...counts }: RuleHealth) {
  const { owed, failed, seconds, bytesRead, alerts } = counts;
  return {
    ...{ owed, failed, seconds, bytesRead, alerts, hours: [...hours] },
    ...(lastGood === undefined ? {} : { lastGood: { at: lastGood.at.toISOString(), to: lastGood.to.toISOString() } }),
    ...(lastFailure === undefined ? {} : { lastFailure: { ...lastFailure, to: lastFailure.to.toISOString() } }),
    ...(suppressedUntil === undefined ? {} : { suppressedUntil: suppressedUntil.toISOString() }),
  };
}

function exceptionOf(exception: RuleException, effect: ExceptionEffect | undefined, now: Date) {
  const { id, rules, condition, owner, reason, ticket, created, expiry, file, place } = exception;
  const time = (at: number) => new Date(at).toISOString();
  return {
    ...{ id, owner, reason, file, line: place.line, condition: condition.text.trim() },
    state: exceptionState(exception, now.getTime()),
    rules: rules === "all" ? ("all" as const) : rules.length,
    ...(ticket === undefined ? {} : { ticket }),
    ...(created === undefined ? {} : { created: time(created) }),
    ...(expiry === undefined ? {} : { expiry: time(expiry) }),
    ...{ rows: effect?.rows ?? 0, windows: effect?.windows ?? 0 },
    ...(effect?.last == null ? {} : { last: effect.last }),
  };
}

function windowOf(row: LedgerWindow) {
  const time = (key: "retry_at" | "started_at" | "finished_at", name: string) =>
    row[key] === null ? {} : { [name]: row[key].toISOString() };
  const number = (value: number | bigint | null, name: string) => (value === null ? {} : { [name]: Number(value) });
  return {
    from: row.window_from.toISOString(),
    to: row.window_to.toISOString(),
    due: row.due_at.toISOString(),
    state: row.state,
    attempts: row.attempts,
    ...time("retry_at", "retryAt"),
    ...time("started_at", "started"),
    ...time("finished_at", "finished"),
    ...(row.version === null ? {} : { version: row.version }),
    ...number(row.result_rows, "rows"),
    ...number(row.hidden_rows, "hidden"),
    ...number(row.alerts, "alerts"),
    ...number(row.held_back, "heldBack"),
    ...number(row.seconds, "seconds"),
    ...number(row.bytes_read, "bytesRead"),
    ...(row.error_message === null ? {} : { error: { code: row.error_code ?? "", message: row.error_message } }),
  };
}

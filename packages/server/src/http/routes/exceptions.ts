import type { Rule } from "@calypso/catalog";
import { type Authoring, ruleOf } from "../../authoring/authoring.js";
import {
  type ProposedException,
  proposedException,
  removeException,
  saveException,
} from "../../authoring/save-exception.js";
import type { Alert } from "../../detect/alert.js";
import { entityNames } from "../../detect/entity-names.js";
import { windowsOf } from "../../detect/run.js";
import { printTicks, type Window } from "../../detect/ticks.js";
import { measure, type WindowChange } from "../../exceptions/measure.js";
import { isTruePositive, type PastAlert, pastEffect } from "../../exceptions/past-alerts.js";
import { isBroad, proposedCondition } from "../../exceptions/proposal-text.js";
import { suggest } from "../../exceptions/suggest.js";
import { ticksOf } from "../../platform/clock.js";
import { queryPorts } from "../../search/run-query.js";
import { Failure } from "../../store/failures.js";
import { authoringOf } from "../authoring.js";
import { type Handlers, nameOf } from "../handler.js";
import type { Served } from "../served.js";
import { ticksOfText } from "../texts.js";

type Names = "suggestExceptions" | "measureException" | "saveException" | "removeException";

const mostProposals = 12;
const mostChanges = 500;
/** Of each window. */
const mostAlerts = 20;

export function exceptionHandlers(served: Served): Handlers<Names> {
  const authoring = authoringOf(served);
  const { store, clock } = served.workspace;
  return {
    suggestExceptions: async ({ params, body }, { signal }) => {
      const rule = ruleOf(authoring, params.key);
      const range = rangeOf(body);
      refuseMany(rule, range);
      const { mined, diagnosis } = await bounded(signal, async (ending) => {
        const found = await suggest(queryPorts(store, { signal: ending }), rule, { range, share: body.share ?? 0.5 });
        ending.throwIfAborted();
        return found;
      });
      if (mined === undefined) throw new Failure("rule-unusable", diagnosis.message);
      const { rows, alerts, candidates } = mined;
      return {
        ...{ rows, alerts },
        proposals: candidates.slice(0, mostProposals).map((candidate) => {
          const { fields, condition } = proposedCondition(candidate.traits);
          return {
            ...(fields === undefined ? { condition } : { fields: { ...fields } }),
            ...{ rows: candidate.rows, alerts: candidate.alerts, broad: isBroad(candidate) },
            ...(candidate.users === undefined ? {} : { users: candidate.users }),
          };
        }),
      };
    },

    measureException: async ({ params, body }, { signal }) => {
      const rule = ruleOf(authoring, params.key);
      const exception = await proposedException(authoring, rule, proposalOf(body.exception));
      const range = rangeOf(body);
      refuseMany(rule, range);
      const { measured, past } = await bounded(signal, async (ending) => {
        const ports = queryPorts(store, { signal: ending });
        const options = { range, now: ticksOf(clock()), signal: ending };
        const found = await measure(ports, rule, exception, options);
        const effect = await pastEffect(ports, served.state, rule, exception, range, ending);
        // What was stopped on the way has counted less than there is.
        ending.throwIfAborted();
        return { measured: found, past: effect };
      });
      const { windows, rows, hidden, alertsBefore, alertsAfter, changes, diagnoses } = measured;
      return {
        ...{ windows, rows, hidden, alertsBefore, alertsAfter },
        changes: changes.slice(0, mostChanges).map(changeOf),
        problems: diagnoses.map(({ message }) => message),
        past: {
          alerts: past.alerts,
          gone: past.gone.map(pastAlert),
          truePositives: past.gone.filter(isTruePositive).length,
          unknown: past.unknown.length,
        },
      };
    },

    saveException: async ({ params, body }, asked) => {
      const rule = ruleOf(authoring, params.key);
      const { exception, confirmTruePositives = false } = body;
      const saving = { by: nameOf(asked), confirmTruePositives };
      const id = await bounded(asked.signal, (signal) =>
        saveException(authoring, rule, proposalOf(exception), { ...saving, signal }),
      );
      return { id };
    },

    removeException: async ({ params }, asked) => {
      const rule = ruleOf(authoring satisfies Authoring, params.key);
      await removeException(authoring, rule, params.exception, nameOf(asked));
      return { removed: params.exception };
    },
  };
}

/** Replays for the pages are stopped after so long, in milliseconds, and are not begun for more windows than these. */
const longestReplay = 300_000;
const mostWindows = 6000;

function refuseMany(rule: Rule, range: Window): void {
  let count = 0;
  for (const _window of windowsOf(rule, range) ?? []) {
    count += 1;
    if (count <= mostWindows) continue;
    throw new Failure("preview-too-long", `${mostWindows} windows are replayed at most, and this range has more`, {
      hint: "choose a shorter range, or use `calypso exceptions`",
    });
  }
}

/** Work that ends when the client leaves or the time is over. */
async function bounded<Answer>(signal: AbortSignal, work: (ending: AbortSignal) => Promise<Answer>): Promise<Answer> {
  const late = AbortSignal.timeout(longestReplay);
  const ended = () =>
    late.aborted && !signal.aborted
      ? new Failure("query-timeout", "it took longer than five minutes", { hint: "choose a shorter range" })
      : new Failure("query-cancelled", "it was stopped");
  const ending = AbortSignal.any([signal, late]);
  try {
    return await work(ending);
  } catch (thrown) {
    throw ending.aborted ? ended() : thrown;
  }
}

function proposalOf(exception: ProposedException): ProposedException {
  return exception;
}

function rangeOf({ from, to }: { readonly from: string; readonly to: string }) {
  return { from: ticksOfText(from), to: ticksOfText(to) };
}

function changeOf({ window, rowsBefore, rowsAfter, gone, added }: WindowChange) {
  const told = (alerts: readonly Alert[]) =>
    alerts.slice(0, mostAlerts).map(({ title, entities }) => ({ title, entities: entityNames(entities) }));
  return { to: printTicks(window.to), rowsBefore, rowsAfter, gone: told(gone), added: told(added) };
}

function pastAlert({ raisedAt, title, incident }: PastAlert) {
  return {
    ...{ raised: raisedAt.toISOString(), title },
    ...(incident === undefined ? {} : { incident: incident.number }),
    ...(incident?.classification == null ? {} : { classification: incident.classification }),
  };
}

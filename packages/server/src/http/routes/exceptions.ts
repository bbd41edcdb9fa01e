import { type Authoring, ruleOf } from "../../authoring/authoring.js";
import {
  type ProposedException,
  proposedException,
  removeException,
  saveException,
} from "../../authoring/save-exception.js";
import type { Alert } from "../../detect/alert.js";
import { entityNames } from "../../detect/entity-names.js";
import { printTicks } from "../../detect/ticks.js";
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
      const { mined, diagnosis } = await suggest(queryPorts(store, { signal }), rule, {
        range: rangeOf(body),
        share: body.share ?? 0.5,
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
      const [range, ports] = [rangeOf(body), queryPorts(store, { signal })];
      const measured = await measure(ports, rule, exception, { range, now: ticksOf(clock()) });
      const past = await pastEffect(ports, served.state, rule, exception, range);
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
      return { id: await saveException(authoring, rule, proposalOf(exception), saving) };
    },

    removeException: async ({ params }, asked) => {
      const rule = ruleOf(authoring satisfies Authoring, params.key);
      await removeException(authoring, rule, params.exception, nameOf(asked));
      return { removed: params.exception };
    },
  };
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

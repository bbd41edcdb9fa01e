import type { AnswerOf, RequestOf, Routes } from "@calypso/contract";
import { type Act, changeIncident, type IncidentChange } from "../../service/incident-changes.js";
import { entitiesOfIncident, similarIncidents, standingOf } from "../../service/incident-page.js";
import { incidentDetails, incidentNamed } from "../../service/incident-queries.js";
import { type QueueFilter, type QueueSort, queueCounts, queuePage, queueSorts } from "../../service/incident-queue.js";
import { addTask, markTask } from "../../service/incident-tasks.js";
import type { Asked, Handlers } from "../handler.js";
import { problemFrom } from "../problems.js";
import type { Served } from "../served.js";
import { actOf, countsTold, incidentTold, queuedTold, sortedBy, wantedOf, without } from "./incident-answers.js";

type Names =
  | ("incidents" | "incidentCounts" | "incident" | "similarIncidents")
  | ("changeIncident" | "changeIncidents" | "addTask" | "markTask");

type Change = RequestOf<Routes["changeIncidents"]>["body"]["change"];

export function incidentHandlers(served: Served): Handlers<Names> {
  const { state, workspace } = served;
  const { clock, ids } = workspace;
  const whole = async (name: string): Promise<AnswerOf<Routes["incident"]>> => {
    const details = await incidentDetails(state, name);
    const { id } = details.incident;
    const [entities, standing] = await Promise.all([entitiesOfIncident(state, id), standingOf(state, id, clock())]);
    const rules = await ruleNames(served, details.alerts);
    return incidentTold(details, { entities, standing, rules });
  };
  /** Does something to an incident, and tells how it is then. */
  const act = async (name: string, asked: Asked, work: (id: string, by: Act) => Promise<void>) => {
    const { id } = await incidentNamed(state, name);
    await work(id, actOf(asked, clock()));
    return whole(id);
  };
  return {
    incidents: async ({ query }) => {
      const { sort, ...rest } = query;
      const by = sortedBy<QueueSort>(sort, queueSorts, "created");
      const request = { ...filterOf(rest), ...by, limit: rest.limit ?? 50, ...without({ after: rest.after }) };
      const { incidents, next } = await queuePage(state, request, clock());
      return { incidents: incidents.map(queuedTold), ...without({ next }) };
    },
    incidentCounts: async ({ query }) => countsTold(await queueCounts(state, filterOf(query), clock())),
    incident: ({ params }) => whole(params.id),
    similarIncidents: async ({ params }) => {
      const { id } = await incidentNamed(state, params.id);
      const { incidents, verdicts } = await similarIncidents(state, id);
      return {
        incidents: incidents.map((one) => ({
          ...{ number: one.number, title: one.title, severity: one.severity, status: one.status },
          ...without({
            owner: one.owner,
            classification: one.classification,
            classificationReason: one.classification_reason,
            classificationComment: one.classification_comment,
          }),
          ...{ created: one.created_at.toISOString(), sameRule: one.same_rule, shared: [...one.shared] },
        })),
        verdicts: verdicts.map(({ classification, reason, count }) => ({
          ...{ classification: classification as "Undetermined", count }, // Only these are ever stored.
          ...without({ reason: reason as "SuspiciousActivity" | null }),
        })),
      };
    },
    changeIncident: ({ params, body }, asked) => {
      const { seen, ...change } = body;
      asked.note({ changed: Object.keys(change).join(", ") });
      return act(params.id, asked, (id, by) => changeIncident(state, id, changeOf(change), { ...by, ...seenOf(seen) }));
    },
    changeIncidents: async ({ body }, asked) => {
      const change = changeOf(body.change);
      const refused: AnswerOf<Routes["changeIncidents"]>["refused"] = [];
      asked.note({ incidents: [...new Set(body.incidents.map(({ id }) => id))].join(" ") });
      // An incident may be named by its number and by its id.
      const done = new Set<string>();
      let changed = 0;
      for (const { id: name, seen } of body.incidents) {
        try {
          const { id } = await incidentNamed(state, name);
          if (done.has(id)) continue;
          done.add(id);
          await changeIncident(state, id, change, { ...actOf(asked, clock()), ...seenOf(seen) });
          changed += 1;
        } catch (thrown) {
          const { code, detail, hint, status } = problemFrom(thrown);
          if (status >= 500) throw thrown;
          refused.push({ id: name, code, detail, ...without({ hint }) });
        }
      }
      asked.note({ incidents: changed, refused: refused.length, changed: Object.keys(body.change).join(", ") });
      return { changed, refused };
    },
    addTask: ({ params, body }, asked) =>
      act(params.id, asked, (id, by) =>
        addTask(state, id, { id: ids(), title: body.title, description: body.description ?? "" }, by),
      ),
    markTask: ({ params, body }, asked) =>
      act(params.id, asked, (id, by) => markTask(state, id, params.task, body.done, by)),
  };
}

function changeOf({ owner, ...rest }: Change): IncidentChange {
  return { ...rest, ...(owner === undefined ? {} : { owner: owner.trim() === "" ? null : owner.trim() }) };
}

function seenOf(seen: string | undefined): { readonly seen?: bigint } {
  return seen === undefined ? {} : { seen: BigInt(seen) };
}

function filterOf(query: RequestOf<Routes["incidentCounts"]>["query"]): QueueFilter {
  const { status, severity, owner, rule, tactic, label, classification, sla } = query;
  return { ...wantedOf(query), ...without({ status, severity, owner, rule, tactic, label, classification, sla }) };
}

async function ruleNames({ state }: Served, alerts: readonly { readonly rule_id: string }[]) {
  const keys = [...new Set(alerts.map(({ rule_id }) => rule_id))];
  const rows = await state.db
    .selectFrom("rules")
    .select(["id", "name"])
    .where("id", "in", ["", ...keys])
    .execute();
  return new Map(rows.map(({ id, name }) => [id, name]));
}

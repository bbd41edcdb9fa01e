import type { RequestOf, Routes } from "@calypso/contract";
import { activityOf, type Subject } from "../../entities/activity.js";
import { habitsOf, lastDay } from "../../entities/habits.js";
import { pivotsOf, riskOf } from "../../entities/pivots.js";
import type { Handlers } from "../handler.js";
import { Refusal } from "../problems.js";
import type { Served } from "../served.js";
import { timeOf } from "./incident-answers.js";

type Request = Pick<RequestOf<Routes["entityActivity"]>, "params" | "query">;

const usualDays = 14;

export function entityHandlers({ workspace }: Served): Handlers<"entityActivity" | "entityHabits" | "entityPivots"> {
  const { store, clock } = workspace;
  const subjectOf = ({ params, query }: Request): Subject => {
    const to = query.to === undefined ? clock() : timeOf(query.to);
    // No log is older, and dates before the year 0 have no form.
    const from = new Date(Math.max(to.getTime() - (query.days ?? usualDays) * 86_400_000, Date.UTC(1900, 0)));
    const name = params.name.trim();
    if (name === "") throw new Refusal("bad-request", "an entity has a name");
    return { kind: params.type, name, from, to };
  };
  const rangeOf = ({ from, to }: Subject) => ({ from: from.toISOString(), to: to.toISOString() });
  const logs = (signal: AbortSignal) => ({ store, now: clock(), signal });
  return {
    entityActivity: async (request, { signal }) => {
      const subject = subjectOf(request);
      const { bin, tables, bins } = await activityOf(logs(signal), subject);
      return { ...rangeOf(subject), bin, tables: [...tables], bins: [...bins] };
    },
    entityHabits: async (request, { signal }) => {
      const subject = subjectOf(request);
      const habits = await habitsOf(logs(signal), subject);
      return {
        ...rangeOf(subject),
        newFrom: lastDay(subject).toISOString(),
        habits: habits.map(({ values, ...rest }) => ({ ...rest, values: [...values] })),
      };
    },
    entityPivots: async (request, { signal }) => {
      const subject = subjectOf(request);
      const [pivots, risk] = await Promise.all([pivotsOf(logs(signal), subject), riskOf(logs(signal), subject)]);
      return { ...rangeOf(subject), pivots: [...pivots], risk: [...risk] };
    },
  };
}

import type { RequestOf, Routes } from "@calypso/contract";
import { activityOf, type Subject } from "../../entities/activity.js";
import { habitsOf, lastDay } from "../../entities/habits.js";
import { pivotsOf, riskOf } from "../../entities/pivots.js";
import { brieflyFor } from "../../platform/briefly.js";
import type { Handlers } from "../handler.js";
import { Refusal } from "../problems.js";
import type { Served } from "../served.js";
import { timeOf } from "./incident-answers.js";

type Request = Pick<RequestOf<Routes["entityActivity"]>, "params" | "query">;

const usualDays = 14;

/** How long what the logs say of an entity is told again, in milliseconds: those who work on an incident open the same pages. */
const holds = 10_000;

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
  const logs = () => ({ store, now: clock() });
  // Several may wait for the same answer: that one of them leaves does not stop it.
  const told = <Answer>(work: (subject: Subject) => Promise<Answer>) =>
    brieflyFor(clock, holds, {
      keyOf: ({ params, query }: Request) => JSON.stringify([params.type, params.name.trim(), query.days, query.to]),
      work: async (request) => work(subjectOf(request)),
    });
  return {
    entityActivity: told(async (subject) => {
      const { bin, tables, bins } = await activityOf(logs(), subject);
      return { ...rangeOf(subject), bin, tables: [...tables], bins: [...bins] };
    }),
    entityHabits: told(async (subject) => {
      const habits = await habitsOf(logs(), subject);
      return {
        ...rangeOf(subject),
        newFrom: lastDay(subject).toISOString(),
        habits: habits.map(({ values, ...rest }) => ({ ...rest, values: [...values] })),
      };
    }),
    entityPivots: told(async (subject) => {
      const [pivots, risk] = await Promise.all([pivotsOf(logs(), subject), riskOf(logs(), subject)]);
      return { ...rangeOf(subject), pivots: [...pivots], risk: [...risk] };
    }),
  };
}

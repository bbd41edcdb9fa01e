import { type Trial, Trials } from "../../catalogue/verdict/trials.js";
import type { Background } from "../../platform/background.js";
import { type Handlers, nameOf } from "../handler.js";
import { Refusal } from "../problems.js";
import type { Served } from "../served.js";
import { conditionsOf } from "./catalogue.js";

type Names = "tryCatalogueRules" | "catalogueTrial" | "cancelCatalogueTrial";

export function trialHandlers({ state, workspace, name }: Served, background: Background): Handlers<Names> {
  const { store, clock, ids, folder } = workspace;
  const trials = new Trials({ state, store, clock, ids, workspace: folder ?? name, background });
  return {
    tryCatalogueRules: async ({ body: { ids: chosen, search, days = 30, windows = 14 } }, asked) =>
      shown(
        await trials.begin({
          ...(chosen === undefined ? {} : { ids: chosen }),
          ...(search === undefined ? {} : { search: conditionsOf(search) }),
          ...{ days, windows, by: nameOf(asked) },
        }),
      ),

    catalogueTrial: async () => ({
      ...(trials.trial === undefined ? {} : { trial: shown(trials.trial) }),
      latest: trials.latest,
    }),

    cancelCatalogueTrial: async ({ params }) => {
      const trial = trials.cancel(params.id);
      if (trial === undefined) throw new Refusal("not-found", `there is no trial ${params.id}`);
      return shown(trial);
    },
  };
}

function shown({ begunAt, counts, ...trial }: Trial) {
  return { ...trial, begunAt: begunAt.toISOString(), counts: countsOf(counts) };
}

function countsOf(counts: Trial["counts"]): Readonly<Record<string, number>> {
  return Object.fromEntries(Object.entries(counts).map(([status, count]) => [status, count ?? 0]));
}

import { mayDo } from "@calypso/contract";
import { removeView, saveView, type ViewUser, viewsOf } from "../../service/saved-views.js";
import { serviceLevels, setServiceLevel } from "../../service/service-levels.js";
import type { Asked, Handlers } from "../handler.js";
import { Refusal } from "../problems.js";
import type { Served } from "../served.js";
import { actOf, without } from "./incident-answers.js";

type Names = "views" | "saveView" | "removeView" | "serviceLevels" | "setServiceLevel";

export function workHandlers({ state, workspace }: Served): Handlers<Names> {
  const { clock, ids } = workspace;
  const views = async (page: string, user: ViewUser) => ({
    views: (await viewsOf(state, page, user)).map(({ page: _page, ...view }) => view),
  });
  const levels = async () => ({
    levels: (await serviceLevels(state)).map(({ changedAt, changedBy, ...level }) => ({
      ...level,
      ...without({ changed: changedAt?.toISOString(), changedBy }),
    })),
  });
  return {
    views: ({ params }, asked) => views(params.page, userOf(asked)),
    saveView: async ({ params, body }, asked) => {
      const user = userOf(asked);
      if (body.shared && asked.user !== undefined && !mayDo(asked.user.role, "responder"))
        throw new Refusal("forbidden", "sharing a view needs the role responder");
      await saveView(state, { id: ids(), page: params.page, ...body }, user, clock());
      return views(params.page, user);
    },
    removeView: async ({ params }, asked) => {
      await removeView(state, params.id, userOf(asked));
      return views(params.page, userOf(asked));
    },
    serviceLevels: levels,
    setServiceLevel: async ({ params, body }, asked) => {
      await setServiceLevel(state, { severity: params.severity, ...body }, actOf(asked, clock()));
      return levels();
    },
  };
}

function userOf({ user }: Asked): ViewUser {
  if (user === undefined) throw new Refusal("not-signed-in", "sign in first, or send a token");
  return { id: user.id, name: user.name, isAdmin: user.role === "admin" };
}

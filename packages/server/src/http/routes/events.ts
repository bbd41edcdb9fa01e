import { happeningsOf } from "../../service/happenings.js";
import type { Handlers } from "../handler.js";
import type { Served } from "../served.js";

export function eventHandlers({ state, workspace }: Served): Handlers<"events"> {
  const happenings = happeningsOf(state, workspace.clock);
  return {
    async *events(_request, { signal, lastEventId }) {
      for await (const { id, happening } of happenings.listen(lastEventId, signal)) yield { id, data: happening };
    },
  };
}

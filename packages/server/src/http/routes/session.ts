import type { Handlers } from "../handler.js";
import type { Served } from "../served.js";

export function sessionHandlers({ workspace, name, version }: Served): Handlers<"session"> {
  return {
    session: async (_request, { user }) => ({
      version,
      ...(user === undefined ? {} : { user: { id: user.id, name: user.name, role: user.role } }),
      workspace: name,
      now: workspace.clock().toISOString(),
    }),
  };
}

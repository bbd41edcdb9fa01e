import type { Workspace } from "../main.js";
import { ticksOf } from "../platform/clock.js";
import type { QueryRequest } from "../search/run-query.js";
import type { QueryFlags } from "./query.js";
import type { QueryFormat } from "./query-format.js";
import type { Terminal } from "./terminal.js";

/** All that the queries of one command line have in common. */
export interface QuerySession {
  readonly terminal: Terminal;
  readonly workspace: Workspace;
  readonly flags: QueryFlags;
  readonly format: QueryFormat;
  readonly timeScope?: { readonly from: bigint; readonly to: bigint };
}

/** The request for one query of the session. */
export function requestOf(
  session: QuerySession,
  text: string,
  more: { readonly sourceName?: string; readonly parameters?: Readonly<Record<string, string>> } = {},
): QueryRequest {
  return {
    text,
    ...more,
    now: ticksOf(session.workspace.clock()),
    strict: session.flags.strict === true,
    signal: session.terminal.signal,
    ...(session.timeScope === undefined ? {} : { timeScope: session.timeScope }),
  };
}

import type { Route } from "@calypso/contract";
import type { Access } from "../../access/access.js";
import { type AuditDetail, recordAct } from "../../access/audit.js";
import type { User } from "../handler.js";
import { problemFrom } from "../problems.js";

/** A request of a route, as the audit log tells of it. */
export interface Act {
  readonly action: string;
  readonly route: Route;
  readonly user: User | undefined;
  readonly address: string;
  readonly params: unknown;
  readonly noted: () => AuditDetail;
}

/**
 * Runs what a route does and writes it down, done or refused, before the client hears of it. What only reads is not written down, and
 * what those do who are not signed in, only by the routes themselves.
 */
export async function recorded<Answer>(access: Access, act: Act, work: () => Answer): Promise<Awaited<Answer>> {
  if (!isRecorded(act)) return await work();
  try {
    const answer = await work();
    if (act.route.stream === "lines")
      return untilItsEnd(access, act, answer as AsyncIterable<unknown>) as typeof answer;
    await record(access, act);
    return answer;
  } catch (thrown) {
    await record(access, act, problemFrom(thrown).code);
    throw thrown;
  }
}

/** Writes down that a user was not let do something. */
export async function recordRefused(access: Access, act: Act, code: string): Promise<void> {
  if (isRecorded(act)) await record(access, act, code);
}

function isRecorded({ route, user }: Act): boolean {
  return user !== undefined && route.method !== "GET" && route.reads !== true && route.access !== "anyone";
}

async function* untilItsEnd(access: Access, act: Act, parts: AsyncIterable<unknown>): AsyncGenerator<unknown> {
  let ended = "left";
  try {
    yield* parts;
    ended = "";
  } catch (thrown) {
    ended = problemFrom(thrown).code;
    throw thrown;
  } finally {
    await record(access, act, ended);
  }
}

async function record({ context }: Access, { action, user, address, params, noted }: Act, refusal = ""): Promise<void> {
  const subject = Object.fromEntries(Object.entries(params ?? {}).map(([name, value]) => [name, String(value)]));
  const via = user?.session !== undefined ? "session" : user?.token !== undefined ? `token ${user.token}` : "local";
  await recordAct(context, {
    ...{ userId: user?.id, userName: user?.name ?? "", via, address, action, refusal, subject, detail: noted() },
  });
}

import { type AnswerOf, ApiError, apiClient, type Problem, type Routes } from "@calypso/contract";
import { createResource, createRoot, createSignal } from "solid-js";
import { heldFetch, letRequests, signInWanted } from "./held-fetch.ts";

export const client = apiClient({ fetch: heldFetch(lookWhoAsks) });

export type Session = AnswerOf<Routes["session"]>;
export type Schema = AnswerOf<Routes["schema"]>;

/** Who asks, and what the workspace is called; with how far the service's clock is ahead of this machine's, in milliseconds. */
export const [session, { refetch }] = createRoot(() =>
  createResource(async () => {
    try {
      const answer = await client.call("session", {});
      const { user } = answer;
      const now = user === undefined ? undefined : `${user.id} ${user.role}`;
      // Another user's page is another page.
      if (who !== undefined && now !== undefined && who !== now) location.reload();
      who = now ?? who;
      letRequests(user !== undefined);
      return { ...answer, ahead: Date.parse(answer.now) - Date.now() };
    } catch (thrown) {
      // Each page says for itself that the service is away.
      letRequests(true);
      throw thrown;
    }
  }),
);

/** The user for whom the page was drawn, and the role. */
let who: string | undefined;

/** Asks anew who asks, as after signing in. */
export async function lookWhoAsks(): Promise<void> {
  await refetch();
}

// Somebody may have signed in on another page of this browser.
addEventListener("focus", () => signInWanted() && void lookWhoAsks());

const [isSchemaWanted, wantSchema] = createSignal(false);

/** The tables and functions of the workspace, asked for when the first that needs them has said so, and again where functions have changed. */
export const [schema, { refetch: reloadSchema }] = createRoot(() =>
  createResource(isSchemaWanted, () => client.call("schema", {})),
);

/** Says that the schema is needed. */
export function needSchema(): void {
  wantSchema(true);
}

/** The service's time. */
export function serviceNow(): Date {
  return new Date(Date.now() + (session.state === "ready" ? session().ahead : 0));
}

/** What was thrown, in the form in which the API tells of errors. */
export function problemOf(thrown: unknown): Problem {
  if (thrown instanceof ApiError) return thrown.problem;
  const detail = thrown instanceof Error ? thrown.message : String(thrown);
  if (thrown instanceof Refused) return { title: "It was not done", status: 0, code: "not-done", detail };
  return {
    title: "The service cannot be reached",
    status: 0,
    code: "unreachable",
    detail,
    hint: "is `calypso serve` running?",
  };
}

/** Something that the browser, or who uses it, did not do; the message is for people. */
export class Refused extends Error {
  override readonly name = "Refused";
}

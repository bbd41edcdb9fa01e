import { type AnswerOf, ApiError, apiClient, type Problem, type Routes } from "@calypso/contract";
import { createResource, createRoot } from "solid-js";

export const client = apiClient();

export type Session = AnswerOf<Routes["session"]>;
export type Schema = AnswerOf<Routes["schema"]>;

/** Who asks, and what the workspace is called; with how far the service's clock is ahead of this machine's, in milliseconds. */
export const [session] = createRoot(() =>
  createResource(async () => {
    const answer = await client.call("session", {});
    return { ...answer, ahead: Date.parse(answer.now) - Date.now() };
  }),
);

/** The tables and functions of the workspace, asked for once. */
export const [schema] = createRoot(() => createResource(() => client.call("schema", {})));

/** The service's time. */
export function serviceNow(): Date {
  return new Date(Date.now() + (session.state === "ready" ? session().ahead : 0));
}

/** What was thrown, in the form in which the API tells of errors. */
export function problemOf(thrown: unknown): Problem {
  if (thrown instanceof ApiError) return thrown.problem;
  const detail = thrown instanceof Error ? thrown.message : String(thrown);
  return {
    title: "The service cannot be reached",
    status: 0,
    code: "unreachable",
    detail,
    hint: "is `calypso serve` running?",
  };
}

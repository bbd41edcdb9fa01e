import { type Problem, type ProblemCode, problemCodes } from "@calypso/contract";
import { Failure, type FailureCode } from "../store/failures.js";

/** Something that the API answers with an error of the contract. */
export class Refusal extends Error {
  override readonly name = "Refusal";
  readonly code: ProblemCode;

  constructor(code: ProblemCode, message: string) {
    super(message);
    this.code = code;
  }
}

/** The statuses of failures; those that are not named are about what was asked. */
const statuses: Partial<Readonly<Record<FailureCode, number>>> = {
  "store-unreachable": 503,
  "store-full": 507,
  "state-in-use": 503,
  "store-forbidden": 502,
  "query-timeout": 504,
  "result-too-large": 413,
  "incident-unknown": 404,
  "hunt-unknown": 404,
  "bookmark-unknown": 404,
  "notice-unknown": 404,
  "saved-query-unknown": 404,
  "catalog-rule-unknown": 404,
  "incident-changed": 409,
  "rule-unknown": 404,
  "rule-read-only": 409,
  "rule-changed": 409,
  "exception-hides-attacks": 409,
  "upload-too-large": 413,
  "upload-broken": 400,
  "table-unknown": 404,
  "load-unknown": 404,
  "work-in-progress": 429,
  "profile-unknown": 404,
  "trial-refused": 409,
  "file-in-the-way": 409,
  "access-unknown": 404,
  "access-unusable": 502,
  "rows-gone": 410,
  "engine-error": 500,
};

/** What was thrown, in the form of the contract; a fault says nothing of the inside. */
export function problemFrom(thrown: unknown): Problem {
  if (thrown instanceof Refusal) {
    const { status, title } = problemCodes[thrown.code];
    return { title, status, code: thrown.code, detail: thrown.message };
  }
  if (thrown instanceof Failure) {
    const status = statuses[thrown.code] ?? 422;
    const hint = thrown.hint === undefined ? {} : { hint: thrown.hint };
    return { title: "It could not be done", status, code: thrown.code, detail: thrown.message, ...hint };
  }
  return problemOfRequest(thrown) ?? problemFrom(new Refusal("fault", "something went wrong inside Calypso"));
}

/** Errors of the HTTP layer itself: a body that is no JSON, that is too large, or not of the documented form. */
function problemOfRequest(thrown: unknown): Problem | undefined {
  if (!(thrown instanceof Error) || !("statusCode" in thrown)) return undefined;
  const code = byStatus[String(thrown.statusCode)];
  return code === undefined ? undefined : problemFrom(new Refusal(code, thrown.message));
}

const byStatus: Readonly<Record<string, ProblemCode>> = {
  400: "bad-request",
  404: "not-found",
  413: "too-large",
  415: "not-json",
};

import Type, { type Static } from "typebox";

/** A place in a text that was sent: lines and columns from 1, columns in UTF-16 units. */
export const Place = Type.Object({
  line: Type.Integer(),
  column: Type.Integer(),
  endLine: Type.Integer(),
  endColumn: Type.Integer(),
});

/** What is wrong with a query's or rule's text, or deserves a look. */
export const Diagnostic = Type.Object({
  severity: Type.Enum(["error", "warning"]),
  code: Type.String(),
  message: Type.String(),
  hint: Type.Optional(Type.String()),
  place: Type.Optional(Place),
  replacements: Type.Optional(
    Type.Array(Type.String(), { description: "Texts that can stand in that place instead, the likeliest first." }),
  ),
});

/** Every error of the API has this form: that of RFC 9457, as `application/problem+json`. */
export const Problem = Type.Object({
  title: Type.String({ description: "What kind of problem it is." }),
  status: Type.Integer({ description: "The HTTP status." }),
  code: Type.String({ description: "The same in every version: for scripts." }),
  detail: Type.String({ description: "What happened, for people." }),
  hint: Type.Optional(Type.String({ description: "What can be done about it." })),
});

export type Problem = Static<typeof Problem>;
export type Diagnostic = Static<typeof Diagnostic>;

/** Every kind of problem that is not one of the store's or the state's failures, with its status. */
export const problemCodes = {
  "bad-request": { status: 400, title: "The request is not of the documented form" },
  "not-signed-in": { status: 401, title: "Nobody is signed in" },
  "sign-in-failed": { status: 401, title: "Signing in did not succeed" },
  forbidden: { status: 403, title: "The user's role or token does not allow this" },
  "foreign-origin": { status: 403, title: "The request comes from another site, or asks for another host" },
  "not-found": { status: 404, title: "There is nothing of this name" },
  "too-large": { status: 413, title: "The request is larger than allowed" },
  "not-json": { status: 415, title: "The body is not of the type that the route takes" },
  "too-many-attempts": { status: 429, title: "Too many attempts" },
  fault: { status: 500, title: "A fault in Calypso" },
} as const satisfies Readonly<Record<string, { readonly status: number; readonly title: string }>>;

export type ProblemCode = keyof typeof problemCodes;

/** An error that the API answered, for those who called it. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.detail);
    this.problem = problem;
  }
}

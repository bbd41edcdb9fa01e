import type { Static, TObject, TSchema } from "typebox";

/** What users may do; each may all that those before it may. */
export const roles = ["reader", "responder", "engineer", "admin"] as const;

export type Role = (typeof roles)[number];

/** Whether one who has a role may do what needs another. */
export function mayDo(has: Role, needs: Role): boolean {
  return roles.indexOf(has) >= roles.indexOf(needs);
}

/** Who may ask a route: also those who are not signed in, or users of at least a role. */
export type Access = "anyone" | Role;

/** One route of the API: all that servers and clients have to agree on. */
export interface Route {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** Below `/api/v1`, with parameters as `:name`. */
  readonly path: string;
  readonly tag: string;
  /** What it gives or does, in one sentence. */
  readonly about: string;
  readonly access: Access;
  /** It changes nothing, though it is no GET: nothing of it goes into the audit log. */
  readonly reads?: true;
  readonly params?: TObject;
  readonly query?: TObject;
  readonly body?: TSchema;
  /** The body is a file's bytes, sent as `application/octet-stream`. */
  readonly upload?: true;
  /** The answer is the bytes of a file of this media type. Problems are told as ever, before the first byte; a file that breaks off is none. */
  readonly download?: string;
  /** The JSON answer, or each line or event of it; of what type a file's bytes are is no matter of it. */
  readonly answer: TSchema;
  /**
   * The answer comes as lines of JSON, each a part of it, or as server-sent events that go on until the client leaves; as one
   * JSON text where absent.
   */
  readonly stream?: "lines" | "events";
}

type Of<Schema, Absent> = Schema extends TSchema ? Static<Schema> : Absent;

type Nothing = Readonly<Record<never, never>>;

/** What a request of a route holds, by where it is written. */
export interface RequestOf<R extends Route> {
  readonly params: Of<R["params"], Nothing>;
  readonly query: Of<R["query"], Nothing>;
  readonly body: Of<R["body"], undefined>;
}

export type AnswerOf<R extends Route> = Static<R["answer"]>;

/** The path with its parameters filled in, each as one part of it. */
export function pathOf(route: Route, params: Readonly<Record<string, unknown>>): string {
  return route.path.replace(/:(\w+)/g, (_, name: string) => encodeURIComponent(String(params[name])));
}

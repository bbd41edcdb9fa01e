import type { Readable } from "node:stream";
import type { AnswerOf, RequestOf, Role, Route, RouteName, Routes, SentEvent } from "@calypso/contract";
import type { Visit } from "./access/visit.js";

/** Who asks. */
export interface User {
  readonly id: string;
  readonly name: string;
  readonly role: Role;
  /** The id of the session in which the user asks; absent where it is none. */
  readonly session?: string;
  /** The name of the token with which a program asks for the user. */
  readonly token?: string;
}

/** What a handler knows beside the request. */
export interface Asked extends Visit {
  /** Absent where nobody is signed in, which only routes for anyone meet. */
  readonly user?: User;
  /** Fires when the client has left. */
  readonly signal: AbortSignal;
  /** The last event that a client has seen that comes again. */
  readonly lastEventId?: string;
  /** The bytes of a file, of a route that takes one; absent where the request has none. */
  readonly upload?: { readonly bytes: Readable; readonly length?: number };
}

/** Whom a change is recorded of. */
export function nameOf({ user }: Asked): string {
  return user?.name ?? "nobody";
}

/** An answer, or a part of a stream, that is JSON already, of the form of the contract. */
export class JsonText {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

type Answer<R extends Route> = R extends { readonly download: string }
  ? AsyncIterable<Uint8Array>
  : R extends { readonly stream: "lines" }
    ? AsyncIterable<AnswerOf<R> | JsonText>
    : R extends { readonly stream: "events" }
      ? AsyncIterable<SentEvent<AnswerOf<R>>>
      : Promise<Frozen<AnswerOf<R>> | JsonText>;

/** An answer whose parts nobody changes: features give such. */
type Frozen<Value> = Value extends readonly (infer Item)[]
  ? readonly Frozen<Item>[]
  : Value extends object
    ? { readonly [Name in keyof Value]: Frozen<Value[Name]> }
    : Value;

/** What answers a route. Failures and problems are thrown; a stream that has begun tells of them in a part of its own. */
export type Handler<R extends Route> = (request: RequestOf<R>, asked: Asked) => Answer<R>;

/** A handler for each of these routes. */
export type Handlers<Names extends RouteName = RouteName> = { readonly [Name in Names]: Handler<Routes[Name]> };

import { ApiError, type Problem, problemCodes } from "./problem.js";
import { type AnswerOf, pathOf, type RequestOf, type Route } from "./route.js";
import { apiRoot, type RouteName, type Routes, routes } from "./routes.js";

/** A request of a route without the parts that it has not. */
export type Call<R extends Route> = {
  readonly [Part in keyof RequestOf<R> as Part extends keyof R ? Part : never]: RequestOf<R>[Part];
} & { readonly signal?: AbortSignal };

type NamesOf<Stream extends string> = {
  [Name in RouteName]: Routes[Name] extends { readonly stream: Stream } ? Name : never;
}[RouteName];

/** Routes whose answer comes in lines. */
export type StreamRoute = NamesOf<"lines">;
/** Routes whose answer is events that go on. */
export type EventRoute = NamesOf<"events">;
/** Routes that answer with a file. */
export type FileRoute = {
  [Name in RouteName]: Routes[Name] extends { readonly download: string } ? Name : never;
}[RouteName];
/** Routes that answer with one JSON text. */
export type PlainRoute = Exclude<RouteName, StreamRoute | EventRoute | FileRoute>;

/** Calls the API's routes by their names; what the server answers as an error is thrown as an `ApiError`. */
export interface Client {
  call<Name extends PlainRoute>(name: Name, call: Call<Routes[Name]>): Promise<AnswerOf<Routes[Name]>>;
  /** The parts of an answer of lines, as they come. */
  parts<Name extends StreamRoute>(name: Name, call: Call<Routes[Name]>): AsyncGenerator<AnswerOf<Routes[Name]>>;
  /** The bytes of a file, as they come. */
  file<Name extends FileRoute>(name: Name, call: Call<Routes[Name]>): AsyncGenerator<Uint8Array<ArrayBuffer>>;
  /** The events of a route as they happen, from after the one that is named, until the signal fires or the server ends. */
  events<Name extends EventRoute>(
    name: Name,
    call: Call<Routes[Name]> & { readonly after?: string },
  ): AsyncGenerator<SentEvent<AnswerOf<Routes[Name]>>>;
}

/** An event, with what names it to who comes again; absent for one that cannot be come back to. */
export interface SentEvent<Data> {
  readonly id?: string;
  readonly data: Data;
}

/** How the client reaches the server. */
export interface ClientOptions {
  /** What paths begin with: `https://calypso.contoso.example`; the page's own origin where absent. */
  readonly origin?: string;
  /** An API token; the browser's session where absent. */
  readonly token?: string;
  readonly fetch?: typeof globalThis.fetch;
}

export function apiClient(options: ClientOptions = {}): Client {
  return {
    async call(name, call) {
      const answer = await send(options, routes[name], call);
      // The server checks nothing less than the contract on its side; both are of one version.
      return answer.json() as never;
    },
    async *parts(name, call) {
      const answer = await send(options, routes[name], call);
      if (answer.body === null) return;
      // As above.
      for await (const line of linesOf(answer.body)) yield JSON.parse(line) as never;
    },
    async *file(name, call) {
      const { body } = await send(options, routes[name], call);
      const reader = body?.getReader();
      try {
        for (let next = await reader?.read(); next?.done === false; next = await reader?.read()) yield next.value;
      } finally {
        await reader?.cancel();
      }
    },
    async *events(name, call) {
      const answer = await send(options, routes[name], call);
      if (answer.body === null) return;
      let event: { id?: string; data?: string } = {};
      for await (const line of linesOf(answer.body)) {
        if (line.startsWith("id: ")) event.id = line.slice("id: ".length);
        else if (line.startsWith("data: ")) event.data = line.slice("data: ".length);
        if (line !== "" || event.data === undefined) continue;
        const { id, data } = event;
        event = {};
        // As above.
        yield { ...(id === undefined ? {} : { id }), data: JSON.parse(data) as never };
      }
    },
  };
}

interface AnyCall {
  readonly params?: Readonly<Record<string, unknown>>;
  readonly query?: Readonly<Record<string, unknown>>;
  readonly body?: unknown;
  readonly signal?: AbortSignal;
  readonly after?: string;
}

async function send(options: ClientOptions, route: Route, call: AnyCall): Promise<Response> {
  const { signal, body } = call;
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(call.query ?? {})) {
    for (const one of Array.isArray(value) ? value : [value]) if (one !== undefined) search.append(name, String(one));
  }
  const query = search.size === 0 ? "" : `?${search}`;
  const request = options.fetch ?? globalThis.fetch;
  const answer = await request(`${options.origin ?? ""}${apiRoot}${pathOf(route, call.params ?? {})}${query}`, {
    method: route.method,
    headers: {
      ...(options.token === undefined ? {} : { authorization: `Bearer ${options.token}` }),
      ...(body === undefined ? {} : { "content-type": "application/json" }),
      ...(call.after === undefined ? {} : { "last-event-id": call.after }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    ...(signal === undefined ? {} : { signal }),
  });
  if (answer.ok) return answer;
  throw new ApiError(await problemOf(answer));
}

/** What the server says; an answer of something between, where it is not ours. */
async function problemOf(answer: Response): Promise<Problem> {
  const { status } = answer;
  if (answer.headers.get("content-type")?.startsWith("application/problem+json") === true) {
    return (await answer.json()) as Problem;
  }
  const { title } = problemCodes.fault;
  return { title, status, code: "fault", detail: `the server answered ${status} ${answer.statusText}`.trim() };
}

/** The lines of a stream of UTF-8. */
async function* linesOf(body: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const reader = body.pipeThrough(new TextDecoderStream() as ReadableWritablePair<string, Uint8Array>).getReader();
  let rest = "";
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) {
      const lines = `${rest}${next.value}`.split("\n");
      rest = lines.pop() ?? "";
      yield* lines;
    }
    if (rest !== "") yield rest;
  } finally {
    await reader.cancel();
  }
}

import { Readable } from "node:stream";
import {
  type Access,
  apiRoot,
  mayDo,
  openApi,
  type Route,
  type RouteName,
  routes,
  type SentEvent,
} from "@calypso/contract";
import fastifyCookie from "@fastify/cookie";
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from "fastify";
import { Background } from "../platform/background.js";
import { cutOff } from "./access/cut-off.js";
import { providerReturn } from "./access/provider-return.js";
import { recorded, recordRefused } from "./access/record.js";
import { visitOf } from "./access/visit.js";
import type { Looking } from "./access/who-asks.js";
import { guard, secured } from "./guard.js";
import { type Asked, type Handlers, JsonText, type User } from "./handler.js";
import { opensPage, sendPage, servePages } from "./pages.js";
import { problemFrom, Refusal } from "./problems.js";
import { accountHandlers } from "./routes/account.js";
import { adoptionHandlers } from "./routes/adoption.js";
import { alertHandlers } from "./routes/alerts.js";
import { auditHandlers } from "./routes/audit.js";
import { catalogueHandlers } from "./routes/catalogue.js";
import { coverageHandlers } from "./routes/coverage.js";
import { dataHandlers } from "./routes/data.js";
import { entityHandlers } from "./routes/entities.js";
import { eventHandlers } from "./routes/events.js";
import { exceptionHandlers } from "./routes/exceptions.js";
import { incidentHandlers } from "./routes/incidents.js";
import { queryHandlers } from "./routes/queries.js";
import { ruleEditingHandlers } from "./routes/rule-editing.js";
import { ruleHandlers } from "./routes/rules.js";
import { savedQueryHandlers } from "./routes/saved-queries.js";
import { sessionHandlers } from "./routes/session.js";
import { stageHandlers } from "./routes/stages.js";
import { trialHandlers } from "./routes/trials.js";
import { uploadHandlers } from "./routes/uploads.js";
import { userHandlers } from "./routes/users.js";
import { workHandlers } from "./routes/work.js";
import type { Served } from "./served.js";
import { asEvents, asFile, asLines, untilEnded } from "./streams.js";
import { checkParts } from "./validation.js";

/** How the service is reached, and who uses it. */
export interface ServerOptions {
  /** Whom a request comes from; nobody where undefined. */
  readonly userOf: (request: FastifyRequest, how?: Looking) => Promise<User | undefined>;
  /** The folder of the web application; only the API is served where absent. */
  readonly pages?: string | undefined;
  /** Told of what went wrong inside. */
  readonly fault: (error: unknown) => void;
}

/** The largest body, in bytes. */
const bodyLimit = 4 * 1024 * 1024;

/** The HTTP server over a workspace, not listening yet. */
export function httpServer(served: Served, options: ServerOptions): FastifyInstance {
  const { origin, proxies } = served.access.settings;
  const app = Fastify({
    frameworkErrors: (error, _request, reply) => void sendProblem(reply, error, options),
    bodyLimit,
    forceCloseConnections: true,
    routerOptions: { maxParamLength: 3000 },
    ...(proxies.length === 0 ? {} : { trustProxy: [...proxies] }),
  });
  void app.register(fastifyCookie);
  checkParts(app);
  app.removeContentTypeParser("text/plain");
  guard(app, origin);
  app.setErrorHandler((error, _request, reply) => sendProblem(reply, error, options));
  if (options.pages !== undefined) servePages(app, options.pages);
  app.setNotFoundHandler((request, reply) => {
    if (options.pages !== undefined && opensPage(request)) return sendPage(reply);
    return sendProblem(reply, new Refusal("not-found", "there is no such page or route"), options);
  });
  const background = new Background();
  app.addHook("preClose", () => background.end());
  const handlers: Handlers = {
    ...sessionHandlers(served),
    ...accountHandlers(served),
    ...userHandlers(served),
    ...auditHandlers(served),
    ...queryHandlers(served),
    ...stageHandlers(served),
    ...savedQueryHandlers(served),
    ...incidentHandlers(served),
    ...alertHandlers(served),
    ...entityHandlers(served),
    ...workHandlers(served),
    ...eventHandlers(served),
    ...ruleHandlers(served),
    ...ruleEditingHandlers(served),
    ...exceptionHandlers(served),
    ...catalogueHandlers(served),
    ...adoptionHandlers(served),
    ...trialHandlers(served, background),
    ...coverageHandlers(served, background),
    ...dataHandlers(served, background),
    ...uploadHandlers(served),
  };
  const names = Object.keys(routes) as RouteName[];
  const isUpload = (name: RouteName) => (routes[name] as Route).upload === true;
  for (const name of names) if (!isUpload(name)) addRoute(app, name, handlers, { served, background, options });
  // Only these take bytes, which nothing reads before who asks is known.
  void app.register(async (scope) => {
    scope.addContentTypeParser("application/octet-stream", (_request, payload, done) => done(null, payload));
    for (const name of names) if (isUpload(name)) addRoute(scope, name, handlers, { served, background, options });
  });
  providerReturn(app, served);
  const description = openApi(served.version);
  app.get(`${apiRoot}/openapi.json`, async () => description);
  return app;
}

interface RouteParts {
  readonly served: Served;
  /** What is asked is work that ends before what it works on is closed. */
  readonly background: Background;
  readonly options: ServerOptions;
}

function addRoute(
  app: FastifyInstance,
  name: RouteName,
  handlers: Handlers,
  { served: { access }, background, options }: RouteParts,
): void {
  const route: Route = routes[name];
  // The contract has checked what comes in against the schemas of this very route.
  const handler = handlers[name] as (request: unknown, asked: Asked) => unknown;
  app.route({
    method: route.method,
    url: `${apiRoot}${route.path}`,
    schema: {
      ...(route.params === undefined ? {} : { params: route.params }),
      ...(route.query === undefined ? {} : { querystring: route.query }),
      ...(route.body === undefined ? {} : { body: route.body }),
    },
    // Who asks is known before a body is read.
    onRequest: async (request) => {
      const user = await options.userOf(request);
      const refused = refusal(route.access, user);
      const act = { action: name, route, user, address: request.ip, params: request.params, noted: () => ({}) };
      if (refused !== undefined) {
        await recordRefused(access, act, refused.code);
        throw refused;
      }
      request.user = user;
    },
    handler: async (request, reply) => {
      const { params, query, body, user, headers } = request;
      const last = headers["last-event-id"];
      const visit = visitOf(request, reply);
      const asked = {
        ...visit,
        signal: untilLeft(reply, background.signal),
        ...(user === undefined ? {} : { user }),
        ...(typeof last === "string" ? { lastEventId: last } : {}),
        ...(route.upload === true ? uploadOf(request) : {}),
      };
      if (route.stream !== undefined || route.download !== undefined) cutOff(access, options, request, reply, user);
      const act = { action: name, route, user, address: visit.address, params, noted: visit.noted };
      const work = recorded(access, act, () => handler({ params, query, body }, asked));
      background.add(work);
      const answer = await work;
      return send(reply, route, answer, { signal: asked.signal, background });
    },
  });
}

function uploadOf({ body, headers }: FastifyRequest): Pick<Asked, "upload"> {
  if (!(body instanceof Readable)) return {};
  const length = headers["content-length"];
  return { upload: { bytes: body, ...(length === undefined ? {} : { length: Number(length) }) } };
}

declare module "fastify" {
  interface FastifyRequest {
    user?: User | undefined;
  }
}

/** Why a route is not for who asks; nothing where it is. */
function refusal(access: Access, user: User | undefined): Refusal | undefined {
  if (access === "anyone") return undefined;
  if (user === undefined) return new Refusal("not-signed-in", "sign in first, or send a token");
  if (mayDo(user.role, access)) return undefined;
  return new Refusal("forbidden", `this needs the role ${access}, and ${user.name} has the role ${user.role}`);
}

/** Fires when the client has left, or the service ends. */
function untilLeft(reply: FastifyReply, ending: AbortSignal): AbortSignal {
  const left = new AbortController();
  const leave = () => left.abort();
  ending.addEventListener("abort", leave, { once: true });
  if (ending.aborted) leave();
  reply.raw.once("close", () => {
    ending.removeEventListener("abort", leave);
    if (!reply.raw.writableFinished) leave();
  });
  return left.signal;
}

function jsonOf(answer: unknown): string {
  return answer instanceof JsonText ? answer.text : JSON.stringify(answer);
}

interface Sending {
  readonly signal: AbortSignal;
  readonly background: Background;
}

function send(reply: FastifyReply, route: Route, answer: unknown, { signal, background }: Sending) {
  reply.header("cache-control", "no-store");
  if (route.download !== undefined) {
    // As below.
    return sendFile(reply, route.download, untilEnded(answer as AsyncIterable<Uint8Array>, background), signal);
  }
  if (route.stream === undefined) return reply.type("application/json; charset=utf-8").send(jsonOf(answer));
  // The contract's types say that routes of streams answer so. A load may be cut off anywhere, and is finished at the next try.
  const parts = answer as AsyncIterable<unknown>;
  const known = route.upload === true ? parts : untilEnded(parts, background);
  const isEvents = route.stream === "events";
  const stream = isEvents ? asEvents(known as AsyncIterable<SentEvent<unknown>>) : asLines(known);
  signal.addEventListener("abort", () => stream.destroy(), { once: true });
  const type = isEvents ? "text/event-stream" : "application/x-ndjson";
  return reply.type(`${type}; charset=utf-8`).send(stream);
}

/** What goes wrong before the first byte is a problem like any other. */
async function sendFile(reply: FastifyReply, type: string, bytes: AsyncIterable<Uint8Array>, signal: AbortSignal) {
  const file = await asFile(bytes);
  signal.addEventListener("abort", () => file.destroy(), { once: true });
  return reply.type(type).header("content-disposition", "attachment").send(file);
}

function sendProblem(reply: FastifyReply, error: unknown, { fault }: ServerOptions) {
  const problem = problemFrom(error);
  if (problem.code === "fault") fault(error);
  // What is no request at all has not come by the guard.
  if (problem.status === 429) reply.header("retry-after", "900");
  return secured(reply)
    .status(problem.status)
    .header("cache-control", "no-store")
    .type("application/problem+json; charset=utf-8")
    .send(JSON.stringify(problem));
}

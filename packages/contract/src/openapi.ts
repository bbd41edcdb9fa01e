import { Problem } from "./problem.js";
import type { Route } from "./route.js";
import { apiRoot, routes } from "./routes.js";

/** The API's description in OpenAPI 3.1, made from the routes. */
export function openApi(version: string): Readonly<Record<string, unknown>> {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const [name, route] of Object.entries<Route>(routes)) {
    const path = `${apiRoot}${route.path.replace(/:(\w+)/g, "{$1}")}`;
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operation(name, route) };
  }
  return {
    openapi: "3.1.0",
    info: { title: "Calypso", version, license: { name: "Apache-2.0", identifier: "Apache-2.0" } },
    paths,
    components: { schemas: { Problem }, securitySchemes },
  };
}

/** How who asks is known. */
const securitySchemes = {
  token: { type: "http", scheme: "bearer", description: "An API token, `calypso_…`." },
  session: { type: "apiKey", in: "cookie", name: "__Host-calypso-session", description: "Set by signing in." },
} as const;

/** The content types of answers, by how they come. */
const mediaTypes = { whole: "application/json", lines: "application/x-ndjson", events: "text/event-stream" } as const;

function operation(name: string, route: Route) {
  const media = route.download ?? mediaTypes[route.stream ?? "whole"];
  const content = { [media]: route.download === undefined ? { schema: route.answer } : {} };
  return {
    operationId: name,
    tags: [route.tag],
    summary: route.about,
    "x-access": route.access,
    security: route.access === "anyone" ? [] : Object.keys(securitySchemes).map((way) => ({ [way]: [] })),
    parameters: [...parameters("path", route.params), ...parameters("query", route.query)],
    ...bodyOf(route),
    responses: {
      200: { description: "As asked.", content },
      default: {
        description: "What went wrong.",
        content: { "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } } },
      },
    },
  };
}

function bodyOf({ body, upload }: Route) {
  if (upload === true) return { requestBody: { required: true, content: { "application/octet-stream": {} } } };
  return body === undefined
    ? {}
    : { requestBody: { required: true, content: { "application/json": { schema: body } } } };
}

function parameters(place: "path" | "query", given: Route["params"]) {
  const required = new Set(given?.required ?? []);
  return Object.entries(given?.properties ?? {}).map(([name, schema]) => ({
    ...{ name, in: place, schema },
    required: place === "path" || required.has(name),
  }));
}

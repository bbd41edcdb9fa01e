export {
  apiClient,
  type Call,
  type Client,
  type ClientOptions,
  type EventRoute,
  type PlainRoute,
  type SentEvent,
  type StreamRoute,
} from "./client.js";
export { openApi } from "./openapi.js";
export { ApiError, type Diagnostic, Problem, type ProblemCode, problemCodes } from "./problem.js";
export {
  type Access,
  type AnswerOf,
  mayDo,
  pathOf,
  type RequestOf,
  type Role,
  type Route,
  roles,
} from "./route.js";
export { apiRoot, type RouteName, type Routes, routes } from "./routes.js";

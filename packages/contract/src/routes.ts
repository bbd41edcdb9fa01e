import { queryRoutes } from "./routes/queries.js";
import { sessionRoutes } from "./routes/session.js";

/** Every route of the API, by its name. */
export const routes = { ...sessionRoutes, ...queryRoutes };

export type Routes = typeof routes;
export type RouteName = keyof Routes;

/** What all paths begin with. */
export const apiRoot = "/api/v1";

import { accountRoutes } from "./routes/account.js";
import { alertRoutes } from "./routes/alerts.js";
import { auditRoutes } from "./routes/audit.js";
import { catalogueRoutes } from "./routes/catalogue.js";
import { coverageRoutes } from "./routes/coverage.js";
import { dataRoutes } from "./routes/data.js";
import { entityRoutes } from "./routes/entities.js";
import { eventRoutes } from "./routes/events.js";
import { incidentRoutes } from "./routes/incidents.js";
import { queryRoutes } from "./routes/queries.js";
import { ruleEditingRoutes } from "./routes/rule-editing.js";
import { exceptionRoutes } from "./routes/rule-exceptions.js";
import { ruleRoutes } from "./routes/rules.js";
import { savedQueryRoutes } from "./routes/saved-queries.js";
import { sessionRoutes } from "./routes/session.js";
import { stageRoutes } from "./routes/stages.js";
import { userRoutes } from "./routes/users.js";
import { workRoutes } from "./routes/work.js";

/** Every route of the API, by its name. */
export const routes = {
  ...sessionRoutes,
  ...accountRoutes,
  ...userRoutes,
  ...auditRoutes,
  ...queryRoutes,
  ...stageRoutes,
  ...savedQueryRoutes,
  ...incidentRoutes,
  ...alertRoutes,
  ...entityRoutes,
  ...workRoutes,
  ...eventRoutes,
  ...ruleRoutes,
  ...ruleEditingRoutes,
  ...exceptionRoutes,
  ...catalogueRoutes,
  ...coverageRoutes,
  ...dataRoutes,
};

export type Routes = typeof routes;
export type RouteName = keyof Routes;

/** What all paths begin with. */
export const apiRoot = "/api/v1";

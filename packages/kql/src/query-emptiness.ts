import type { Emptiness } from "./plan/emptiness.js";
import type { WorkspaceSchema } from "./schema/schema.js";

/** When a query has no row, and what the names in that mean. */
export interface QueryEmptiness {
  readonly when: Emptiness;
  readonly schema: WorkspaceSchema;
}

import { randomUUID } from "node:crypto";

/** Where new identifiers come from; tests give predictable ones. */
export type Ids = () => string;

/** Random UUIDs. */
export const randomIds: Ids = () => randomUUID();

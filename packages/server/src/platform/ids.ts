import { randomBytes, randomUUID } from "node:crypto";

/** Where new identifiers come from; tests give predictable ones. */
export type Ids = () => string;

/** Random UUIDs. */
export const randomIds: Ids = () => randomUUID();

/** Where new secrets come from: texts that nobody guesses. */
export type Secrets = () => string;

/** 256 random bits, in base64url. */
export const randomSecrets: Secrets = () => randomBytes(32).toString("base64url");

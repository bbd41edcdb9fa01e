import { createHash } from "node:crypto";
import type { Role } from "@calypso/contract";
import type { Clock } from "../platform/clock.js";
import type { Ids, Secrets } from "../platform/ids.js";
import type { State } from "../state/open-state.js";

/** What all that decides about access works with. */
export interface AccessContext {
  readonly state: Pick<State, "db">;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly secrets: Secrets;
  /** Called when somebody may less than before: a session or token has ended, a role has changed, a user was disabled. */
  readonly lessened: () => void;
}

/** Somebody who was found to be a user. */
export interface KnownUser {
  readonly id: string;
  readonly name: string;
  readonly role: Role;
}

/** What is kept of a secret: SHA-256 in hexadecimal. A secret of 256 random bits needs no slower digest. */
export function digestOf(secret: string): string {
  return createHash("sha256").update(secret).digest("hex");
}

/** A time that lies so many seconds after another, or before it. */
export function secondsAfter(time: Date, seconds: number): Date {
  return new Date(time.getTime() + seconds * 1000);
}

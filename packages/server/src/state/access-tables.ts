import type { Role } from "@calypso/contract";
import type { Generated, JSONColumnType } from "kysely";

/** Somebody who may sign in. Users are disabled, never deleted, so that the audit log stays true. */
export interface UsersTable {
  readonly id: string;
  /** As it is shown. */
  readonly name: string;
  /** The name by which no two users may be called: `nameKey`. */
  readonly name_key: string;
  readonly role: Role;
  readonly created_at: Date;
  readonly disabled_at: Date | null;
  /** The provider that vouches for the user, and its name for them; null for an account of this service. */
  readonly provider: string | null;
  readonly subject: string | null;
  /** Argon2id in its own text form; null where there is none. */
  readonly password_hash: string | null;
}

/** A key that a user's device or key ring holds, and what is needed to check its signatures. */
export interface PasskeysTable {
  /** The credential's id, in base64url. */
  readonly id: string;
  readonly user_id: string;
  readonly name: string;
  /** COSE, in base64url. */
  readonly public_key: string;
  /** How often the device says it has signed; 0 for devices that do not count. */
  readonly counter: bigint;
  readonly transports: JSONColumnType<readonly string[]>;
  readonly created_at: Date;
  readonly last_used_at: Date | null;
}

/** A link with which a new user, or one who forgot, gets in once. */
export interface SetUpLinksTable {
  /** SHA-256 of the secret, in hexadecimal. */
  readonly hash: string;
  readonly user_id: string;
  readonly expires_at: Date;
}

/** Somebody who is signed in, in one browser. */
export interface SessionsTable {
  readonly id: string;
  /** SHA-256 of the cookie's secret, in hexadecimal. */
  readonly hash: string;
  readonly user_id: string;
  /** `password`, `passkey`, `set-up`, or the provider's name. */
  readonly method: string;
  readonly created_at: Date;
  /** When it ends whatever happens. */
  readonly expires_at: Date;
  /** When it was last used, to the minute. */
  readonly seen_at: Date;
  readonly address: string;
  readonly agent: string;
}

/** A secret with which a program acts for a user. */
export interface ApiTokensTable {
  readonly id: string;
  /** SHA-256 of the secret, in hexadecimal. */
  readonly hash: string;
  readonly user_id: string;
  readonly name: string;
  /** The most that it allows, whatever its owner may. */
  readonly role: Role;
  readonly created_at: Date;
  readonly expires_at: Date;
  readonly last_used_at: Date | null;
}

/** Who did what; the database lets nobody change or delete a row. */
export interface AuditLogTable {
  readonly id: Generated<bigint>;
  readonly at: Date;
  /** Null where nobody is signed in. */
  readonly user_id: string | null;
  /** As it was then, or as it was given. */
  readonly user_name: string;
  /** `session`, `token`, `local` or `command line`, and which. */
  readonly via: string;
  readonly address: string;
  /** The route's name, or that of the command. */
  readonly action: string;
  /** Empty where it was done, else the code of the problem. */
  readonly refusal: string;
  /** Whom or what it was about: ids of the path, by their names, as JSON. */
  readonly subject: string;
  /** What changed, without secrets, as JSON. */
  readonly detail: string;
}

/** The tables about who may do what. */
export interface AccessTables {
  readonly users: UsersTable;
  readonly passkeys: PasskeysTable;
  readonly set_up_links: SetUpLinksTable;
  readonly sessions: SessionsTable;
  readonly api_tokens: ApiTokensTable;
  readonly audit_log: AuditLogTable;
}

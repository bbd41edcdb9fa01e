import {
  generateAuthenticationOptions,
  generateRegistrationOptions,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
} from "@simplewebauthn/server";
import { Failure } from "../store/failures.js";
import { refuseForeignAccount } from "./accounts.js";
import type { AccessContext, KnownUser } from "./context.js";
import { OneUse } from "./one-use.js";

type RegistrationResponse = Parameters<typeof verifyRegistrationResponse>[0]["response"];
type AuthenticationResponse = Parameters<typeof verifyAuthenticationResponse>[0]["response"];

/** A passkey as its owner sees it. */
export interface PasskeySummary {
  readonly id: string;
  readonly name: string;
  readonly createdAt: Date;
  readonly lastUsedAt: Date | null;
}

/** Whether browsers know passkeys for an origin: they do for names, not for addresses. */
export function takesPasskeys(origin: string): boolean {
  const { hostname, protocol } = new URL(origin);
  return hostname === "localhost" || (protocol === "https:" && /[a-z]/i.test(hostname.replace(/^.*\./, "")));
}

/** Registers passkeys and signs in with them. A challenge is answered once. */
export class Passkeys {
  readonly #context: AccessContext;
  /** By the challenge: the user who registers; nobody yet for one who signs in. */
  readonly #challenges: OneUse<{ readonly user?: string }>;

  constructor(context: AccessContext) {
    this.#context = context;
    this.#challenges = new OneUse(context.clock);
  }

  /** What a browser needs to make a passkey. */
  async beginRegistration(user: KnownUser, origin: string) {
    await refuseForeignAccount(this.#context, user.id);
    refuseAddress(origin);
    const options = await generateRegistrationOptions({
      ...{ rpName: "Calypso", rpID: new URL(origin).hostname },
      ...{ userName: user.name, userDisplayName: user.name, userID: new TextEncoder().encode(user.id) },
      excludeCredentials: (await this.of(user.id)).map(({ id }) => ({ id })),
      // Found without a name, so that nobody learns from signing in who has one.
      authenticatorSelection: { residentKey: "required", userVerification: "required" },
    });
    this.#challenges.put(options.challenge, { user: user.id });
    return options;
  }

  /** Keeps the passkey that a browser has made for the user. */
  async register(user: KnownUser, origin: string, name: string, response: unknown): Promise<PasskeySummary> {
    const { state, clock } = this.#context;
    const verified = await verifyRegistrationResponse({
      // What is not of this form is refused in there.
      response: response as RegistrationResponse,
      expectedChallenge: (challenge) => this.#challenges.take(challenge)?.user === user.id,
      ...{ expectedOrigin: origin, expectedRPID: new URL(origin).hostname, requireUserVerification: true },
    }).catch(unacceptable);
    if (!verified.verified) return unacceptable(undefined);
    const { id, publicKey, counter, transports = [] } = verified.registrationInfo.credential;
    const createdAt = clock();
    const { numInsertedOrUpdatedRows } = await state.db
      .insertInto("passkeys")
      .values({
        ...{ id, user_id: user.id, name, counter: BigInt(counter), created_at: createdAt, last_used_at: null },
        ...{ public_key: Buffer.from(publicKey).toString("base64url"), transports: JSON.stringify(transports) },
      })
      .onConflict((conflict) => conflict.column("id").doNothing())
      .executeTakeFirst();
    if (numInsertedOrUpdatedRows === 0n) throw new Failure("access-refused", "this passkey is registered already");
    return { id, name, createdAt, lastUsedAt: null };
  }

  /** What a browser needs to sign in with any passkey that it has for this service. */
  async beginSignIn(origin: string) {
    refuseAddress(origin);
    const rpID = new URL(origin).hostname;
    const options = await generateAuthenticationOptions({ rpID, userVerification: "required" });
    this.#challenges.put(options.challenge, {});
    return options;
  }

  /** The user whose passkey has signed a challenge of ours, and whose passkey it was if it was anybody's. */
  async userBy(origin: string, response: unknown): Promise<{ readonly user?: KnownUser; readonly known?: KnownUser }> {
    const { state, clock } = this.#context;
    // What is not of this form is refused below.
    const given = response as AuthenticationResponse;
    const found = await state.db
      .selectFrom("passkeys")
      .innerJoin("users", "users.id", "passkeys.user_id")
      .select(["passkeys.id", "public_key", "counter", "users.id as user_id", "users.name", "role", "disabled_at"])
      .where("passkeys.id", "=", given.id)
      .executeTakeFirst();
    if (found === undefined) return {};
    const { id, counter } = found;
    const known = { id: found.user_id, name: found.name, role: found.role };
    const publicKey = new Uint8Array(Buffer.from(found.public_key, "base64url"));
    const verified = await verifyAuthenticationResponse({
      response: given,
      expectedChallenge: (challenge) => {
        const asked = this.#challenges.take(challenge);
        return asked !== undefined && asked.user === undefined;
      },
      ...{ expectedOrigin: origin, expectedRPID: new URL(origin).hostname, requireUserVerification: true },
      credential: { id, publicKey, counter: Number(counter) },
    }).catch(() => undefined);
    if (verified?.verified !== true || found.disabled_at !== null) return { known };
    // Two answers at once with the same count are one too many.
    const { numUpdatedRows } = await state.db
      .updateTable("passkeys")
      .set({ counter: BigInt(verified.authenticationInfo.newCounter), last_used_at: clock() })
      .where("id", "=", id)
      .where("counter", "=", counter)
      .executeTakeFirst();
    return numUpdatedRows === 0n ? { known } : { user: known, known };
  }

  /** The passkeys of a user, the newest first. */
  async of(user: string): Promise<readonly PasskeySummary[]> {
    const rows = await this.#context.state.db
      .selectFrom("passkeys")
      .select(["id", "name", "created_at", "last_used_at"])
      .where("user_id", "=", user)
      .orderBy("created_at", "desc")
      .execute();
    return rows.map(({ id, name, created_at, last_used_at }) => ({
      ...{ id, name, createdAt: created_at, lastUsedAt: last_used_at },
    }));
  }

  /** Forgets a passkey of a user. */
  async remove(user: string, id: string): Promise<void> {
    const { numDeletedRows } = await this.#context.state.db
      .deleteFrom("passkeys")
      .where("id", "=", id)
      .where("user_id", "=", user)
      .executeTakeFirst();
    if (numDeletedRows === 0n) throw new Failure("access-unknown", `there is no passkey ${id}`);
  }
}

function refuseAddress(origin: string): void {
  if (takesPasskeys(origin)) return;
  throw new Failure("access-refused", `passkeys work for names, and this service was opened as ${origin}`, {
    hint: "open it as localhost, or by its public name",
  });
}

function unacceptable(cause: unknown): never {
  throw new Failure("access-refused", "the passkey could not be registered", {
    ...(cause === undefined ? {} : { cause }),
    hint: "try again: a request to register one is good for five minutes, and once",
  });
}

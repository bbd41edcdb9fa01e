import { Attempts } from "./attempts.js";
import type { AccessContext } from "./context.js";
import { OpenIdSignIn } from "./openid.js";
import { Passkeys } from "./passkeys.js";
import type { AccessSettings } from "./settings.js";
import { hasUsers } from "./users.js";

/** Who may use a service, as long as it runs. */
export class Access {
  readonly context: AccessContext;
  readonly settings: AccessSettings;
  readonly attempts: Attempts;
  readonly passkeys: Passkeys;
  readonly openId: OpenIdSignIn;
  readonly #listeners = new Set<() => void>();
  #needed = false;
  /** The last look whether there are users. */
  #look: { readonly at: number; readonly found: Promise<boolean> } | undefined;

  constructor(context: Omit<AccessContext, "lessened">, settings: AccessSettings) {
    this.settings = settings;
    this.context = {
      ...context,
      lessened: () => {
        this.#look = undefined;
        for (const listener of this.#listeners) listener();
      },
    };
    this.attempts = new Attempts(context.clock);
    this.passkeys = new Passkeys(this.context);
    this.openId = new OpenIdSignIn(this.context, settings.providers);
  }

  /** Whether everybody has to sign in: as soon as there is a user or a provider, and from then on. */
  async isNeeded(): Promise<boolean> {
    this.#needed ||= this.settings.providers.length > 0 || (await this.#hasUsers());
    return this.#needed;
  }

  /** Another process may add the first user: it is looked for once a second at most. */
  #hasUsers(): Promise<boolean> {
    const now = this.context.clock().getTime();
    if (this.#look === undefined || Math.abs(now - this.#look.at) >= 1000) {
      const found = hasUsers(this.context);
      this.#look = { at: now, found };
      // What could not be looked at is looked at again.
      found.catch(() => {
        this.#look = undefined;
      });
    }
    return this.#look.found;
  }

  /** Calls a function whenever somebody may less than before; gives how to end that. */
  onLessened(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }
}

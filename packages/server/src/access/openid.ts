import { mayDo, type Role } from "@calypso/contract";
import * as oidc from "openid-client";
import { Failure } from "../store/failures.js";
import { type AccessContext, digestOf, type KnownUser } from "./context.js";
import { OneUse } from "./one-use.js";
import { providersUser } from "./provider-users.js";
import type { ProviderSettings } from "./settings.js";

/** A sign-in that has left for a provider and has not come back. */
interface Underway {
  readonly provider: ProviderSettings;
  readonly configuration: oidc.Configuration;
  readonly redirectUri: string;
  readonly verifier: string;
  readonly state: string;
  readonly nonce: string;
  /** The path of the application to go to then. */
  readonly returnTo: string;
}

/** Why somebody whom a provider sent back is not signed in; the reason is one of a few, and none of the provider's words. */
export class SignInRefused extends Error {
  override readonly name = "SignInRefused";
  readonly reason: SignInRefusal;
  /** As whom the provider knows them, where that is sure. */
  readonly userName: string;

  constructor(reason: SignInRefusal, options: { readonly userName?: string; readonly cause?: unknown } = {}) {
    super(reason, { cause: options.cause });
    this.reason = reason;
    this.userName = options.userName ?? "";
  }
}

/** `unfinished`: not begun in this browser, or begun too long ago. `no-role`: none of the user's claims gives a role. */
export type SignInRefusal = "unfinished" | "not-vouched" | "no-role" | "name-taken" | "disabled";

/** Signs in with providers of OpenID Connect: the authorization code flow with PKCE, state and nonce, bound to the browser that began. */
export class OpenIdSignIn {
  readonly #context: AccessContext;
  readonly #providers: readonly ProviderSettings[];
  readonly #found = new Map<string, Promise<oidc.Configuration>>();
  readonly #underway: OneUse<Underway>;

  constructor(context: AccessContext, providers: readonly ProviderSettings[]) {
    this.#context = context;
    this.#providers = providers;
    this.#underway = new OneUse(context.clock);
  }

  /** Where the browser has to go, and the secret that it has to bring back in a cookie. */
  async begin(
    id: string,
    redirectUri: string,
    returnTo: string,
  ): Promise<{ readonly url: string; readonly secret: string }> {
    const provider = this.#providers.find((one) => one.id === id);
    if (provider === undefined) throw new Failure("access-unknown", `there is no provider ${id}`);
    const configuration = await this.#configuration(provider);
    const verifier = oidc.randomPKCECodeVerifier();
    const [state, nonce, secret] = [oidc.randomState(), oidc.randomNonce(), this.#context.secrets()];
    const url = oidc.buildAuthorizationUrl(configuration, {
      ...{ redirect_uri: redirectUri, scope: provider.scope, state, nonce },
      ...{ code_challenge: await oidc.calculatePKCECodeChallenge(verifier), code_challenge_method: "S256" },
    });
    const underway = { provider, configuration, redirectUri, verifier, state, nonce, returnTo };
    this.#underway.put(digestOf(secret), underway);
    return { url: url.href, secret };
  }

  /** The user for whom a provider vouches, made at the first time; throws `SignInRefused`. */
  async finish(
    id: string,
    search: string,
    secret: string | undefined,
  ): Promise<{ readonly user: KnownUser; readonly returnTo: string }> {
    const underway = secret === undefined ? undefined : this.#underway.take(digestOf(secret));
    if (underway === undefined || underway.provider.id !== id) throw new SignInRefused("unfinished");
    const { provider, configuration, redirectUri, returnTo } = underway;
    const tokens = await oidc
      .authorizationCodeGrant(configuration, new URL(`${redirectUri}${search}`), {
        ...{ pkceCodeVerifier: underway.verifier, expectedState: underway.state, expectedNonce: underway.nonce },
        idTokenExpected: true,
      })
      .catch((cause: unknown) => {
        throw new SignInRefused("not-vouched", { cause });
      });
    const claims = await claimsOf(configuration, tokens, provider);
    const name = nameIn(claims, provider.nameClaim);
    const role = roleIn(claims[provider.roleClaim], provider.roles);
    if (role === undefined) throw new SignInRefused("no-role", { userName: name });
    const identity = { provider: provider.id, subject: `${claims.iss} ${claims.sub}`, name, role };
    const found = await providersUser(this.#context, identity);
    if ("refused" in found) throw new SignInRefused(found.refused, { userName: name });
    return { user: found.user, returnTo };
  }

  /** What the provider says of itself; asked for once, and again after a failure. */
  #configuration(provider: ProviderSettings): Promise<oidc.Configuration> {
    const { id, issuer, clientId, clientSecret } = provider;
    const found = this.#found.get(id) ?? discover(issuer, clientId, clientSecret);
    this.#found.set(id, found);
    return found.catch((cause: unknown) => {
      this.#found.delete(id);
      throw new Failure("access-unusable", `${provider.label} does not say how to sign in there`, {
        cause,
        hint: "the service has to reach the provider, and `issuer` has to be its address",
      });
    });
  }
}

function discover(issuer: string, clientId: string, clientSecret: string): Promise<oidc.Configuration> {
  const url = new URL(issuer);
  // By itself the library trusts a token that comes by TLS, whoever has signed it.
  const checks = [oidc.enableNonRepudiationChecks];
  // The settings let only this machine's own names go without encryption.
  const execute = url.protocol === "http:" ? [...checks, oidc.allowInsecureRequests] : checks;
  return oidc.discovery(url, clientId, clientSecret, undefined, { execute, timeout: 10 });
}

type Tokens = Awaited<ReturnType<typeof oidc.authorizationCodeGrant>>;

/** What the provider says of the user: in the ID token, and where name or role is not in there, when it is asked for them. */
async function claimsOf(configuration: oidc.Configuration, tokens: Tokens, { nameClaim, roleClaim }: ProviderSettings) {
  const claims = tokens.claims();
  if (claims === undefined) throw new SignInRefused("not-vouched");
  const isWhole = claims[nameClaim] !== undefined && claims[roleClaim] !== undefined;
  if (isWhole || configuration.serverMetadata().userinfo_endpoint === undefined) return claims;
  const more = await oidc.fetchUserInfo(configuration, tokens.access_token, claims.sub).catch(() => ({}));
  return { ...more, ...claims };
}

/** The highest of the roles that a claim of one or many texts gives. */
export function roleIn(claim: unknown, given: Readonly<Record<string, Role>>): Role | undefined {
  const texts = (Array.isArray(claim) ? claim : [claim]).filter((one) => typeof one === "string");
  const found = texts.flatMap((text) => (Object.hasOwn(given, text) ? [given[text]] : []));
  return found.reduce(
    (best, role) => (best === undefined || (role !== undefined && mayDo(role, best)) ? role : best),
    undefined,
  );
}

/** A name that can be shown, without characters that are not seen. */
function nameIn(claims: oidc.IDToken, claim: string): string {
  const [name] = [claims[claim], claims["email"], claims.sub].filter((one) => typeof one === "string" && one !== "");
  return String(name)
    .replace(/[\p{C}\p{Zl}\p{Zp}]/gu, "")
    .trim()
    .slice(0, 100);
}

import { isIP } from "node:net";
import { type Role, roles } from "@calypso/contract";
import { Failure } from "../store/failures.js";
import type { Lifetimes } from "./sessions.js";

/** A provider of accounts that speaks OpenID Connect. */
export interface ProviderSettings {
  /** In addresses and in the audit log. */
  readonly id: string;
  /** On the button. */
  readonly label: string;
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly scope: string;
  /** The claim that holds the user's name. */
  readonly nameClaim: string;
  /** The claim that holds one or many texts, and what each of them lets its user do; who has none of them is refused. */
  readonly roleClaim: string;
  readonly roles: Readonly<Record<string, Role>>;
}

/** How the service is reached and who signs in how. */
export interface AccessSettings {
  /** Under which origin browsers reach the service: `https://calypso.contoso.example`; this machine's own names alone where absent. */
  readonly origin?: string;
  /** The addresses of proxies in front, which are believed about where a request comes from. */
  readonly proxies: readonly string[];
  readonly lifetimes: Lifetimes;
  readonly providers: readonly ProviderSettings[];
}

/** Where nothing is said. */
export const usualSettings: AccessSettings = {
  proxies: [],
  lifetimes: { session: 12 * 3600, idle: 3600 },
  providers: [],
};

/** What is outside of the settings' own text. */
export interface SettingsSources {
  /** The file that they stand in, for messages. */
  readonly path: string;
  readonly environment: (name: string) => string | undefined;
  /** The text of a file, by a path from the folder of the settings' file; throws where there is none. */
  readonly file: (path: string) => string;
}

/** Reads `access` of `calypso.json`; anything that is not of the documented form is refused, as a lock that is half closed is open. */
export function readAccessSettings(written: unknown, sources: SettingsSources): AccessSettings {
  const fields = new Fields(written, "access", sources);
  const origin = fields.text("origin", undefined);
  const session = fields.inner("sessions");
  const settings = {
    ...(origin === undefined ? {} : { origin: publicOrigin(origin) }),
    proxies: fields.texts("proxies"),
    lifetimes: {
      session: session.number("hours", 12, 24 * 30) * 3600,
      idle: session.number("idleMinutes", 60, 24 * 60 * 30) * 60,
    },
    providers: fields.list("openid").map((one) => provider(one, sources)),
  };
  session.end();
  fields.end();
  for (const proxy of settings.proxies) {
    if (isIP(proxy.replace(/\/\d{1,3}$/, "")) === 0) fields.fail(`${proxy} is not an address or a range of addresses`);
  }
  const ids = settings.providers.map(({ id }) => id);
  if (new Set(ids).size < ids.length) fields.fail("two providers have the same id");
  return settings;
}

/** The origin of an address under which browsers reach the service; passwords cross no network in clear text. */
export function publicOrigin(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol) || `${url.origin}${url.pathname}` !== `${url.origin}/`) {
    throw new Failure("access-unusable", `${text} is not an origin such as https://calypso.contoso.example`);
  }
  if (url.search !== "" || url.hash !== "" || url.username !== "") {
    throw new Failure("access-unusable", `${text} is more than an origin`);
  }
  if (url.protocol === "http:" && !isLocalName(url.hostname)) {
    throw new Failure(
      "access-unusable",
      `${text} is not encrypted, and passwords would cross the network in clear text`,
      {
        hint: "let a proxy that speaks https stand in front, and give its address",
      },
    );
  }
  return url.origin;
}

/** Whether a host is a name that every machine gives to itself. */
export function isLocalName(hostname: string): boolean {
  return /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(hostname);
}

function provider(fields: Fields, { environment, file }: SettingsSources): ProviderSettings {
  const id = fields.text("id");
  if (!/^[a-z][a-z0-9-]{0,30}$/.test(id)) fields.fail("`id` has small letters, digits and hyphens");
  if (["password", "passkey", "set-up"].includes(id)) fields.fail(`\`id\` cannot be ${id}`);
  const issuer = fields.text("issuer");
  const url = URL.canParse(issuer) ? new URL(issuer) : undefined;
  if (url?.protocol !== "https:" && !(url?.protocol === "http:" && isLocalName(url.hostname))) {
    fields.fail("`issuer` is the https address of the provider");
  }
  const variable = fields.text("clientSecretVariable", "");
  const path = fields.text("clientSecretFile", "");
  if ((variable === "") === (path === "")) {
    fields.fail("say where the client secret is: `clientSecretFile` or `clientSecretVariable`");
  }
  const given = fields.inner("roles");
  const settings = {
    ...{ id, label: fields.text("label", id), issuer, clientId: fields.text("clientId") },
    clientSecret: variable === "" ? secretIn(fields, path, file) : (environment(variable) ?? ""),
    scope: fields.text("scope", "openid profile email"),
    ...{ nameClaim: fields.text("nameClaim", "preferred_username"), roleClaim: fields.text("roleClaim", "roles") },
    roles: given.rest(
      (value) => roles.find((role) => role === value) ?? given.fail(`the roles are ${roles.join(", ")}`),
    ),
  };
  if (settings.clientSecret === "") fields.fail(`the client secret is not in ${variable || path}`);
  if (Object.keys(settings.roles).length === 0) fields.fail("`roles` lets nobody in: say which claims give which role");
  fields.end();
  return settings;
}

function secretIn(fields: Fields, path: string, file: (path: string) => string): string {
  try {
    return file(path).trim();
  } catch {
    return fields.fail(`${path} cannot be read`);
  }
}

/** An object of the settings, field by field; what is left over at the end is refused. */
class Fields {
  readonly #value: Readonly<Record<string, unknown>>;
  readonly #place: string;
  readonly #sources: SettingsSources;
  readonly #left: Set<string>;

  constructor(value: unknown, place: string, sources: SettingsSources) {
    this.#place = place;
    this.#sources = sources;
    if (typeof value !== "object" || value === null || Array.isArray(value)) this.fail("has to be an object");
    this.#value = { ...value };
    this.#left = new Set(Object.keys(this.#value));
  }

  fail(why: string): never {
    throw new Failure("access-unusable", `${this.#sources.path}: ${this.#place}: ${why}`);
  }

  end(): void {
    for (const name of this.#left) this.fail(`there is no setting \`${name}\``);
  }

  text(name: string): string;
  text<Otherwise extends string | undefined>(name: string, otherwise: Otherwise): string | Otherwise;
  text(name: string, ...otherwise: readonly (string | undefined)[]): string | undefined {
    const value = this.#take(name);
    if (value === undefined && otherwise.length > 0) return otherwise[0];
    return typeof value === "string" && value !== "" ? value : this.fail(`\`${name}\` has to be a text`);
  }

  number(name: string, otherwise: number, most: number): number {
    const value = this.#take(name) ?? otherwise;
    return typeof value === "number" && value > 0 && value <= most
      ? value
      : this.fail(`\`${name}\` has to be a number up to ${most}`);
  }

  texts(name: string): readonly string[] {
    return this.#array(name).map((one) => (typeof one === "string" ? one : this.fail(`\`${name}\` has to be texts`)));
  }

  list(name: string): readonly Fields[] {
    return this.#array(name).map((one, index) => new Fields(one, `${this.#place}.${name}[${index}]`, this.#sources));
  }

  inner(name: string): Fields {
    return new Fields(this.#take(name) ?? {}, `${this.#place}.${name}`, this.#sources);
  }

  /** Every field, whatever it is called. */
  rest<Value>(read: (value: unknown) => Value): Readonly<Record<string, Value>> {
    return Object.fromEntries(Object.entries(this.#value).map(([name, value]) => [name, read(value)]));
  }

  #array(name: string): readonly unknown[] {
    const value = this.#take(name) ?? [];
    return Array.isArray(value) ? value : this.fail(`\`${name}\` has to be a list`);
  }

  #take(name: string): unknown {
    this.#left.delete(name);
    return Object.hasOwn(this.#value, name) ? this.#value[name] : undefined;
  }
}

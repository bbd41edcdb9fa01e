import { createWriteStream } from "node:fs";
import { readFile } from "node:fs/promises";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { withoutQuery } from "../../store/external-files.js";
import { Failure } from "../../store/failures.js";

/** How a TAXII server knows who asks. */
export type Credentials =
  | { readonly kind: "bearer"; readonly token: string }
  | { readonly kind: "basic"; readonly user: string; readonly password: string };

/** What the client takes from outside, and its bounds. */
export interface TaxiiOptions {
  /** Hosts that may be asked. */
  readonly hosts: readonly string[];
  readonly credentials?: Credentials;
  readonly signal: AbortSignal;
  readonly now: () => Date;
  /** Waits so many milliseconds, or until the signal fires. */
  readonly rest: (milliseconds: number, signal: AbortSignal) => Promise<void>;
  readonly limits: TaxiiLimits;
}

/** Bounds on one pull. */
export interface TaxiiLimits {
  /** Of one answer. */
  readonly maxBytes: number;
  /** Of one answer. */
  readonly maxSeconds: number;
  /** The longest that a server may ask to be left alone. */
  readonly maxRestSeconds: number;
  readonly maxPages: number;
}

/** An answer of JSON, and the header that says when the last of its objects was added. */
export interface Answer {
  readonly body: unknown;
  readonly addedLast: string | undefined;
  readonly date: string | undefined;
}

/** Asks TAXII 2.1 servers: only on hosts that are allowed, encrypted beyond this machine, patient where they are busy. */
export class TaxiiClient {
  readonly #options: TaxiiOptions;
  readonly #hosts: ReadonlySet<string>;
  readonly #known: string;

  /** `known` is the address that the credentials are for: no other host gets them, wherever an answer leads. */
  constructor(options: TaxiiOptions, known: URL) {
    this.#options = options;
    this.#known = known.origin;
    this.#hosts = new Set(options.hosts.map((host) => host.toLowerCase()));
  }

  /** Gets an answer into a file, and reads it. */
  async get(url: URL, path: string): Promise<Answer> {
    assertAllowed(url, this.#hosts);
    for (let attempt = 0; ; attempt += 1) {
      const response = await this.#ask(url);
      if ((response.status === 429 || response.status === 503) && attempt < attempts) {
        await response.body?.cancel();
        await this.#rest(response, attempt);
        continue;
      }
      if (response.status !== 200) {
        await response.body?.cancel();
        throw refusal(url, response);
      }
      return this.#read(url, response, path);
    }
  }

  async #ask(url: URL): Promise<Response> {
    const { credentials, limits, signal } = this.#options;
    const timeout = AbortSignal.timeout(limits.maxSeconds * 1000);
    const headers = {
      accept: "application/taxii+json;version=2.1",
      ...(credentials === undefined || url.origin !== this.#known ? {} : { authorization: authorization(credentials) }),
    };
    try {
      return await fetch(url, { headers, redirect: "manual", signal: AbortSignal.any([signal, timeout]) });
    } catch (cause) {
      throw this.#unreadable(url, cause);
    }
  }

  async #read(url: URL, response: Response, path: string): Promise<Answer> {
    const { maxBytes } = this.#options.limits;
    if (response.body === null) throw unreadable(url, "answered without a body");
    try {
      await pipeline(Readable.fromWeb(response.body), atMost(maxBytes, url), createWriteStream(path));
    } catch (cause) {
      throw this.#unreadable(url, cause);
    }
    const header = (name: string) => response.headers.get(name) ?? undefined;
    let body: unknown;
    try {
      body = JSON.parse(await readFile(path, "utf8"));
    } catch {
      throw unreadable(url, "answered with what is no JSON");
    }
    return { body, addedLast: header("x-taxii-date-added-last"), date: header("date") };
  }

  /** Waits as long as the server asks for, or twice as long each time. */
  async #rest(response: Response, attempt: number): Promise<void> {
    const { now, rest, signal, limits } = this.#options;
    const asked = response.headers.get("retry-after");
    const seconds = asked === null ? 2 ** attempt : secondsOf(asked, now());
    if (seconds === undefined || seconds > limits.maxRestSeconds) {
      const wish = `asks to be left alone for ${seconds === undefined ? "a time that it does not say" : `${Math.ceil(seconds)} s`}`;
      throw unreadable(new URL(response.url), `${wish}, more than ${limits.maxRestSeconds} s`);
    }
    await rest(seconds * 1000, signal);
    if (signal.aborted) throw new Failure("query-cancelled", "the pull was stopped");
  }

  #unreadable(url: URL, cause: unknown): Failure {
    if (cause instanceof Failure) return cause;
    if (this.#options.signal.aborted) return new Failure("query-cancelled", "the pull was stopped");
    const late = cause instanceof Error && cause.name === "TimeoutError";
    return unreadable(url, late ? `did not answer within ${this.#options.limits.maxSeconds} s` : "cannot be reached");
  }
}

const attempts = 5;

/** `Retry-After` in seconds: a number of them, or a date. */
function secondsOf(text: string, now: Date): number | undefined {
  if (/^\d{1,9}$/.test(text.trim())) return Number(text);
  const at = Date.parse(text);
  return Number.isNaN(at) ? undefined : Math.max(0, (at - now.getTime()) / 1000);
}

function authorization(credentials: Credentials): string {
  if (credentials.kind === "bearer") return `Bearer ${credentials.token}`;
  return `Basic ${Buffer.from(`${credentials.user}:${credentials.password}`).toString("base64")}`;
}

function refusal(url: URL, response: Response): Failure {
  if (response.status === 401 || response.status === 403) {
    const hint = "give CALYPSO_TAXII_TOKEN, or CALYPSO_TAXII_USER and CALYPSO_TAXII_PASSWORD, or --credentials FILE";
    return new Failure(
      "external-unreadable",
      `${withoutQuery(url.href)} refuses who asks (status ${response.status})`,
      { hint },
    );
  }
  // Credentials must not follow a redirect to wherever it leads.
  const where = response.status >= 300 && response.status <= 399 ? response.headers.get("location") : null;
  if (where !== null) return unreadable(url, `has moved to ${withoutQuery(where)}; pull from there`);
  return unreadable(url, `answered with status ${response.status}`);
}

function assertAllowed(url: URL, hosts: ReadonlySet<string>): void {
  const shown = withoutQuery(url.href);
  if (url.username !== "" || url.password !== "") {
    throw new Failure("external-forbidden", `${shown}: credentials in an address are seen by others on this machine`, {
      hint: "give them in the environment, or with --credentials FILE",
    });
  }
  const isLocal = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(url.hostname);
  if (url.protocol !== "https:" && !(url.protocol === "http:" && isLocal))
    throw new Failure("external-forbidden", `${shown} has to be asked by https`);
  if (hosts.has(url.host.toLowerCase()) || hosts.has(url.hostname.toLowerCase())) return;
  throw new Failure("external-forbidden", `${shown} is not on a host that this workspace allows`, {
    hint: `allow it with --allow-host ${url.hostname}, or in the workspace's calypso.json`,
  });
}

function unreadable(url: URL, reason: string): Failure {
  return new Failure("external-unreadable", `${withoutQuery(url.href)} ${reason}`);
}

function atMost(maxBytes: number, url: URL) {
  return async function* (chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    let bytes = 0;
    for await (const chunk of chunks) {
      bytes += chunk.length;
      if (bytes > maxBytes) throw unreadable(url, `answered with more than ${maxBytes} bytes`);
      yield chunk;
    }
  };
}

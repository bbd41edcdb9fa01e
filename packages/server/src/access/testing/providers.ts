import { spawn } from "node:child_process";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from "jose";

/** A provider that runs, and its issuer. */
export interface RunningProvider {
  readonly issuer: string;
  close(): Promise<void>;
}

/** A provider as others write them, in a process of its own. */
export async function realProvider(redirectUri: string): Promise<RunningProvider> {
  const program = fileURLToPath(new URL("provider.mjs", import.meta.url));
  const running = spawn(process.execPath, [program, redirectUri], { stdio: ["pipe", "pipe", "ignore"] });
  const ended = new Promise<void>((resolve) => running.once("exit", () => resolve()));
  const issuer = await new Promise<string>((resolve, reject) => {
    createInterface(running.stdout).on("line", (line) => {
      if (line.startsWith("issuer ")) resolve(line.slice("issuer ".length));
    });
    void ended.then(() => reject(new Error("the provider ended")));
  });
  return {
    issuer,
    close: async () => {
      running.stdin.end();
      await ended;
    },
  };
}

/** What an untrue provider says next. */
export interface Said {
  readonly claims: JWTPayload;
  /** Signs with a key that the provider does not publish. */
  readonly otherKey?: boolean;
  /** Is not signed at all. */
  readonly unsigned?: boolean;
}

/** A provider whose tokens say whatever a test wants them to say. */
export async function sayingProvider(): Promise<RunningProvider & { say(said: Said): void }> {
  const [own, other] = [await generateKeyPair("RS256"), await generateKeyPair("RS256")];
  const jwk = { ...(await exportJWK(own.publicKey)), kid: "k", alg: "RS256", use: "sig" };
  let next: Said = { claims: {} };
  let issuer = "";
  const token = async ({ claims, otherKey = false, unsigned = false }: Said) => {
    if (unsigned) {
      const parts = [{ alg: "none" }, claims].map((part) => Buffer.from(JSON.stringify(part)).toString("base64url"));
      return `${parts.join(".")}.`;
    }
    const key = otherKey ? other.privateKey : own.privateKey;
    return new SignJWT(claims).setProtectedHeader({ alg: "RS256", kid: "k" }).sign(key);
  };
  const server = createServer(async ({ url = "" }, response) => {
    const answers: Readonly<Record<string, unknown>> = {
      "/.well-known/openid-configuration": {
        ...{ issuer, jwks_uri: `${issuer}/keys`, token_endpoint: `${issuer}/token` },
        ...{ authorization_endpoint: `${issuer}/authorize`, response_types_supported: ["code"] },
        ...{ subject_types_supported: ["public"], id_token_signing_alg_values_supported: ["RS256"] },
      },
      "/keys": { keys: [jwk] },
      "/token": { access_token: "a", token_type: "Bearer", id_token: await token(next) },
    };
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify(answers[url] ?? {}));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  // A server that listens on a port has an address of this form.
  issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    issuer,
    say: (said) => {
      next = said;
    },
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

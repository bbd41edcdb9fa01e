import { isIP } from "node:net";
import type { Access } from "../access/access.js";
import { isLocalName } from "../access/settings.js";
import { Failure } from "../store/failures.js";
import { whoAsks } from "./access/who-asks.js";
import { pagesFolder } from "./pages.js";
import type { Served } from "./served.js";
import { httpServer } from "./server.js";

/** Where to listen. */
export interface Listening {
  readonly host: string;
  /** 0 for any free one. */
  readonly port: number;
  readonly signal: AbortSignal;
  readonly fault: (error: unknown) => void;
}

/** A server that listens. */
export interface Listener {
  /** The address to open. */
  readonly address: string;
  /** Fulfilled when the last request has ended, after the signal. */
  readonly ended: Promise<void>;
}

/** Listens until the signal fires. */
export async function listen(served: Served, { host, port, signal, fault }: Listening): Promise<Listener> {
  const { access } = served;
  const { origin } = access.settings;
  if (!isLoopback(host)) await refuseOpenDoor(access, host);
  else if (origin !== undefined && !isLocalName(new URL(origin).hostname)) await refuseOpenDoor(access, origin);
  const app = httpServer(served, { userOf: whoAsks(access), pages: pagesFolder(), fault });
  const ended = new Promise<void>((resolve) => {
    signal.addEventListener("abort", () => void app.close().then(resolve, resolve), { once: true });
  });
  try {
    return { address: await app.listen({ host, port }), ended };
  } catch (cause) {
    const used = cause instanceof Error && "code" in cause && cause.code === "EADDRINUSE";
    throw new Failure("listen-refused", `${host}:${port} ${used ? "is in use" : "cannot be listened on"}`, {
      cause,
      hint: "choose another port with --port",
    });
  }
}

/** Other machines are answered only where everybody signs in, under a name that no other site can take. */
async function refuseOpenDoor(access: Access, host: string): Promise<void> {
  if (!(await access.isNeeded())) {
    throw new Failure("listen-refused", `${host} can be reached from other machines, and nobody has to sign in here`, {
      hint: "add a user with `calypso users add NAME --role admin`, or listen on 127.0.0.1",
    });
  }
  if (access.settings.origin === undefined) {
    throw new Failure("listen-refused", `${host} can be reached from other machines, by whatever name`, {
      hint: "say under which name browsers reach it: --name https://calypso.contoso.example",
    });
  }
}

function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || (isIP(host) === 4 && host.startsWith("127."));
}

import { isIP } from "node:net";
import { Failure } from "../store/failures.js";
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

/** The user of a service that only this machine reaches, while nobody has set up accounts. */
const local = { id: "local", name: "local user", role: "admin" } as const;

/** Listens until the signal fires, and gives the address to open. */
export async function listen(served: Served, { host, port, signal, fault }: Listening): Promise<string> {
  if (!isLoopback(host)) {
    throw new Failure("listen-refused", `${host} can be reached from other machines, and nobody has to sign in here`, {
      hint: "listen on 127.0.0.1",
    });
  }
  const app = httpServer(served, { userOf: async () => local, pages: pagesFolder(), fault });
  signal.addEventListener("abort", () => void app.close(), { once: true });
  try {
    return await app.listen({ host, port });
  } catch (cause) {
    const used = cause instanceof Error && "code" in cause && cause.code === "EADDRINUSE";
    throw new Failure("listen-refused", `${host}:${port} ${used ? "is in use" : "cannot be listened on"}`, {
      cause,
      hint: "choose another port with --port",
    });
  }
}

function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || (isIP(host) === 4 && host.startsWith("127."));
}

import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import fastifyStatic from "@fastify/static";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";

/** The folder of the built web application; nothing where it has not been built. */
export function pagesFolder(): string | undefined {
  const folder = fileURLToPath(new URL("../../../web/dist", import.meta.url));
  return existsSync(join(folder, "index.html")) ? folder : undefined;
}

/** Serves the files of the web application, compressed as they were beforehand. */
export function servePages(app: FastifyInstance, folder: string): void {
  void app.register(fastifyStatic, {
    root: folder,
    preCompressed: true,
    cacheControl: false,
    setHeaders: (response, path) => {
      // The names of assets hold what is in them; the page itself names those of today.
      const named = path.startsWith(join(folder, "assets"));
      response.setHeader("cache-control", named ? "public, max-age=31536000, immutable" : "no-cache");
    },
  });
}

/**
 * Whether somebody opens a page: every path that is no file and not of the API is one, and the application knows which there are. Files
 * have their names at the top or among the assets; further down, names of what pages are about have dots too: `/catalogue/techniques/T1078.004`.
 */
export function opensPage({ method, url, headers }: FastifyRequest): boolean {
  const [path = ""] = url.split("?");
  if ((method !== "GET" && method !== "HEAD") || path === "/api" || path.startsWith("/api/")) return false;
  const isFile = path.startsWith("/assets/") || /^\/[^/]*\.[^/]*$/.test(path);
  return !isFile && headers.accept?.includes("text/html") === true;
}

/** The application, which shows the page that the address names. */
export function sendPage(reply: FastifyReply): FastifyReply {
  return reply.sendFile("index.html");
}

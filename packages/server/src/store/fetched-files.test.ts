import { existsSync, readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { filesOfHosts } from "./fetched-files.js";
import { failureOf } from "./testing/temporary-store.js";

let server: Server;
let base: string;

beforeAll(async () => {
  server = createServer((request, response) => {
    if (request.url === "/away") response.writeHead(302, { location: "http://127.0.0.2/ranges.json" }).end();
    else if (request.url === "/near") response.writeHead(302, { location: "/ranges.json" }).end();
    else if (request.url === "/slow.json") response.write("[");
    else if (request.url?.startsWith("/ranges.json")) response.end("[1,2,3]");
    else response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  // The server listens on a port, not on a pipe, so that its address is an object.
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const limits = { maxBytes: 1000, maxSeconds: 10 };

describe("a remote file", () => {
  test("comes from a host on the list, and is removed after use", async () => {
    for (const url of [`${base}/ranges.json?sig=1;secret`, `${base}/near`]) {
      const file = await filesOfHosts(["127.0.0.1"], limits)(url);
      expect(readFileSync(file.path, "utf8")).toBe("[1,2,3]");
      await file.dispose();
      expect(existsSync(file.path)).toBe(false);
    }
  });

  test("is refused from any other host, also after a redirect, and from a local path", async () => {
    const refused = { code: "external-forbidden" };
    expect(await failureOf(filesOfHosts([], limits)(`${base}/ranges.json`))).toMatchObject(refused);
    expect(await failureOf(filesOfHosts(["127.0.0.1"], limits)(`${base}/away`))).toMatchObject(refused);
    expect(await failureOf(filesOfHosts(["127.0.0.1"], limits)("file:///etc/hostname"))).toMatchObject(refused);
    expect(await failureOf(filesOfHosts(["127.0.0.1"], limits)("not an address"))).toMatchObject(refused);
  });

  test("is refused where it is too large, too late or not there", async () => {
    const fetching = (path: string, changes: Partial<typeof limits>) =>
      failureOf(filesOfHosts(["127.0.0.1"], { ...limits, ...changes })(`${base}${path}`));
    expect((await fetching("/ranges.json", { maxBytes: 3 })).message).toContain("is larger than 3 bytes");
    expect((await fetching("/slow.json", { maxSeconds: 0.2 })).message).toContain("did not arrive within 0.2 s");
    expect((await fetching("/none.json", {})).message).toContain("answered with status 404");
  });
});

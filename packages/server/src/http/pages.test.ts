import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Fastify from "fastify";
import { afterAll, expect, test } from "vitest";
import { opensPage, sendPage, servePages } from "./pages.js";

const folder = mkdtempSync(join(tmpdir(), "calypso-pages-"));
mkdirSync(join(folder, "assets"));
writeFileSync(join(folder, "index.html"), "the application");
writeFileSync(join(folder, "assets", "a.js"), "a script");
const app = Fastify();
servePages(app, folder);
app.setNotFoundHandler((request, reply) => (opensPage(request) ? sendPage(reply) : reply.status(404).send("none")));
afterAll(async () => {
  await app.close();
  rmSync(folder, { recursive: true });
});

test("an address of a page can be opened again, whatever is named in it, and what is no page is not there", async () => {
  const open = async (url: string, accept = "text/html,*/*") => (await app.inject({ url, headers: { accept } })).body;
  const pages = [
    ...["/", "/incidents?text=a.b", "/catalogue/techniques/T1078.004", "/rules/our.rule-1.2?tab=text"],
    ...["/entities/host/ws1.contoso.example", "/data/firewall.log_CL", "/catalogue/rules/old.protocols.yml"],
  ];
  for (const url of pages) expect([url, await open(url)]).toEqual([url, "the application"]);
  expect(await open("/assets/a.js", "*/*")).toBe("a script");
  for (const url of ["/assets/gone.js", "/robots.txt", "/api/v1/nothing", "/api"]) {
    expect([url, await open(url)]).toEqual([url, "none"]);
  }
  expect(await open("/incidents", "application/json")).toBe("none");
});

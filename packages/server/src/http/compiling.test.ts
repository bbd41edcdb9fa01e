import { afterAll, beforeAll, expect, test } from "vitest";
import { ask } from "./testing/ask.js";
import { type TestServer, testServer } from "./testing/test-server.js";

/** Functions that call each other twice: each line doubles what the whole means. */
function doubling(lines: number): string {
  const functions = Array.from({ length: lines }, (_, at) => {
    return `let f${at} = (x:long) { ${at === 0 ? "x" : `f${at - 1}(x) + f${at - 1}(x)`} };`;
  });
  return `${functions.join("\n")}\nprint f${lines - 1}(1)`;
}

let server: TestServer;
beforeAll(async () => {
  server = await testServer({ compiler: { mostSeconds: 6, mostThreads: 2, mostMegabytes: 512 } });
});
afterAll(async () => {
  expect(server.faults).toEqual([]);
  await server.close();
});

const check = (text: string) => ask(server.origin, "POST", "/query/check", { body: { text } });

async function lastPart(text: string): Promise<unknown> {
  const answer = await fetch(`${server.origin}/api/v1/query`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ text }),
  });
  return JSON.parse((await answer.text()).trim().split("\n").at(-1) ?? "");
}

test("a query that would take for ever to understand is refused, and keeps nobody waiting", async () => {
  // Both threads have begun.
  await Promise.all([check("print 1"), check("print 2")]);
  let isOver = false;
  const heavy = check(doubling(40)).finally(() => {
    isOver = true;
  });
  for (let others = 0; others < 3; others += 1) {
    expect((await ask(server.origin, "GET", "/session")).status).toBe(200);
    expect((await check(`print ${others}`)).json).toMatchObject({ diagnostics: [], columns: [{ type: "long" }] });
    expect(isOver).toBe(false);
  }
  const { status, json } = await heavy;
  expect({ status, json }).toMatchObject({ status: 422, json: { code: "compile-timeout" } });
  expect(await lastPart(doubling(40))).toMatchObject({ kind: "failed", code: "compile-timeout" });
  // Its thread has ended, and another has taken its place.
  expect(await lastPart("print 7")).toMatchObject({ kind: "done", rows: 1 });
});

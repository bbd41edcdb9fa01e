import { expect, test } from "vitest";
import { failureOf, temporaryStore } from "./testing/temporary-store.js";

const endless = "SELECT count() FROM numbers(100000000000) WHERE NOT ignore(sipHash64(number))";

test("closing waits for what runs, which can still be stopped, and refuses what waits and what comes later", async () => {
  const { store, close } = await temporaryStore();
  const stop = new AbortController();
  const ask = async (sql: string, signal?: AbortSignal) => {
    for await (const line of store.lines(sql, signal === undefined ? {} : { signal })) return line;
    return undefined;
  };
  const short = ask("SELECT sum(sipHash64(number)) > 0 FROM numbers(30000000)");
  const stopped = [1, 2].map(() => failureOf(ask(endless, stop.signal)));
  const waiting = failureOf(ask("SELECT 1"));
  await new Promise((resolve) => setTimeout(resolve, 200));
  const closed = close();
  const later = failureOf(ask("SELECT 2"));
  stop.abort();
  expect(await short).toBe("1");
  for (const failure of [...stopped, waiting, later]) expect(await failure).toMatchObject({ code: "query-cancelled" });
  await closed;
});

import { afterAll, expect, test } from "vitest";
import { runService } from "../service/run-service.js";
import { failedSignIns, type TestBench, testBench } from "../service/testing/bench.js";
import { openState } from "../state/open-state.js";
import { testPlaces } from "../state/testing/places.js";
import { failureOf } from "../store/testing/temporary-store.js";
import { calypso } from "./testing/calypso.js";

let bench: TestBench | undefined;

afterAll(() => bench?.close());

/** What becomes of commands while a service runs: on a server they work beside it, in a folder they are refused. */
const outcomes = { embedded: { status: 1 }, server: { status: 0 } } as const;

test.each(Object.entries(testPlaces))(
  "incidents are acted on beside a running service: state %s",
  async (name, make) => {
    bench ??= await testBench();
    const { load, rows } = bench;
    const place = await make();
    const user = (who: string) => `${who}-${name}@contoso.example`;
    const failed = (time: string, who: string) =>
      load("SigninLogs", [{ TimeGenerated: `2026-05-01T${time}Z`, UserPrincipalName: user(who), ResultType: "50126" }]);
    const rule = failedSignIns(
      `beside-${name}`,
      "",
      `SigninLogs | where UserPrincipalName endswith '-${name}@contoso.example'`,
    );
    bench.at("10:00:00");
    await failed("10:01:00", "ann");
    const one = await bench.start(place.place, [rule]);
    bench.at("10:30:00");
    const stop = new AbortController();
    const outages: (string | undefined)[] = [];
    const running = runService(one.service, { signal: stop.signal, chores: [], outage: (text) => outages.push(text) });
    const incidents = (...line: string[]) => calypso("incidents", ...line, "--state", place.place);
    const numberOf = async (title: string) =>
      until(async () => {
        const text = `SecurityIncident | where Title == '${title}' and IncidentNumber > 0 | project IncidentNumber`;
        return (await rows(text))[0]?.[0];
      });
    try {
      const number = String(await numberOf(rule.name));
      const { status } = outcomes[name === "server" ? "server" : "embedded"];
      const texts = ["a", "b", "c", "d"];
      const told = await Promise.all(texts.map((text) => incidents("comment", number, text, "--by", text)));
      expect(told.map((one) => one.status)).toEqual(texts.map(() => status));
      if (status === 1) expect(told[0]?.err).toMatch(/state-in-use.*stop the service first/s);
      else {
        const judged = ["--status", "Closed", "--classification", "TruePositive", "--by", "eve"];
        expect((await incidents("update", number, ...judged)).status).toBe(0);
        // The service goes on beside them: it raises what comes, and brings what people did into the logs.
        await failed("10:31:00", "bob");
        bench.at("10:50:00");
        const last = `SecurityIncident | where IncidentNumber == ${number} | summarize arg_max(LastModifiedTime, *) by IncidentName
        | where Status == 'Closed' | mv-apply Comment = Comments to typeof(dynamic) on (summarize By = array_sort_asc(make_list(tostring(Comment.author))))
        | project tostring(By), ModifiedBy`;
        expect(await until(async () => (await rows(last))[0])).toEqual(['["a","b","c","d"]', "eve"]);
        const listed = await until(async () => {
          const { out } = await incidents("list");
          const found = out.split("\n").filter((line) => line !== "");
          return found.length === 2 ? found.map((line) => JSON.parse(line)) : undefined;
        });
        expect(listed).toMatchObject([{ status: "New" }, { status: "Closed", classification: "TruePositive" }]);
        const second = await openState(place.place, { alone: false });
        expect(await failureOf(second.stillAlone())).toMatchObject({ code: "state-in-use" });
        await second.close();
      }
      expect(outages).toEqual([]);
    } finally {
      stop.abort();
      await running;
      await one.close();
    }
    expect((await incidents("list")).status).toBe(0);
    await place.remove();
  },
);

/** Asks until there is an answer. */
async function until<T>(ask: () => Promise<T | undefined>): Promise<T> {
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

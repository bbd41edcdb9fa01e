import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { linesOfSelect, temporaryStore } from "../store/testing/temporary-store.js";
import { ingestPaths } from "./ingest.js";

/** Times as logs write them, and what they are; null for what is none. */
const times: readonly (readonly [string, string | null])[] = [
  ["2022-09-09T8:48:50.361Z", "2022-09-09 08:48:50.3610000"],
  ["2024-01-02T03:04:05+02:00", "2024-01-02 01:04:05.0000000"],
  ["2021-04-27 04:09:14", "2021-04-27 04:09:14.0000000"],
  ["2021-04-27 04:09:14,123", "2021-04-27 04:09:14.1230000"],
  ["2021/04/27 04:09:14.5", "2021-04-27 04:09:14.5000000"],
  ["1601-01-01T00:00:00.0000000Z", "1601-01-01 00:00:00.0000000"],
  ["9999-12-31T23:59:59.9999999Z", "9999-12-31 23:59:59.9999999"],
  ["8/22/2022 6:07:16 PM", "2022-08-22 18:07:16.0000000"],
  ["7/5/2023, 12:16:44.756 AM", "2023-07-05 00:16:44.7560000"],
  ["1/9/2007 10:41:00 AM +01:00", "2007-01-09 09:41:00.0000000"],
  ["1700000000", "2023-11-14 22:13:20.0000000"],
  ["1700000000123", "2023-11-14 22:13:20.1230000"],
  ["1700000000123.4567", "2023-11-14 22:13:20.1234567"],
  ["1700000000123456", "2023-11-14 22:13:20.1234560"],
  ["1700000000123456789", "2023-11-14 22:13:20.1234567"],
  ["133444436001234567", "2023-11-14 13:53:20.1234567"],
  ["/Date(1700000000123)/", "2023-11-14 22:13:20.1230000"],
  ["Tue, 02 Jan 2024 03:04:05 GMT", "2024-01-02 03:04:05.0000000"],
  ["yesterday", null],
  ["9223372036854775808", null],
  ["2024-01-02T03:04:05+25:00", null],
  ["2024-02-30T00:00:00Z", null],
  ["2024-01-02T25:00:00Z", null],
  ["12", null],
  ["9:30", null],
  ["13/1/2022", null],
];

test("times are read in all their spellings, and what is none is a row that is kept aside", async () => {
  const { store, folder, close } = await temporaryStore();
  try {
    const path = join(folder, "times.ndjson");
    writeFileSync(path, times.map(([text], n) => JSON.stringify({ TimeGenerated: text, n })).join("\n"));
    const options = { table: "Times_CL", rejectedFolder: folder, now: () => new Date("2026-10-14T03:00:00Z") };
    const results = [];
    for await (const result of ingestPaths(store, [path], options)) results.push(result);
    const bad = times.flatMap(([text, time], n) => (time === null ? [[n + 1, text] as const] : []));
    expect(results).toMatchObject([{ stored: times.length - bad.length, rejected: bad.length }]);
    const reason = (text: string) => `expected a date and time in TimeGenerated, found "${text}"`;
    expect(
      results[0]!.messages.slice(0, 2).map(({ line, message }) => [line, message.replace(`${path}:`, "")]),
    ).toEqual(bad.slice(0, 2).map(([line, text]) => [line, `${line}: ${reason(text)}`]));
    const kept = await linesOfSelect(
      store,
      "SELECT toJSONString(tuple(n, toString(TimeGenerated))) FROM Times_CL ORDER BY n",
    );
    expect(kept.map((line) => JSON.parse(line))).toEqual(
      times.flatMap(([, time], n) => (time === null ? [] : [[n, time]])),
    );
  } finally {
    await close();
  }
});

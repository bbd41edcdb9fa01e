import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { linesOfSelect, temporaryStore } from "../store/testing/temporary-store.js";
import { ingestPaths } from "./ingest.js";

const rest = '"TimeGenerated":"2024-01-01"';
const lines = [
  `{${rest},"n":1,"V":"x","U.x":"y"}`,
  `{${rest},"n":2,"V":10.0,"U.x":1.50e1}`,
  `{${rest},"n":3,"D":{"V":10.0},"V":"10"}`,
  `{${rest},"n":4,"D":"\\"V\\":10.0","V" : 10}`,
  `{${rest},"n":5,"D":{"V":1},"V" : -0}`,
];

test("numbers in a column of texts stay as they are written, also beside a broken line", async () => {
  const { store, folder, close } = await temporaryStore();
  try {
    for (const [table, all] of [
      ["Quick_CL", lines],
      ["Careful_CL", ["broken", ...lines]],
    ] as const) {
      const path = join(folder, "numbers.ndjson");
      writeFileSync(path, all.join("\n"));
      for await (const result of ingestPaths(store, [path], { table, now: () => new Date("2026-10-14T03:00:00Z") })) {
        expect(result).toMatchObject({ stored: 5, rejected: all.length - 5 });
      }
      expect(await linesOfSelect(store, `SELECT toJSONString(tuple(V, U_x)) FROM ${table} ORDER BY n`)).toEqual([
        '["x","y"]',
        '["10.0","1.50e1"]',
        '["10",""]',
        '["10",""]',
        '["-0",""]',
      ]);
    }
  } finally {
    await close();
  }
});

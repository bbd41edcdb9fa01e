import { expect, test } from "vitest";
import { temporaryStore } from "../store/testing/temporary-store.js";
import { active } from "./ledger.js";
import { answerOf, fileOf, loadPath } from "./testing/loading.js";

test.each(["its process ends", "the engine fails"])(
  "a partition that a move left in both places is in its table once: %s",
  async (why) => {
    const { store, folder, close } = await temporaryStore();
    try {
      const rows = ["2026-01-02", "2026-02-03"].map((day) => ({
        ...{ TimeGenerated: `${day}T03:04:05Z`, UserPrincipalName: "ann@contoso.example", ResultType: "0" },
      }));
      const path = fileOf(folder, "SigninLogs.ndjson", rows);
      const command = store.command.bind(store);
      // As one that ends in the middle of a move: the rows are in the table, and are still in the staging.
      let isOver = false;
      let hasFailed = false;
      store.command = async (sql) => {
        if (isOver) throw new Error("the process is no more");
        const [, staging, part, table] = /^ALTER TABLE (\S+) MOVE PARTITION ID (\S+) TO TABLE (\S+)$/.exec(sql) ?? [];
        if (staging === undefined) return command(sql);
        await command(`ALTER TABLE ${table} ATTACH PARTITION ID ${part} FROM ${staging}`);
        isOver = why === "its process ends";
        hasFailed = true;
        throw new Error(why);
      };
      await loadPath(store, folder, path).catch(() => {});
      expect(hasFailed).toBe(true);
      store.command = command;
      if (isOver) active.clear();
      const again = await loadPath(store, folder, path);
      expect(again.map(({ stored, duplicates }) => [stored, duplicates])).toEqual([[0, 2]]);
      expect(await answerOf(store, "SigninLogs | count")).toEqual([[2]]);
    } finally {
      await close();
    }
  },
);

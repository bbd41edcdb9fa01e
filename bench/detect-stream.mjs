import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { rowsSelect, tables } from "./rows.mjs";

const { ingestPaths } = await import(new URL("../packages/server/dist/ingest/ingest.js", import.meta.url).href);
const slotSeconds = 5;

/**
 * Files of events, one for each table and five seconds, from a time on. `load` puts each into the store when its seconds are
 * over, until there are no more, and gives the number of events.
 */
export async function liveStream(store, { from, eventsPerSecond, minutes, folder }) {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const slots = Array.from({ length: (minutes * 60) / slotSeconds }, (_, slot) => slot);
  const total = Object.values(tables).reduce((sum, [rows]) => sum + rows, 0);
  const pathOf = (name, slot) => join(folder, `${name}-${slot}.ndjson`);
  for (const slot of slots) {
    for (const [name, [rows]] of Object.entries(tables)) {
      const count = Math.round((eventsPerSecond * slotSeconds * rows) / total);
      const span = slotSeconds * 1000;
      // Numbers that the history has not: they make other rows.
      const select = rowsSelect(name, { first: 100_000_000 + slot * count, count, from: from + slot * span, span });
      await store.command(`INSERT INTO FUNCTION file('${pathOf(name, slot)}', 'JSONEachRow') ${select}`);
    }
  }
  return {
    async load(clock) {
      let events = 0;
      for (const slot of slots) {
        const over = from + (slot + 1) * slotSeconds * 1000;
        await new Promise((resolve) => setTimeout(resolve, Math.max(0, over - clock().getTime())));
        const paths = Object.keys(tables).map((name) => pathOf(name, slot));
        for await (const { stored, messages } of ingestPaths(store, paths, { now: clock })) {
          if (messages.length > 0) throw new Error(JSON.stringify(messages[0]));
          events += stored;
        }
      }
      return events;
    },
  };
}

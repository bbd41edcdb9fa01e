import { readFileSync } from "node:fs";
import { readRules } from "../packages/catalog/dist/index.js";

const server = (path) => import(new URL(`../packages/server/dist/${path}`, import.meta.url).href);
const minute = 60_000;

/**
 * The first rules and hunts of the public corpus that run without the world outside, one half every five minutes, the other
 * every hour; each looks back as far as it says, a hunt a day.
 */
export async function corpusRules(store, count, now) {
  const { queryPorts } = await server("search/run-query.js");
  const { compileRule } = await server("detect/evaluate-window.js");
  const { ticksOf } = await server("platform/clock.js");
  const ports = queryPorts(store);
  const window = { from: ticksOf(new Date(now - minute)), to: ticksOf(new Date(now)) };
  const found = new Map();
  const path = new URL("../../shared/corpus/rules.jsonl", import.meta.url);
  for (const line of readFileSync(path, "utf8").trim().split("\n")) {
    const { file, yaml } = JSON.parse(line);
    for (const rule of readRules({ name: file, text: yaml }).rules) {
      if (found.size === count || rule.obstacle !== undefined || rule.id === "" || found.has(rule.id)) continue;
      const { rowsSql, steps, externals, tables } = await compileRule(ports, rule, {}, window, []);
      if (rowsSql === undefined || steps.length > 0 || externals.length > 0) continue;
      for (const name of tables) await store.ensureTable(name, store.schema().table(name).columns);
      found.set(rule.id, scheduled(rule, found.size));
    }
  }
  return [...found.values()];
}

function scheduled(rule, number) {
  const queryFrequency = number % 2 === 0 ? 5 * minute : 60 * minute;
  const queryPeriod = Math.max(rule.queryPeriod ?? 24 * 60 * minute, queryFrequency);
  return { ...rule, id: rule.id.toLowerCase(), kind: "Scheduled", enabled: true, queryFrequency, queryPeriod };
}

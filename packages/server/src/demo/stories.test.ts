import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { demoEvents } from "../cli/demo-rules.js";
import { ruleFilesOnDisk } from "../cli/rule-files.js";
import { loadRules } from "../detect/load.js";
import type { DetectEvent } from "../detect/run.js";
import { ingestPaths } from "../ingest/ingest.js";
import { openWorkspace, type Workspace } from "../main.js";
import { ticksOf } from "../platform/clock.js";
import { contentFolder } from "../platform/content.js";
import { queryPorts } from "../search/run-query.js";
import { type Demo, makeDemo } from "./generate.js";
import { type AlertMatch, matchAlerts } from "./match-alerts.js";
import { writeDemo } from "./write-demo.js";

const folder = mkdtempSync(join(tmpdir(), "calypso-stories-"));
const demo: Demo = makeDemo({ seed: 11, events: 20_000, days: 14, end: new Date("2026-11-20T00:00:00Z") });
let workspace: Workspace;

beforeAll(async () => {
  const written = await writeDemo(demo, folder);
  workspace = await openWorkspace({ workspace: join(folder, "workspace"), externaldataDir: written.externaldata });
  for await (const { read, stored } of ingestPaths(workspace.store, [written.logs], { now: workspace.clock })) {
    expect(stored).toBe(read);
  }
});

afterAll(async () => {
  await workspace?.close();
  rmSync(folder, { recursive: true });
});

test("each story raises exactly its alerts, and everyday traffic raises none", async () => {
  const { rules } = await loadRules(ruleFilesOnDisk, [join(contentFolder(), "rules")]);
  const events: DetectEvent[] = [];
  const eventful = { from: ticksOf(demo.eventful.from), to: ticksOf(demo.eventful.to) };
  for await (const event of demoEvents(queryPorts(workspace.store), rules, eventful)) events.push(event);

  const doubts = events.flatMap((event) =>
    event.kind === "failed" || event.kind === "warning" ? [`${event.rule.name}: ${event.diagnosis.message}`] : [],
  );
  expect(doubts).toEqual([]);
  const alerts = events.flatMap((event) => (event.kind === "alert" ? [{ ruleId: event.rule.id, ...event.alert }] : []));
  const match: AlertMatch = matchAlerts(demo.stories, alerts);
  expect(match.missing).toEqual([]);
  expect(match.unexpected.map(({ title }) => title)).toEqual([]);
  expect(match.found).toBe(demo.stories.flatMap(({ expected }) => expected).length);
});

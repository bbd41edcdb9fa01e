import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Rule, readRules } from "@calypso/catalog";
import { ingestPaths } from "../../ingest/ingest.js";
import { forgetLoads } from "../../ingest/known-rows.js";
import { openWorkspace, type Workspace } from "../../main.js";
import { runQuery } from "../../search/run-query.js";
import { openState, type State } from "../../state/open-state.js";
import { Service, type ServiceEvent, type ServiceParts } from "../service.js";

/** A service over a state, with a clock that tests set. */
export interface TestService {
  readonly state: State;
  readonly events: ServiceEvent[];
  readonly service: Service;
  close(): Promise<void>;
}

/** Logs that tests write, and services that run over them. */
export interface TestBench {
  readonly workspace: Workspace;
  /** Sets the time of services and loads: one of the first of May 2026, or any. */
  at(time: string | Date): Date;
  load(table: string, rows: readonly object[]): Promise<void>;
  rows(kql: string): Promise<readonly unknown[][]>;
  start(place: string, rules: readonly Rule[], parts?: Partial<ServiceParts>): Promise<TestService>;
  /** Takes all logs away, and what services left to be published, so that a test begins as the first did. */
  empty(): Promise<void>;
  close(): Promise<void>;
}

/** Opens a workspace for a test. */
export async function testBench(): Promise<TestBench> {
  const folder = mkdtempSync(join(tmpdir(), "calypso-service-"));
  const workspace = await openWorkspace();
  const beginning = new Date("2026-05-01T00:00:00Z");
  let now = beginning;
  let count = 0;
  const clock = () => now;
  const ids = () => {
    count += 1;
    return `00000000-0000-4000-8000-${String(count).padStart(12, "0")}`;
  };
  return {
    workspace,
    at(time) {
      now = time instanceof Date ? time : new Date(`2026-05-01T${time}Z`);
      return now;
    },
    async load(table, rows) {
      count += 1;
      const path = join(folder, `${table}-${count}.ndjson`);
      writeFileSync(path, rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
      for await (const { messages } of ingestPaths(workspace.store, [path], { table, now: clock })) {
        if (messages.length > 0) throw new Error(JSON.stringify(messages));
      }
    },
    async rows(text) {
      const { compilation, rows } = await runQuery(workspace.store, { text, now: BigInt(now.getTime()) * 10_000n });
      const error = compilation.diagnostics.find(({ severity }) => severity === "error");
      if (error !== undefined) throw new Error(`${error.message}: ${text}`);
      const found: unknown[][] = [];
      for await (const line of rows) found.push(JSON.parse(line));
      return found;
    },
    async start(place, rules, parts = {}) {
      const state = await openState(place);
      const events: ServiceEvent[] = [];
      const service = new Service({
        state,
        store: workspace.store,
        clock,
        ids,
        folder: join(folder, "outgoing"),
        concurrency: 2,
        tell: (event) => events.push(event),
        ...parts,
      });
      await service.takeUp(rules);
      return { state, events, service, close: () => state.close() };
    },
    async empty() {
      await forgetLoads(workspace.store, workspace.store.schema().filledTables ?? []);
      rmSync(join(folder, "outgoing"), { recursive: true, force: true });
      now = beginning;
    },
    async close() {
      await workspace.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** A rule that alerts on failed sign-ins, with other keys in front. */
export function failedSignIns(id: string, keys = "", query = "SigninLogs | where ResultType != 0"): Rule {
  const text = `id: ${id}
name: Failed ${id}
kind: Scheduled
severity: Medium
tactics: [CredentialAccess]
relevantTechniques: [T1110]
queryFrequency: 5m
queryPeriod: 5m
triggerOperator: gt
triggerThreshold: 0
entityMappings:
  - entityType: Account
    fieldMappings:
      - identifier: FullName
        columnName: UserPrincipalName
${keys}query: |
${query.replace(/^/gm, "  ")}
`;
  const [rule] = readRules({ name: `${id}.yaml`, text }).rules;
  if (rule === undefined) throw new Error(text);
  return rule;
}

import type { Rule, StepFinding } from "@calypso/catalog";
import type { FeedPorts } from "../feeds/measure.js";
import type { State } from "../state/open-state.js";
import { rowsOf } from "./tables-with-data.js";

/** Alerts that a rule has raised, by its id in lower case or its name. */
interface RaisedAlerts {
  readonly id: string;
  readonly name: string;
  readonly alerts: number;
  readonly last: Date;
}

/** Says of rules whether they have raised alerts. */
export type HasFired = (rule: Rule) => StepFinding;

/** Looks for alerts of rules among the logs (`SecurityAlert`) and in the state of a service, where one is given. */
export async function firedRules(ports: FeedPorts, now: Date, state?: State): Promise<HasFired> {
  const raised = [...(await alertsInLogs(ports, now)), ...(state === undefined ? [] : await alertsInState(state, now))];
  return (rule) => {
    const id = rule.id.toLowerCase();
    const byId = id === "" ? undefined : latest(raised.filter((one) => one.id === id));
    // A template that was adopted somewhere has another id there.
    const found = byId ?? latest(raised.filter(({ name }) => name === rule.name));
    if (found === undefined) return { reached: false, why: "no alert of it is known" };
    const date = found.last.toISOString().slice(0, 10);
    const how = byId === undefined ? ", by its name" : "";
    const alerts = found.alerts === 1 ? "1 alert" : `${found.alerts} alerts`;
    return { reached: true, why: `${alerts}${how}, the last on ${date}` };
  };
}

/** The same alerts may be in the logs and in the state, so they are not added up. */
function latest(found: readonly RaisedAlerts[]): RaisedAlerts | undefined {
  return found.reduce<RaisedAlerts | undefined>(
    (best, one) => (best === undefined || one.alerts > best.alerts ? one : best),
    undefined,
  );
}

/** Alerts of Sentinel's rules, also those that another Sentinel raised and somebody loaded. */
async function alertsInLogs(ports: FeedPorts, now: Date): Promise<readonly RaisedAlerts[]> {
  if (ports.schema().filledTables?.includes("SecurityAlert") === false) return [];
  const rows = await rowsOf(
    ports,
    `SecurityAlert
| where TimeGenerated <= datetime(${now.toISOString()}) and ExtendedProperties has "Analytic Rule"
| extend Properties = parse_json(ExtendedProperties)
| extend Name = tostring(Properties["Analytic Rule Name"]), Ids = parse_json(tostring(Properties["Analytic Rule Ids"]))
| mv-expand Id = Ids to typeof(string)
| summarize Alerts = dcount(SystemAlertId, 4), Last = max(TimeGenerated) by Id = tolower(Id), Name`,
    now,
  );
  return rows.map(([id, name, alerts, last]) => ({
    ...{ id: String(id ?? ""), name: String(name ?? ""), alerts: Number(alerts), last: new Date(String(last)) },
  }));
}

async function alertsInState({ db }: State, now: Date): Promise<readonly RaisedAlerts[]> {
  const rows = await db
    .selectFrom("alerts")
    .innerJoin("rules", "rules.id", "alerts.rule_id")
    .where("alerts.raised_at", "<=", now)
    .select(({ fn }) => ["rules.id", "rules.name", fn.countAll().as("alerts"), fn.max("alerts.raised_at").as("last")])
    .groupBy(["rules.id", "rules.name"])
    .execute();
  return rows.map(({ id, name, alerts, last }) => ({ id, name, alerts: Number(alerts), last: new Date(last) }));
}

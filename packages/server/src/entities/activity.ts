import { ask, type Logs } from "./ask.js";
import { conditionOf, type Kind, tablesWithLogs } from "./columns.js";
import { kqlText, kqlTime } from "./kql-text.js";

/** An entity and the time that is looked at. */
export interface Subject {
  readonly kind: Kind;
  readonly name: string;
  readonly from: Date;
  readonly to: Date;
}

/** How often a table names an entity. */
export interface TableActivity {
  readonly table: string;
  /** Shows the very rows. */
  readonly kql: string;
  /** In the time that is looked at. */
  readonly events: number;
  /** In all that there is. */
  readonly everything: number;
  readonly first: string;
  readonly last: string;
}

/** What an entity did, by table and stretch of time. */
export interface Activity {
  /** The length of a stretch in milliseconds; each begins at a whole multiple since 1970. */
  readonly bin: number;
  readonly tables: readonly TableActivity[];
  readonly bins: readonly { readonly table: string; readonly at: string; readonly events: number }[];
}

const hour = 3_600_000;

/** Looks in every table with logs that names entities of the kind. */
export async function activityOf(logs: Logs, { kind, name, from, to }: Subject): Promise<Activity> {
  const days = (to.getTime() - from.getTime()) / (24 * hour);
  const bin = days <= 4 ? hour : days <= 21 ? 6 * hour : 24 * hour;
  const sources = tablesWithLogs(logs.store.schema()).flatMap((table) => {
    const condition = conditionOf(table, kind, name);
    return condition === undefined ? [] : [{ ...table, rows: `${table.table}\n| where ${condition}` }];
  });
  if (sources.length === 0) return { bin, tables: [], bins: [] };
  const seen = sources.map(
    ({ name: table, rows }) =>
      `(${rows} | summarize Everything = count(), Events = countif(TimeGenerated >= ${kqlTime(from)} and TimeGenerated < ${kqlTime(to)}), First = min(TimeGenerated), Last = max(TimeGenerated) | extend Source = ${kqlText(table)})`,
  );
  const counted = sources.map(
    ({ name: table, rows }) =>
      `(${rows} | where TimeGenerated >= ${kqlTime(from)} and TimeGenerated < ${kqlTime(to)} | summarize Events = count() by At = bin(TimeGenerated, ${bin / hour}h) | extend Source = ${kqlText(table)})`,
  );
  const [tables, bins] = await Promise.all([
    ask(
      logs,
      `union ${seen.join(",\n")}\n| where Everything > 0 | project Source, Everything, Events, First, Last | order by Events desc, Source asc`,
    ),
    ask(logs, `union ${counted.join(",\n")}\n| project Source, At, Events | order by At asc, Source asc`),
  ]);
  const kqlOf = new Map(sources.map(({ name: table, rows }) => [table, rows]));
  return {
    bin,
    tables: tables.map(([table = "", everything, events, first = "", last = ""]) => ({
      ...{ table, kql: kqlOf.get(table) ?? "", events: Number(events), everything: Number(everything), first, last },
    })),
    bins: bins.map(([table = "", at = "", events]) => ({ table, at, events: Number(events) })),
  };
}

import type { Subject } from "./activity.js";
import { ask, type Logs } from "./ask.js";
import { conditionOf, type Kind, type NamedTable, namesIn, tablesWithLogs } from "./columns.js";
import { kqlText, kqlTime } from "./kql-text.js";

/** What entities of a kind are seen with. */
export type Aspect = "place" | "device" | Kind;

/** Something that an entity was seen with. */
export interface Habit {
  readonly value: string;
  /** Events before the last day, and in it. */
  readonly before: number;
  readonly now: number;
  readonly first: string;
  readonly last: string;
  readonly isNew: boolean;
  /** Ends `rows` with the events of this value alone. */
  readonly only: string;
}

/** What is usual in one respect, what is new first. */
export interface Habits {
  readonly aspect: Aspect;
  /** Gives the same table. */
  readonly kql: string;
  /** Gives the events behind it, each with its `Value`, over whatever time it is asked for. */
  readonly rows: string;
  readonly values: readonly Habit[];
  /** Whether there is more than is given. */
  readonly more: boolean;
}

const aspects: Readonly<Record<Kind, readonly Aspect[]>> = {
  account: ["place", "ip", "device", "cloudapplication"],
  ip: ["account", "cloudapplication", "place", "host"],
  host: ["account", "ip", "cloudapplication"],
  cloudapplication: ["account", "ip", "place"],
};

const most = 40;
const day = 86_400_000;

/** When the last day begins: what is seen from then on, and not before, is new. */
export function lastDay({ to }: Subject): Date {
  return new Date(to.getTime() - day);
}

/** What an entity is seen with, in each respect of which there are logs. Nothing is new to an entity that was not seen before at all. */
export async function habitsOf(logs: Logs, subject: Subject): Promise<readonly Habits[]> {
  const tables = tablesWithLogs(logs.store.schema());
  const asked = aspects[subject.kind].flatMap((aspect) => {
    const branches = branchesOf(subject, aspect, tables);
    return branches.length === 0 ? [] : [{ aspect, kql: queryOf(subject, branches), rows: rowsOf(branches) }];
  });
  return Promise.all(
    asked.map(async ({ aspect, kql, rows }) => {
      const found = await ask(logs, kql);
      const known =
        found.some(([, before]) => Number(before) > 0) || (found.length > most && (await isKnown(logs, kql)));
      const values = found.map(([value = "", before, now, first = "", last = ""]) => ({
        ...{ value, before: Number(before), now: Number(now), first, last },
        isNew: known && Number(before) === 0 && Number(now) > 0,
        only: `\n| where Value == ${kqlText(value)}\n| project-away Value`,
      }));
      return { aspect, kql, rows, values: values.slice(0, most), more: values.length > most };
    }),
  );
}

/** Whether something was seen before the last day, be it beyond what is given: what is new comes first. */
async function isKnown(logs: Logs, kql: string): Promise<boolean> {
  const [row] = await ask(logs, `${kql.slice(0, kql.lastIndexOf(ordering))}\n| where Before > 0 | count`);
  return Number(row?.[0]) > 0;
}

/** Where the order of what was seen begins. */
const ordering = "\n| extend Order = case(";

/** The events of an entity in one table, and what they say of it in one respect. */
interface Branch {
  readonly table: string;
  readonly condition: string;
  readonly value: string;
}

function branchesOf({ kind, name }: Subject, aspect: Aspect, tables: readonly NamedTable[]): readonly Branch[] {
  return tables.flatMap((table) => {
    const condition = conditionOf(table, kind, name);
    const value = expressionOf(table, aspect);
    return condition === undefined || value === undefined ? [] : [{ table: table.table, condition, value }];
  });
}

function rowsOf(branches: readonly Branch[]): string {
  const each = branches.map(
    ({ table, condition, value }) => `(${table} | where ${condition} | extend Value = ${value})`,
  );
  return `union ${each.join(",\n")}`;
}

function queryOf(subject: Subject, of: readonly Branch[]): string {
  const { from, to } = subject;
  const branches = of.map(({ table, condition, value }) => {
    const time = `TimeGenerated >= ${kqlTime(from)} and TimeGenerated < ${kqlTime(to)}`;
    return `(${table} | where ${time} | where ${condition} | project TimeGenerated, Value = ${value})`;
  });
  const start = kqlTime(lastDay(subject));
  return `union ${branches.join(",\n")}
| where isnotempty(Value)
| summarize Before = countif(TimeGenerated < ${start}), Now = countif(TimeGenerated >= ${start}), First = min(TimeGenerated), Last = max(TimeGenerated) by Value${ordering}Now > 0 and Before == 0, 0, Now > 0, 1, 2)
| order by Order asc, Before + Now desc, Value asc
| project Value, Before, Now, First, Last
| take ${most + 1}`;
}

/** The column or path of a table that says what an entity was seen with. */
function expressionOf(table: NamedTable, aspect: Aspect): string | undefined {
  const types = new Map(table.columns.map(({ name, type }) => [name, type]));
  const json = (column: string) => (types.get(column) === "dynamic" ? column : `parse_json(${column})`);
  if (aspect === "place") {
    if (types.get("Location") !== "string" || !types.has("LocationDetails")) return undefined;
    const city = `tostring(${json("LocationDetails")}.city)`;
    return `iff(isempty(${city}), Location, strcat(${city}, ", ", Location))`;
  }
  if (aspect === "device") {
    if (!types.has("DeviceDetail")) return undefined;
    const part = (name: string) => `tostring(${json("DeviceDetail")}.${name})`;
    const system = `trim(" ", strcat(${part("operatingSystem")}, " ", ${part("browser")}))`;
    return `iff(isempty(${part("displayName")}), ${system}, ${part("displayName")})`;
  }
  const [first, ...others] = namesIn(table, aspect);
  return first === undefined || others.length === 0 ? first : `coalesce(${[first, ...others].join(", ")})`;
}

import { createMemo, createResource, For, type JSX, onCleanup, Show } from "solid-js";
import { Asked } from "../parts/asked.tsx";
import { Badge, Severity, type Tone } from "../parts/badge.tsx";
import { DataTable, type TableColumn } from "../parts/data-table.tsx";
import { Facet } from "../parts/facet.tsx";
import { HuntLink } from "../parts/hunt-link.tsx";
import { durationText, Time } from "../parts/time.tsx";
import { client } from "../platform/client.ts";
import { offer } from "../platform/commands.ts";
import { amend, go, place } from "../platform/router.ts";
import { SearchField } from "../platform/search-field.tsx";
import { bytesText, counted, countText } from "../text/times.ts";
import { visible } from "../text/visible.ts";
import "../styles/rules.css";
import { HeatStrip } from "./heat-strip.tsx";
import {
  alertsQuery,
  type RuleRow,
  type RuleState,
  ruleStates,
  ruleStateTitles,
  stateNames,
  stateOf,
} from "./states.ts";

/** How often the list is asked for anew, in milliseconds. */
const pause = 15_000;

/** All rules with how they fare. The address holds the search, the facets and the order. */
export function RulesPage(): JSX.Element {
  const [rules, { refetch }] = createResource(() => client.call("rules", {}));
  const timer = setInterval(() => document.visibilityState === "visible" && void refetch(), pause);
  onCleanup(() => clearInterval(timer));
  offer([{ name: "Write a new rule", run: () => go("/new-rule") }]);
  return (
    <div class="page rules">
      <div class="rule-head">
        <h1>Rules</h1>
        <span class="aside">
          <a class="button" href="/new-rule">
            New rule
          </a>
        </span>
      </div>
      <Asked of={rules} what="the rules">
        {(answer) => (
          <>
            <Problems list={answer().problems} />
            <List rules={answer().rules} now={answer().now} />
          </>
        )}
      </Asked>
    </div>
  );
}

function List(props: { readonly rules: readonly RuleRow[]; readonly now: string }): JSX.Element {
  const find = () => place().query.get("find") ?? "";
  const chosen = (name: string) => place().query.getAll(name);
  const isFound = (rule: RuleRow) => {
    const text = [rule.name, rule.id, rule.file, ...rule.techniques, ...rule.tactics].join("\n").toLowerCase();
    return find()
      .toLowerCase()
      .split(/\s+/)
      .every((word) => text.includes(word));
  };
  const facets: readonly (readonly [string, string, (rule: RuleRow) => readonly string[]])[] = [
    ["State", "state", (rule) => [stateOf(rule)]],
    ["Severity", "severity", ({ severity }) => [severity]],
    ["Kind", "kind", ({ kind }) => [kind]],
    ["Tactic", "tactic", ({ tactics }) => tactics],
  ];
  const passes = (rule: RuleRow, but?: string) =>
    facets.every(([, name, of]) => {
      const wanted = chosen(name);
      return name === but || wanted.length === 0 || of(rule).some((value) => wanted.includes(value));
    });
  const searched = createMemo(() => props.rules.filter(isFound));
  const shown = createMemo(() =>
    ordered(
      searched().filter((rule) => passes(rule)),
      place().query.get("sort") ?? "state",
    ),
  );
  const valuesOf = (name: string, of: (rule: RuleRow) => readonly string[]) => {
    const counts = new Map<string, number>();
    for (const rule of searched()) {
      if (passes(rule, name)) for (const value of of(rule)) counts.set(value, (counts.get(value) ?? 0) + 1);
    }
    const order = name === "state" ? ruleStates : name === "severity" ? severities : [];
    const place = (value: string) => (order.indexOf(value as never) + order.length + 1) % (order.length + 1);
    return [...counts]
      .sort(([a], [b]) => place(a) - place(b) || (a < b ? -1 : 1))
      .map(([value, count]) => ({ value, count }));
  };
  return (
    <div class="with-sidebar">
      <section aria-label="Filters">
        <SearchField about="Find a rule" value={find()} change={(text) => amend({ find: text || undefined })} />
        <For each={facets}>
          {([title, name, of]) => <Facet title={title} name={name} values={valuesOf(name, of)} />}
        </For>
      </section>
      <section aria-label="Rules">
        <p class="hint">
          {countText(shown().length)} of {countText(props.rules.length)} rules
        </p>
        <DataTable
          caption="Rules and how they fare"
          columns={columns(() => props.now)}
          rows={shown()}
          key={({ key }) => key}
          address={(rule) => addressOf(rule.key)}
          order="state"
          nothing="No rule is so. Take filters away, or put rules into the folder that the service was started with."
        />
      </section>
    </div>
  );
}

export function addressOf(key: string, tab?: string): string {
  return `/rules/${encodeURIComponent(key)}${tab === undefined ? "" : `?tab=${tab}`}`;
}

const severities = ["High", "Medium", "Low", "Informational"];

export const stateTones: Readonly<Record<RuleState, Tone>> = {
  ...{ "cannot run": "bad", failing: "bad", owed: "medium", off: "plain", "by hand": "plain", new: "plain" },
  ...{ resting: "low", runs: "good" },
};

function columns(now: () => string): readonly TableColumn<RuleRow>[] {
  return [
    {
      ...{ title: "Rule", sort: "name", isMain: true },
      cell: (rule) => (
        <>
          <a href={addressOf(rule.key)}>{visible(rule.name)}</a>
          <Show when={rule.obstacle}>{(why) => <div class="hint">{visible(why())}</div>}</Show>
          <Show when={stateOf(rule) === "failing" && rule.health?.lastFailure}>
            {(failure) => <div class="hint">{visible(failure().message)}</div>}
          </Show>
        </>
      ),
    },
    { title: "Severity", sort: "severity", cell: ({ severity }) => <Severity of={severity} /> },
    {
      ...{ title: "State", sort: "state" },
      cell: (rule) => {
        const state = stateOf(rule);
        return <Badge text={state} tone={stateTones[state]} title={ruleStateTitles[state]} />;
      },
    },
    {
      title: "Last day",
      cell: ({ health }) => <Show when={health}>{(known) => <HeatStrip hours={known().hours} now={now()} />}</Show>,
    },
    {
      ...{ title: "Last good run", sort: "good" },
      cell: ({ health }) => <Show when={health?.lastGood}>{(good) => <Time at={good().at} ago />}</Show>,
    },
    {
      ...{ title: "Alerts, 30 d", sort: "alerts", isNumber: true },
      cell: ({ key, health }) => (
        <Show when={(health?.alerts ?? 0) > 0} fallback="0">
          <HuntLink query={alertsQuery(key)} range="30d" title="Show these alerts">
            {countText(health?.alerts ?? 0)}
          </HuntLink>
        </Show>
      ),
    },
    { ...{ title: "Owed", sort: "owed", isNumber: true }, cell: (rule) => <Windows rule={rule} of="owed" /> },
    { ...{ title: "Failed", sort: "failed", isNumber: true }, cell: (rule) => <Windows rule={rule} of="failed" /> },
    {
      ...{ title: "Time a day", sort: "seconds", isNumber: true },
      cell: ({ health }) => (health === undefined ? "" : durationText(health.seconds)),
    },
    {
      ...{ title: "Read a day", sort: "bytes", isNumber: true },
      cell: ({ health }) => (health === undefined ? "" : bytesText(health.bytesRead)),
    },
  ];
}

/** How many windows of a rule are so, with the way to them. */
function Windows(props: { readonly rule: RuleRow; readonly of: "owed" | "failed" }): JSX.Element {
  const count = () => props.rule.health?.[props.of] ?? 0;
  return (
    <Show when={count() > 0} fallback="0">
      <a
        href={`${addressOf(props.rule.key, "windows")}&state=${props.of}&range=30d`}
        title={`Windows ${stateNames[props.of]}`}
      >
        {countText(count())}
      </a>
    </Show>
  );
}

const orders: Readonly<Record<string, (rule: RuleRow) => number | string>> = {
  name: ({ name }) => name.toLowerCase(),
  severity: ({ severity }) => -severities.indexOf(severity),
  state: (rule) => ruleStates.indexOf(stateOf(rule)),
  good: ({ health }) => health?.lastGood?.at ?? "",
  alerts: ({ health }) => health?.alerts ?? -1,
  owed: ({ health }) => health?.owed ?? -1,
  failed: ({ health }) => health?.failed ?? -1,
  seconds: ({ health }) => health?.seconds ?? -1,
  bytes: ({ health }) => health?.bytesRead ?? -1,
};

function ordered(rules: readonly RuleRow[], sort: string): readonly RuleRow[] {
  const by = orders[sort.replace(/^-/, "")];
  if (by === undefined) return rules;
  const turn = sort.startsWith("-") ? -1 : 1;
  const compared = (a: RuleRow, b: RuleRow) => (by(a) < by(b) ? -turn : by(a) > by(b) ? turn : 0);
  return [...rules].sort((a, b) => compared(a, b) || (a.name < b.name ? -1 : 1));
}

/** What is wrong with the files of rules, folded where there is much. */
function Problems(props: {
  readonly list: readonly {
    readonly severity: string;
    readonly message: string;
    readonly file: string;
    readonly line: number;
  }[];
}): JSX.Element {
  const errors = () => props.list.filter(({ severity }) => severity === "error");
  return (
    <Show when={errors().length > 0}>
      <details class="problem">
        <summary>{counted(errors().length, "error")} in files of rules</summary>
        <ul>
          <For each={errors()}>
            {({ message, file, line }) => (
              <li>
                <code>
                  {visible(file)}:{line}
                </code>{" "}
                {visible(message)}
              </li>
            )}
          </For>
        </ul>
      </details>
    </Show>
  );
}

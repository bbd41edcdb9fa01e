import type { AnswerOf, Routes } from "@calypso/contract";
import { For, type JSX } from "solid-js";
import { Facet } from "../parts/facet.tsx";
import { session } from "../platform/client.ts";
import { spaced } from "./texts.ts";

type Counts = AnswerOf<Routes["incidentCounts"]>["counts"];

const facets = [
  ["status", "Status", ["New", "Active", "Closed"]],
  ["severity", "Severity", ["High", "Medium", "Low", "Informational"]],
  ["sla", "Targets", ["over", "soon", "in-time", "met", "missed"]],
  ["owner", "Owner"],
  ["classification", "Classification"],
  ["tactic", "Tactic"],
  ["rule", "Rule"],
  ["label", "Label"],
] as const;

const standings: Readonly<Record<string, string>> = {
  ...{ over: "Over", soon: "Due soon", "in-time": "In time", met: "Closed in time", missed: "Closed too late" },
};

/** Ready-made views, and what the queue can be narrowed to, with how many there are of each. */
export function QueueFacets(props: { readonly counts: Counts }): JSX.Element {
  const me = () => (session.state === "ready" ? session().user?.name : undefined) ?? "";
  const open = "status=New&status=Active";
  const views = () => [
    ["Open", open],
    ["Mine", `${open}&owner=${encodeURIComponent(me())}`],
    ["Nobody's", `${open}&owner=`],
    ["Due first", `${open}&sort=due`],
    ["All", "sort=-created"],
  ];
  const valuesOf = (facet: string, order: readonly string[] = []) => {
    const found = props.counts.filter((one) => one.facet === facet);
    const place = (value: string) => (order.indexOf(value) + order.length + 1) % (order.length + 1);
    const sorted = order.length === 0 ? found : [...found].sort((one, two) => place(one.value) - place(two.value));
    return sorted.map(({ value, label, count }) => ({ value, count, title: titleOf(facet, value, label, me()) }));
  };
  return (
    <>
      <ul class="views" aria-label="Views">
        <For each={views()}>
          {([name, query]) => (
            <li>
              <a href={`/incidents?${query}`}>{name}</a>
            </li>
          )}
        </For>
      </ul>
      <For each={facets}>
        {([name, title, order]) => <Facet title={title} name={name} values={valuesOf(name, order)} />}
      </For>
    </>
  );
}

function titleOf(facet: string, value: string, label: string | undefined, me: string): string {
  if (facet === "owner") return value === "" ? "Nobody" : value === me ? `${value} (me)` : value;
  if (facet === "sla") return standings[value] ?? value;
  return label ?? (facet === "tactic" || facet === "classification" ? spaced(value) : value);
}

import type { AnswerOf, Routes } from "@calypso/contract";
import { createResource, For, type JSX, Show } from "solid-js";
import { Asked } from "../parts/asked.tsx";
import { Severity } from "../parts/badge.tsx";
import { DataTable, type TableColumn } from "../parts/data-table.tsx";
import { Facet } from "../parts/facet.tsx";
import { Pager } from "../parts/pager.tsx";
import { client } from "../platform/client.ts";
import { offer } from "../platform/commands.ts";
import { amend, place } from "../platform/router.ts";
import { countText } from "../text/times.ts";
import { visible } from "../text/visible.ts";
import { conditionsIn, exactNames, ruleAddress, severalNames, singleNames } from "./address.ts";
import { CatalogueTabs } from "./catalogue-tabs.tsx";
import { Comparisons } from "./comparisons.tsx";
import { RuleLink, TableLink, TechniqueLink, VerdictBadge } from "./links.tsx";
import { ShippedNote } from "./shipped-note.tsx";
import { TrialPanel } from "./trial-panel.tsx";
import "../styles/catalogue.css";

type Found = AnswerOf<Routes["searchCatalogue"]>;
type Listed = Found["rules"][number];

const rulesOfPage = 50;
/** How long after the last letter the search is asked, in milliseconds. */
const pause = 120;

const facets: readonly (readonly [string, string])[] = [
  ["platform", "Platform"],
  ["severity", "Severity"],
  ["verdict", "Verdict here"],
  ["tactic", "Tactic"],
  ["technique", "Technique"],
  ["table", "Table"],
  ["source", "Source"],
  ["purpose", "Kind"],
  ["language", "Language"],
  ["events", "Events"],
];

/** Rules of every platform. The address holds all that is searched for. */
export function CataloguePage(): JSX.Element {
  let field: HTMLInputElement | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const offset = () => Number(place().query.get("after") ?? 0) || 0;
  const asked = () => ({ query: { ...conditionsIn(place().query), limit: rulesOfPage, offset: offset() } });
  const [found] = createResource(
    () => JSON.stringify(asked()),
    () => client.call("searchCatalogue", asked()),
  );
  const type = (text: string) => {
    clearTimeout(timer);
    timer = setTimeout(() => amend({ text: text === "" ? undefined : text, after: undefined }), pause);
  };
  const isNarrowed = () => Object.keys(conditionsIn(place().query)).length > 0;
  const clear = () => {
    amend(
      Object.fromEntries([...severalNames, ...singleNames, ...exactNames, "after"].map((name) => [name, undefined])),
    );
    if (field !== undefined) field.value = "";
    field?.focus();
  };
  offer([
    { name: "Find rules in the catalogue", run: () => field?.focus() },
    { name: "Catalogue: all rules again", run: clear },
  ]);
  const next = (total: number) => (offset() + rulesOfPage < total ? String(offset() + rulesOfPage) : undefined);
  return (
    <div class="page catalogue">
      <h1>Catalogue</h1>
      <CatalogueTabs />
      <div class="filters">
        <input
          ref={(element) => (field = element)}
          type="search"
          class="wide"
          aria-label="Find rules"
          placeholder={'Words of rules: legacy protocol, "device code" or -powershell'}
          value={place().query.get("text") ?? ""}
          onInput={(event) => type(event.currentTarget.value)}
        />
        <Show when={isNarrowed()}>
          <button type="button" onClick={clear}>
            All rules
          </button>
        </Show>
      </div>
      <ShippedNote />
      <Asked of={found} what="the rules">
        {(answer) => (
          <div class="with-sidebar">
            <section class="facets" aria-label="Narrow the search">
              <For each={facets.slice(0, 3)}>
                {([name, title]) => <Facet name={name} title={title} values={valuesOf(answer(), name)} />}
              </For>
              <Comparisons />
              <For each={facets.slice(3)}>
                {([name, title]) => <Facet name={name} title={title} values={valuesOf(answer(), name)} />}
              </For>
            </section>
            <section aria-label="Rules">
              <div class="list-head">
                <strong>{countText(answer().total)} rules</strong>
                <TrialPanel total={answer().total} conditions={conditionsIn(place().query)} />
              </div>
              <DataTable
                caption="Rules that were found, the best first"
                columns={columns}
                rows={answer().rules}
                key={({ id }) => id}
                address={({ id }) => ruleAddress(id)}
                nothing={
                  <>
                    No rule is like that. <a href="/catalogue">Show all rules</a>, or see{" "}
                    <a href="/catalogue/sources">which sources there are</a> and how to add one.
                  </>
                }
              />
              <Show when={answer().total > 0}>
                <Pager
                  total={answer().total}
                  shown={Math.min(answer().rules.length + offset(), answer().total)}
                  next={next(answer().total)}
                  what="rules"
                />
              </Show>
            </section>
          </div>
        )}
      </Asked>
    </div>
  );
}

const columns: readonly TableColumn<Listed>[] = [
  {
    title: "Rule",
    isMain: true,
    cell: (rule) => (
      <>
        <RuleLink id={rule.id} name={rule.name} />
        <Show when={rule.purpose !== "rule"}>
          {" "}
          <span class="aside">{visible(rule.purpose)}</span>
        </Show>
      </>
    ),
  },
  { title: "Here", cell: ({ verdict }) => <VerdictBadge of={verdict} /> },
  { title: "Severity", cell: ({ severity }) => <Show when={severity}>{(of) => <Severity of={of()} />}</Show> },
  { title: "Platform", cell: ({ platform }) => visible(platform) },
  {
    title: "Techniques",
    cell: ({ techniques }) => (
      <Listing all={mostSpecific(techniques)} most={2}>
        {(id) => <TechniqueLink id={id} />}
      </Listing>
    ),
  },
  {
    title: "Reads",
    cell: ({ tables }) => (
      <Listing all={tables} most={1}>
        {(name) => <TableLink name={name} />}
      </Listing>
    ),
  },
];

/** The first few of some, and how many more there are. */
function Listing(props: {
  readonly all: readonly string[];
  readonly most: number;
  readonly children: (one: string) => JSX.Element;
}): JSX.Element {
  return (
    <>
      <For each={props.all.slice(0, props.most)}>
        {(one, index) => (
          <>
            <Show when={index() > 0}>, </Show>
            {props.children(one)}
          </>
        )}
      </For>
      <Show when={props.all.length > props.most}>
        <span class="aside" title={visible(props.all.slice(props.most).join(", "))}>
          {" "}
          +{props.all.length - props.most}
        </span>
      </Show>
    </>
  );
}

/** Techniques without those whose sub-technique is among them. */
function mostSpecific(techniques: readonly string[]): readonly string[] {
  return techniques.filter((id) => !techniques.some((other) => other.startsWith(`${id}.`)));
}

const severities = ["High", "Medium", "Low", "Informational"];

function valuesOf({ facets: counted }: Found, name: string) {
  const values = (counted[name] ?? []).map(({ value, rules, title }) => ({
    ...{ value, count: rules },
    ...(title === undefined ? {} : { title: name === "technique" ? `${value} ${title}` : title }),
  }));
  if (name !== "severity") return values;
  const rank = (value: string) => (severities.indexOf(value) + severities.length + 1) % (severities.length + 1);
  return values.sort((one, other) => rank(one.value) - rank(other.value));
}

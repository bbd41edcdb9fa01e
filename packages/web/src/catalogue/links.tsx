import { For, type JSX, Show } from "solid-js";
import { Badge, type Tone } from "../parts/badge.tsx";
import { countText } from "../text/times.ts";
import { visible } from "../text/visible.ts";
import { fieldAddress, ruleAddress, searchAddress, tableAddress, techniqueAddress } from "./address.ts";

export function RuleLink(props: { readonly id: string; readonly name: string }): JSX.Element {
  return <a href={ruleAddress(props.id)}>{visible(props.name)}</a>;
}

export function TechniqueLink(props: { readonly id: string; readonly name?: string }): JSX.Element {
  return (
    <a href={techniqueAddress(props.id)} title={visible(props.name ?? "")}>
      {visible(props.id)}
    </a>
  );
}

export function TableLink(props: { readonly name: string }): JSX.Element {
  return <a href={tableAddress(props.name)}>{visible(props.name)}</a>;
}

export function FieldLink(props: { readonly table: string; readonly field: string }): JSX.Element {
  return <a href={fieldAddress(props.table, props.field)}>{visible(props.field)}</a>;
}

/** Counts of rules by platform, each a link to those rules. */
export function PlatformLinks(props: {
  readonly counts: Readonly<Record<string, number>>;
  /** What the rules have beside their platform. */
  readonly conditions: Readonly<Record<string, string | boolean>>;
}): JSX.Element {
  return (
    <For each={Object.entries(props.counts)}>
      {([platform, count], index) => (
        <>
          <Show when={index() > 0}>{", "}</Show>
          <a class="nobreak" href={searchAddress({ ...props.conditions, platform })}>
            {visible(platform)} {countText(count)}
          </a>
        </>
      )}
    </For>
  );
}

/** How much each verdict deserves a look; it is always said in words too. */
const tones: Readonly<Record<string, Tone>> = {
  ...{ fires: "high", silent: "good", "empty fields": "medium", "no data": "medium", failed: "bad" },
  ...{ "does not bind": "low", "does not parse": "low", "no query": "plain" },
};

/** How a rule did here when it was last tried. */
export function VerdictBadge(props: { readonly of: string | null | undefined }): JSX.Element {
  return (
    <Show when={props.of} fallback={<span class="untried">not tried</span>}>
      {(status) => <Badge text={status()} tone={tones[status()] ?? "plain"} />}
    </Show>
  );
}

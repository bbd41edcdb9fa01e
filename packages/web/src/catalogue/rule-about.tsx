import { For, type JSX, Show } from "solid-js";
import { durationText, Time } from "../parts/time.tsx";
import { visible } from "../text/visible.ts";
import { searchAddress, techniqueAddress } from "./address.ts";
import { TableLink } from "./links.tsx";
import type { RuleKnown } from "./rule-page.tsx";

/** The facts of a rule: ATT&CK, what it reads, when it runs, whom it names, where it is from. */
export function About(props: { readonly rule: RuleKnown }): JSX.Element {
  const techniques = () =>
    props.rule.techniques.filter(({ id }) => !props.rule.techniques.some((other) => other.id.startsWith(`${id}.`)));
  const tables = () => [...new Map(props.rule.reads.map((read) => [`${read.source} ${read.absent}`, read])).values()];
  /** What its author says that it needs, beside the tables that it reads. */
  const others = () => props.rule.dataSources.filter((name) => !props.rule.reads.some(({ source }) => source === name));
  return (
    <>
      <section aria-labelledby="attack">
        <h2 id="attack">ATT&CK</h2>
        <Show
          when={props.rule.tactics.length + techniques().length > 0}
          fallback={<p class="aside">It claims no technique.</p>}
        >
          <ul class="plain-list">
            <For each={props.rule.tactics}>
              {({ token, name }) => (
                <li>
                  <a href={searchAddress({ tactic: token })}>{visible(name)}</a>
                </li>
              )}
            </For>
            <For each={techniques()}>
              {({ id, name, now }) => (
                <li>
                  <a href={techniqueAddress(now ?? id)}>{visible(now ?? id)}</a> {visible(name)}
                  <Show when={now}>
                    <span class="aside"> (claimed as {visible(id)})</span>
                  </Show>
                </li>
              )}
            </For>
          </ul>
        </Show>
      </section>
      <section aria-labelledby="reads">
        <h2 id="reads">Reads</h2>
        <ul class="plain-list">
          <For each={tables()}>
            {({ source, table, events, absent }) => (
              <li>
                <TableLink name={table} />
                <Show when={source !== table}>
                  <span class="aside"> ({visible(source)})</span>
                </Show>
                <Show when={absent}>
                  <span class="aside">, asks that there is none</span>
                </Show>
                <Show when={events}>
                  {(kind) => (
                    <>
                      {" "}
                      <a class="aside" href={searchAddress({ events: kind() })} title="Rules that look at such events">
                        {visible(kind())}
                      </a>
                    </>
                  )}
                </Show>
              </li>
            )}
          </For>
          <Show when={others().length > 0}>
            <li class="aside">Its author names {visible(others().join(", "))}</li>
          </Show>
        </ul>
      </section>
      <Schedule rule={props.rule} />
      <Origin rule={props.rule} />
    </>
  );
}

function Schedule(props: { readonly rule: RuleKnown }): JSX.Element {
  const spanText = (milliseconds: number) => durationText(milliseconds / 1000);
  return (
    <section aria-labelledby="runs">
      <h2 id="runs">Fires</h2>
      <dl class="facts">
        <Show when={props.rule.frequency}>
          {(frequency) => (
            <>
              <dt>Every</dt>
              <dd>{spanText(frequency())}</dd>
            </>
          )}
        </Show>
        <Show when={props.rule.period}>
          {(period) => (
            <>
              <dt>Over the last</dt>
              <dd>{spanText(period())}</dd>
            </>
          )}
        </Show>
        <Show when={props.rule.trigger}>
          {(trigger) => (
            <>
              <dt>Rows</dt>
              <dd>{triggerText(trigger())}</dd>
            </>
          )}
        </Show>
        <For each={props.rule.thresholds}>
          {(threshold) => (
            <>
              <dt>Threshold</dt>
              <dd>
                <code>{visible(threshold)}</code>
              </dd>
            </>
          )}
        </For>
        <For each={props.rule.entities}>
          {({ type, fields }) => (
            <>
              <dt>{visible(type)}</dt>
              <dd>{visible(fields.map(({ identifier, column }) => `${identifier}: ${column}`).join(", "))}</dd>
            </>
          )}
        </For>
      </dl>
    </section>
  );
}

/** A trigger (`gt 0`) in words. */
function triggerText(trigger: string): string {
  const [operator = "", count = ""] = trigger.split(" ");
  return `${triggers[operator] ?? visible(operator)} ${visible(count)}`;
}

const triggers: Readonly<Record<string, string>> = {
  gt: "more than",
  lt: "fewer than",
  eq: "exactly",
  ne: "other than",
};

function Origin(props: { readonly rule: RuleKnown }): JSX.Element {
  const origin = () => props.rule.source;
  const facts = () =>
    (
      [
        ["Source", origin().name],
        ["File", `${origin().file}, line ${origin().line}`],
        ["Licence", origin().licence === "" ? "unknown" : origin().licence],
        ["Commit", origin().commit],
        ["Retrieved", origin().retrievedAt],
        ["Authors", props.rule.authors.join(", ")],
        ["Its id there", props.rule.authorId],
        ["Version", props.rule.version ?? ""],
        ["Status", props.rule.status ?? ""],
        ["Created", props.rule.created ?? ""],
        ["Updated", props.rule.updated ?? ""],
        ["Tags", props.rule.tags.join(", ")],
        ["Id here", props.rule.id],
      ] as const
    ).filter(([, value]) => value !== "");
  return (
    <section aria-labelledby="origin">
      <h2 id="origin">From</h2>
      <dl class="facts">
        <For each={facts()}>
          {([name, value]) => (
            <>
              <dt>{name}</dt>
              <dd>{visible(value)}</dd>
            </>
          )}
        </For>
        <dt>Known since</dt>
        <dd>
          <Time at={origin().firstSeen} ago={true} />
        </dd>
      </dl>
      <Show when={props.rule.references.length > 0}>
        <ul class="plain-list references">
          <For each={props.rule.references}>
            {(reference) => (
              <li>
                <Show when={isWebAddress(reference)} fallback={visible(reference)}>
                  <a href={reference} target="_blank" rel="noopener noreferrer">
                    {visible(reference)}
                  </a>
                </Show>
              </li>
            )}
          </For>
        </ul>
      </Show>
    </section>
  );
}

/** Whether a reference is an address that can be opened: scripts and files are none. */
function isWebAddress(text: string): boolean {
  return /^https?:\/\/\S+$/i.test(text) && URL.canParse(text);
}

import { mayDo } from "@calypso/contract";
import { createSignal, For, type JSX, onCleanup, Show } from "solid-js";
import { HuntLink } from "../parts/hunt-link.tsx";
import { Time } from "../parts/time.tsx";
import { client, problemOf, session } from "../platform/client.ts";
import { tell } from "../platform/commands.ts";
import { ProblemView } from "../platform/problem.tsx";
import { countText } from "../text/times.ts";
import { visible } from "../text/visible.ts";
import { TableLink, VerdictBadge } from "./links.tsx";
import type { RuleKnown } from "./rule-page.tsx";

type Verdict = NonNullable<RuleKnown["verdict"]>["verdict"];

/** Whether the rule works here, and why; with the button that finds out. */
export function VerdictHere(props: { readonly rule: RuleKnown; readonly changed: () => void }): JSX.Element {
  const [isTrying, setTrying] = createSignal(false);
  const [failure, setFailure] = createSignal<unknown>();
  let isGone = false;
  onCleanup(() => (isGone = true));
  const may = () => session.state === "ready" && mayDo(session().user?.role ?? "reader", "responder");
  const attempt = async () => {
    setTrying(true);
    setFailure(undefined);
    try {
      const { id } = await client.call("tryCatalogueRules", { body: { ids: [props.rule.id] } });
      while (!isGone && (await isRunning(id))) await new Promise((resolve) => setTimeout(resolve, 300));
      tell("the rule was tried");
      if (!isGone) props.changed();
    } catch (thrown) {
      setFailure(() => thrown);
    } finally {
      setTrying(false);
    }
  };
  return (
    <section aria-labelledby="here">
      <h2 id="here">Here</h2>
      <Show when={props.rule.verdict} fallback={<p class="aside">Nobody has tried it on this workspace yet.</p>}>
        {(known) => (
          <>
            <p class="verdict-here">
              <VerdictBadge of={known().verdict.status} /> {visible(sentenceOf(known().verdict))}
            </p>
            <Tables verdict={known().verdict} />
            <p class="aside">
              Looked at <Time at={known().verdict.from} /> to <Time at={known().verdict.to} />, tried{" "}
              <Time at={known().at} ago={true} />
              <Show when={known().verdict.milliseconds}>
                {(milliseconds) => <> in {countText(milliseconds())} ms</>}
              </Show>
            </p>
          </>
        )}
      </Show>
      <Show when={may()}>
        <button type="button" disabled={isTrying()} onClick={() => void attempt()}>
          {isTrying() ? "Trying…" : props.rule.verdict === undefined ? "Would it fire here?" : "Try it again"}
        </button>
      </Show>
      <Show when={failure() !== undefined}>
        <ProblemView problem={problemOf(failure())} />
      </Show>
    </section>
  );
}

async function isRunning(id: string): Promise<boolean> {
  const { trial } = await client.call("catalogueTrial", {});
  return trial?.id === id && trial.state === "running";
}

/** The tables that it reads with their rows, and of the columns that decide about its rows how many have a value. */
function Tables(props: { readonly verdict: Verdict }): JSX.Element {
  const range = () => `${props.verdict.from}..${props.verdict.to}`;
  return (
    <Show when={props.verdict.tables.length > 0}>
      <ul class="tables-read">
        <For each={props.verdict.tables}>
          {({ name, rows }) => (
            <li>
              <TableLink name={name} />{" "}
              <Show when={rows !== null} fallback={<span class="aside">could not be counted</span>}>
                <HuntLink query={`${quotedTable(name)}\n| take 100`} range={range()}>
                  {countText(rows ?? 0)} rows
                </HuntLink>
              </Show>
              <ul>
                <For each={props.verdict.fields.filter(({ table, filled }) => table === name && filled !== null)}>
                  {(field) => (
                    <li classList={{ empty: field.filled === 0 }}>
                      <code>{visible(field.name)}</code> {filledText(field.filled ?? 0)}
                    </li>
                  )}
                </For>
              </ul>
            </li>
          )}
        </For>
      </ul>
    </Show>
  );
}

function filledText(share: number): string {
  if (share === 0) return "is empty in all rows";
  if (share === 1) return "is filled";
  return share < 0.01 ? "is filled in less than 1 % of rows" : `is filled in ${Math.floor(share * 100)} % of rows`;
}

function quotedTable(name: string): string {
  return /^[A-Za-z_]\w*$/.test(name) ? name : `['${name.replace(/[\\']/g, "\\$&")}']`;
}

/** What a verdict means, in one sentence. */
export function sentenceOf({ status, reason, found }: Verdict): string {
  const part =
    found !== undefined && found.windows < found.allWindows
      ? ` in the newest ${countText(found.windows)} of ${countText(found.allWindows)} windows`
      : "";
  switch (status) {
    case "fires": {
      const count = found?.count ?? 0;
      const what = found?.of === "rows" ? "row" : "alert";
      return `It would have raised ${countText(count)} ${what}${count === 1 ? "" : "s"}${part}.`;
    }
    case "silent":
      return `It runs, and finds nothing${part}.`;
    case "empty fields":
      return `It finds nothing: ${reason}.`;
    case "no data":
      return `It finds nothing: ${reason}.`;
    default:
      return reason;
  }
}

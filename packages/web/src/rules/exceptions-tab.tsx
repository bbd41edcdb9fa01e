import type { AnswerOf, Routes } from "@calypso/contract";
import { createSignal, type JSX, Show } from "solid-js";
import { Badge, type Tone } from "../parts/badge.tsx";
import { DataTable } from "../parts/data-table.tsx";
import { FormDialog } from "../parts/dialog.tsx";
import { Time } from "../parts/time.tsx";
import { client, serviceNow } from "../platform/client.ts";
import { offer, tell } from "../platform/commands.ts";
import { countText } from "../text/times.ts";
import { visible } from "../text/visible.ts";
import { ExceptionForm } from "./exception-form.tsx";
import { Proposals } from "./proposals.tsx";
import type { RuleDetail } from "./states.ts";

type Listed = RuleDetail["exceptionList"][number];
export type Hides = Pick<AnswerOf<Routes["suggestExceptions"]>["proposals"][number], "fields" | "condition">;

/** What keeps rows out of the rule's alerts; what else could, found in its past; and the form in which one is measured and saved. */
export function ExceptionsTab(props: { readonly rule: RuleDetail; readonly again: () => Promise<void> }): JSX.Element {
  const [begun, setBegun] = createSignal<Hides & { readonly id?: string }>();
  const [removing, setRemoving] = createSignal<Listed>();
  const remove = async () => {
    const gone = removing();
    if (gone === undefined) return;
    await client.call("removeException", { params: { key: props.rule.key, exception: gone.id } });
    tell(`the exception ${gone.id} is gone`);
    await props.again();
  };
  const saved = async (id: string) => {
    setBegun(undefined);
    tell(`the exception ${id} is saved, and holds from the next window on`);
    await props.again();
  };
  offer([{ name: "Write an exception of this rule", run: () => setBegun({ fields: {} }) }]);
  return (
    <>
      <DataTable
        caption="Exceptions of the rule"
        columns={[
          { title: "Exception", isMain: true, cell: (one) => <About exception={one} /> },
          { title: "State", cell: ({ state }) => <Badge text={state} tone={tones[state]} /> },
          { title: "Ends", cell: (one) => <Ends exception={one} /> },
          { title: "Hidden rows", isNumber: true, cell: ({ rows }) => countText(rows) },
          { title: "In windows", isNumber: true, cell: ({ windows }) => countText(windows) },
          { title: "Last", cell: ({ last }) => <Show when={last}>{(at) => <Time at={at()} ago />}</Show> },
          { title: "Owner", cell: ({ owner }) => visible(owner) },
          {
            title: "",
            cell: (one) => (
              <button type="button" aria-label={`Remove the exception ${one.id}`} onClick={() => setRemoving(one)}>
                Remove
              </button>
            ),
          },
        ]}
        rows={props.rule.exceptionList}
        key={({ id }) => id}
        nothing="The rule has no exceptions: all rows that it finds count."
      />
      <Show
        when={begun()}
        fallback={
          <>
            <div class="rule-bar">
              <button type="button" onClick={() => setBegun({ fields: {} })}>
                Write an exception
              </button>
            </div>
            <Proposals rule={props.rule} choose={setBegun} />
          </>
        }
      >
        {(hides) => <ExceptionForm rule={props.rule} begun={hides()} close={() => setBegun(undefined)} saved={saved} />}
      </Show>
      <FormDialog
        open={removing() !== undefined}
        close={() => setRemoving(undefined)}
        title="Remove the exception?"
        action="Remove"
        work={remove}
      >
        <p>
          What <code>{visible(removing()?.id ?? "")}</code> hides raises alerts again from the next window on.
        </p>
      </FormDialog>
    </>
  );
}

function About(props: { readonly exception: Listed }): JSX.Element {
  const one = () => props.exception;
  return (
    <>
      <code>{visible(one().condition)}</code>
      <div class="hint">
        {visible(one().reason)}
        {one().ticket === undefined ? "" : ` (${visible(one().ticket ?? "")})`} ·{" "}
        {one().rules === "all" ? "all rules of its folder" : one().rules === 1 ? "this rule" : `${one().rules} rules`} ·{" "}
        {visible(one().file)}:{one().line}
      </div>
    </>
  );
}

/** Named when it is near. */
const soon = 14 * 86_400_000;

function Ends(props: { readonly exception: Listed }): JSX.Element {
  const isSoon = (at: string) => Date.parse(at) - serviceNow().getTime() < soon;
  return (
    <Show when={props.exception.expiry} fallback="never">
      {(at) => (
        <>
          <Time at={at()} />{" "}
          <Show when={props.exception.state === "active" && isSoon(at())}>
            <Badge text="soon" tone="medium" />
          </Show>
        </>
      )}
    </Show>
  );
}

const tones: Readonly<Record<Listed["state"], Tone>> = { active: "good", expired: "medium", disabled: "plain" };

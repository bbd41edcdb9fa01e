import { type AnswerOf, mayDo, type Routes } from "@calypso/contract";
import { createSignal, For, type JSX, Show } from "solid-js";
import { FormDialog } from "../parts/dialog.tsx";
import { client, session } from "../platform/client.ts";
import { tell } from "../platform/commands.ts";
import { visible } from "../text/visible.ts";
import type { RuleKnown } from "./rule-page.tsx";

type Adopted = AnswerOf<Routes["adoptCatalogueRule"]>;

/** Takes the rule over into the rules that the service runs. */
export function Adopt(props: { readonly rule: RuleKnown; readonly changed: () => void }): JSX.Element {
  const [isOpen, setOpen] = createSignal(false);
  const [force, setForce] = createSignal(false);
  const [adopted, setAdopted] = createSignal<Adopted>();
  const may = () => session.state === "ready" && mayDo(session().user?.role ?? "reader", "engineer");
  const why = () => {
    if (props.rule.obstacle !== undefined) return props.rule.obstacle;
    return props.rule.kql === undefined ? `rules in ${props.rule.language} do not run here` : undefined;
  };
  const adopt = async () => {
    const call = { params: { id: props.rule.id }, body: { force: force() } };
    setAdopted(await client.call("adoptCatalogueRule", call));
    tell("the rule was adopted");
    props.changed();
  };
  return (
    <Show when={may()}>
      <button
        type="button"
        class="main"
        disabled={why() !== undefined}
        title={visible(why() ?? "Take it over into the rules that run here")}
        onClick={() => {
          setForce(false);
          setOpen(true);
        }}
      >
        Adopt
      </button>
      <FormDialog open={isOpen()} close={() => setOpen(false)} title="Adopt this rule" action="Adopt" work={adopt}>
        <p>
          It is written into the service's folder of rules with its source, licence and authors, and runs from then on
          by its own schedule. Licence: <strong>{visible(props.rule.source.licence || "unknown")}</strong>.
        </p>
        <Show when={props.rule.inUse.length > 0}>
          <label class="choice">
            <span>
              <input type="checkbox" checked={force()} onChange={(event) => setForce(event.currentTarget.checked)} />{" "}
              Write over the file that is there
            </span>
          </label>
        </Show>
      </FormDialog>
      <Show when={adopted()}>{(done) => <Done adopted={done()} />}</Show>
    </Show>
  );
}

/** Where it was written, and what checks say of it. */
function Done(props: { readonly adopted: Adopted }): JSX.Element {
  return (
    <div class="adopted" role="status">
      <p>
        Adopted: <code>{visible(props.adopted.files[0] ?? "")}</code>.{" "}
        <Show when={props.adopted.key}>
          {(key) => <a href={`/rules/${encodeURIComponent(key())}`}>Show it among the rules</a>}
        </Show>
      </p>
      <Show when={props.adopted.withoutGuidance}>
        {(reason) => <p>Its guidance is left out: {visible(reason())}</p>}
      </Show>
      <ul>
        <For each={props.adopted.findings}>
          {({ severity, message, line }) => (
            <li>
              {visible(severity)}, line {line}: {visible(message)}
            </li>
          )}
        </For>
      </ul>
    </div>
  );
}

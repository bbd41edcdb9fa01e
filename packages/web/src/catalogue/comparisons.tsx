import { createResource, createSignal, createUniqueId, For, type JSX, Show } from "solid-js";
import { client } from "../platform/client.ts";
import { amend, place } from "../platform/router.ts";
import { countText } from "../text/times.ts";
import { visible } from "../text/visible.ts";
import { conditionsIn, exactNames, singleNames } from "./address.ts";

const titles = { field: "Field", operator: "Operator", value: "Value" } as const;
type Name = keyof typeof titles;

/** What rules compare: a field, an operator and a value of one comparison, with what there is to choose. */
export function Comparisons(): JSX.Element {
  const isUsed = () => singleNames.some((name) => name !== "text" && place().query.has(name));
  const [isOpen, setOpen] = createSignal(isUsed());
  const [known] = createResource(
    () => (isOpen() ? JSON.stringify(conditionsIn(place().query)) : undefined),
    () => client.call("catalogueComparisons", { query: conditionsIn(place().query) }),
  );
  const choices = (name: Name) => (known.error === undefined ? known.latest?.[`${name}s` as const] : undefined) ?? [];
  return (
    <fieldset class="facet comparison" onFocusIn={() => setOpen(true)}>
      <legend>Compares</legend>
      <For each={Object.keys(titles) as Name[]}>{(name) => <Choice name={name} choices={choices(name)} />}</For>
      <Show when={exactly()}>
        {(text) => (
          <button
            type="button"
            title="Search for all comparisons that are like this"
            onClick={() =>
              amend({ ...Object.fromEntries(exactNames.map((name) => [name, undefined])), after: undefined })
            }
          >
            {visible(text())} ✕
          </button>
        )}
      </Show>
    </fieldset>
  );
}

/** What narrows the comparison beside its field, operator and value; nothing where nothing does. */
function exactly(): string | undefined {
  const { comparedIn, negated, asWritten, otherThan } = conditionsIn(place().query);
  const parts = [
    ...(asWritten === true ? ["exactly so"] : []),
    ...(negated === undefined ? [] : [negated === true ? "under a not" : "under no not"]),
    ...(comparedIn === undefined ? [] : [`of ${String(comparedIn)}`]),
    ...(otherThan === undefined ? [] : ["in other rules"]),
  ];
  return parts.length === 0 ? undefined : parts.join(", ");
}

function Choice(props: {
  readonly name: Name;
  readonly choices: readonly { readonly value: string; readonly rules: number }[];
}): JSX.Element {
  const list = createUniqueId();
  return (
    <>
      <input
        type="search"
        aria-label={titles[props.name]}
        placeholder={props.name === "value" ? "Value, * for any text" : titles[props.name]}
        list={list}
        value={place().query.get(props.name) ?? ""}
        onChange={(event) => amend({ [props.name]: event.currentTarget.value.trim() || undefined, after: undefined })}
      />
      <datalist id={list}>
        <Show when={props.choices.length > 0}>
          <For each={props.choices}>
            {({ value, rules }) => <option value={value}>{countText(rules)} rules</option>}
          </For>
        </Show>
      </datalist>
    </>
  );
}

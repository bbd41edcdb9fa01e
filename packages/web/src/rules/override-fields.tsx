import { createUniqueId, For, type JSX, Show } from "solid-js";

/** Values as they stand in overrides.yaml; empty ones are not there. */
export type OverrideValues = Readonly<Record<string, string>>;

interface Field {
  readonly name: string;
  readonly title: string;
  readonly hint?: string;
  readonly choices?: readonly string[];
}

const fields: readonly Field[] = [
  { name: "severity", title: "Severity", choices: ["High", "Medium", "Low", "Informational"] },
  { name: "queryFrequency", title: "Runs every", hint: "10m, 1h, 1d" },
  { name: "queryPeriod", title: "Looks back", hint: "1h, 1d, 14d" },
  { name: "triggerOperator", title: "Alerts when rows are", choices: ["gt", "lt", "eq", "ne"] },
  { name: "triggerThreshold", title: "… than or to", hint: "a whole number" },
  { name: "delay", title: "Waits after a window's end", hint: "5m" },
  { name: "cutBy", title: "Windows are cut by", choices: ["event", "arrival"] },
  { name: "timeout", title: "Longest run", hint: "2m" },
  { name: "memory", title: "Most memory", hint: "512MB, 2GB" },
];

/** The fields of an override. */
export function OverrideFields(props: {
  readonly values: OverrideValues;
  readonly change: (values: OverrideValues) => void;
}): JSX.Element {
  const id = createUniqueId();
  const set = (name: string, value: string) => props.change({ ...props.values, [name]: value });
  return (
    <For each={fields}>
      {({ name, title, hint, choices }) => (
        <div class="field">
          <label for={`${id}-${name}`}>{title}</label>
          <Show
            when={choices}
            fallback={
              <input
                id={`${id}-${name}`}
                type="text"
                placeholder={hint}
                value={props.values[name] ?? ""}
                onInput={(event) => set(name, event.currentTarget.value.trim())}
              />
            }
          >
            {(known) => (
              <select
                id={`${id}-${name}`}
                value={props.values[name] ?? ""}
                onChange={(event) => set(name, event.currentTarget.value)}
              >
                <option value="">as in its file</option>
                <For each={known()}>{(choice) => <option value={choice}>{choice}</option>}</For>
              </select>
            )}
          </Show>
        </div>
      )}
    </For>
  );
}

import { For, type JSX } from "solid-js";
import { visible } from "../text/visible.ts";
import { spaced } from "./texts.ts";

/** The tactics of ATT&CK by the names that rules have for them. */
const tacticIds: Readonly<Record<string, string>> = {
  ...{ Reconnaissance: "TA0043", ResourceDevelopment: "TA0042", InitialAccess: "TA0001", Execution: "TA0002" },
  ...{ Persistence: "TA0003", PrivilegeEscalation: "TA0004", DefenseEvasion: "TA0005", CredentialAccess: "TA0006" },
  ...{ Discovery: "TA0007", LateralMovement: "TA0008", Collection: "TA0009", CommandAndControl: "TA0011" },
  ...{ Exfiltration: "TA0010", Impact: "TA0040" },
};

/** Tactics and techniques, as links to ATT&CK where it has a page of them. */
export function Attack(props: {
  readonly tactics: readonly string[];
  readonly techniques: readonly string[];
}): JSX.Element {
  const all = () => [
    ...props.tactics.map((name) => [spaced(name), tacticIds[name] && `tactics/${tacticIds[name]}`] as const),
    ...props.techniques.map(
      (id) => [id, /^T\d{4}(\.\d{3})?$/.test(id) && `techniques/${id.replace(".", "/")}`] as const,
    ),
  ];
  return (
    <ul class="inline">
      <For each={all()}>
        {([name, path]) => (
          <li>
            {path ? (
              <a href={`https://attack.mitre.org/${path}/`} target="_blank" rel="noopener noreferrer">
                {visible(name)}
              </a>
            ) : (
              visible(name)
            )}
          </li>
        )}
      </For>
    </ul>
  );
}

import { createResource, type JSX } from "solid-js";
import { Asked } from "../parts/asked.tsx";
import { client } from "../platform/client.ts";
import { visible } from "../text/visible.ts";
import "../styles/incidents.css";
import { AlertEvidence } from "./alert-evidence.tsx";

/** An alert that belongs to no incident: why it was raised, and the rows behind it. */
export function AlertPage(props: { readonly parameters: Readonly<Record<string, string>> }): JSX.Element {
  const id = () => props.parameters["id"] ?? "";
  const [evidence] = createResource(id, (one) =>
    client.call("alertRows", { params: { id: one }, query: { limit: 1000 } }),
  );
  return (
    <div class="page incident">
      <h1>Alert {visible(id())}</h1>
      <Asked of={evidence} what="the rows">
        {(answer) => <AlertEvidence evidence={answer()} />}
      </Asked>
    </div>
  );
}

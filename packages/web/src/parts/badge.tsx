import type { JSX } from "solid-js";
import { visible } from "../text/visible.ts";

/** How much a thing deserves a look; always said in the text too. */
export type Tone = "plain" | "good" | "low" | "medium" | "high" | "bad";

/** A short fact that stands out. */
export function Badge(props: { readonly text: string; readonly tone?: Tone; readonly title?: string }): JSX.Element {
  return (
    <span class={`badge ${props.tone ?? "plain"}`} title={props.title}>
      {visible(props.text)}
    </span>
  );
}

/** The severity of a rule, alert or incident. */
export function Severity(props: { readonly of: string }): JSX.Element {
  return <Badge text={props.of} tone={severityTones[props.of] ?? "plain"} />;
}

const severityTones: Readonly<Record<string, Tone>> = { High: "high", Medium: "medium", Low: "low", Critical: "bad" };

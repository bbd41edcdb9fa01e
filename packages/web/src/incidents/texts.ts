import type { AnswerOf, Routes } from "@calypso/contract";
import type { Tone } from "../parts/badge.tsx";
import { durationText } from "../parts/time.tsx";

export type Incident = AnswerOf<Routes["incident"]>;
export type QueuedIncident = AnswerOf<Routes["incidents"]>["incidents"][number];

/** How an incident may be judged, with the reason that belongs to it. */
export const judgements = [
  ["TruePositive", "SuspiciousActivity", "True positive: suspicious activity"],
  ["BenignPositive", "SuspiciousButExpected", "Benign positive: suspicious but expected"],
  ["FalsePositive", "IncorrectAlertLogic", "False positive: the rule's logic is wrong"],
  ["FalsePositive", "InaccurateData", "False positive: the data is inaccurate"],
  ["Undetermined", undefined, "Undetermined"],
] as const;

/** A judgement for people. */
export function judgementText(classification: string, reason: string | undefined): string {
  return judgements.find(([one, other]) => one === classification && other === reason)?.[2] ?? classification;
}

/** A word of the API as people write it: `CredentialAccess` is `Credential Access`. */
export function spaced(name: string): string {
  return name.replace(/(?<=[a-z])(?=[A-Z])/g, " ");
}

/** What types of entities are called. */
export function typeText(type: string): string {
  return { account: "User", ip: "Address", host: "Host", cloudapplication: "Application" }[type] ?? type;
}

/** The page of an entity, looked at until a moment; until now where there is none. */
export function entityAddressUntil(
  { type, name }: { readonly type: string; readonly name: string },
  to?: string,
): string {
  const query = to === undefined ? "" : `?to=${encodeURIComponent(to)}`;
  return `/entities/${encodeURIComponent(type)}/${encodeURIComponent(name)}${query}`;
}

/** The page of an entity as it was an hour after some activity, so that the activity is in it. */
export function entityAddress(entity: { readonly type: string; readonly name: string }, activity?: string): string {
  const at = activity === undefined ? Number.NaN : Date.parse(activity);
  return entityAddressUntil(entity, Number.isNaN(at) ? undefined : new Date(at + 3_600_000).toISOString());
}

/** How an incident stands to its targets, in words. */
export function standingText(
  { sla, due, answered }: Pick<QueuedIncident, "sla" | "due" | "answered">,
  now: Date,
): { readonly text: string; readonly tone: Tone } | undefined {
  if (sla === undefined) return undefined;
  if (sla === "met") return { text: "targets met", tone: "good" };
  if (sla === "missed") return { text: "target missed", tone: "medium" };
  const seconds = due === undefined ? 0 : (Date.parse(due) - now.getTime()) / 1000;
  const what = answered === undefined ? "answer" : "close";
  if (seconds < 0 || sla === "over") return { text: `${what} over by ${durationText(Math.abs(seconds))}`, tone: "bad" };
  return { text: `${what} in ${durationText(seconds)}`, tone: sla === "soon" ? "medium" : "plain" };
}

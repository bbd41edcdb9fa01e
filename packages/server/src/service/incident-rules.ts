import { Failure } from "../store/failures.js";

/** How an incident that is closed is judged, and the reasons that belong to each; BenignPositive is no false alarm. */
export const classificationReasons = {
  TruePositive: ["SuspiciousActivity"],
  BenignPositive: ["SuspiciousButExpected"],
  FalsePositive: ["IncorrectAlertLogic", "InaccurateData"],
  Undetermined: [],
} as const satisfies Readonly<Record<string, readonly string[]>>;

export type Classification = keyof typeof classificationReasons;
export type ClassificationReason = (typeof classificationReasons)[Classification][number];

/** What of an incident says how it was judged. */
export interface Judgement {
  readonly status: "New" | "Active" | "Closed";
  readonly classification: string | null;
  readonly classification_reason: string | null;
}

/** The judgement after a change; the only reason of a classification need not be named. Fails where parts do not fit. */
export function judged(
  known: Judgement,
  change: {
    readonly status?: Judgement["status"];
    readonly classification?: Classification;
    readonly classificationReason?: ClassificationReason;
  },
): Judgement {
  const { status: changed, classification: said, classificationReason } = change;
  const { status: was, classification: before, classification_reason: keptReason } = known;
  if (changed === undefined && said === undefined && classificationReason === undefined)
    return { status: was, classification: before, classification_reason: keptReason };
  const status = changed ?? was;
  const classification = said ?? before;
  if (classification === null) {
    if (status === "Closed") throw refused("an incident is closed with a classification", names(classificationReasons));
    if (classificationReason !== undefined)
      throw refused("a reason needs a classification", names(classificationReasons));
    return { status, classification, classification_reason: null };
  }
  const reasons: readonly string[] = classificationReasons[classification as Classification]; // Only these are ever stored.
  const kept = said === undefined ? keptReason : null;
  const reason = classificationReason ?? kept ?? (reasons.length === 1 ? reasons[0] : undefined) ?? null;
  if (reason !== null && !reasons.includes(reason)) {
    const allowed = reasons.length === 0 ? "it has none" : `it is ${reasons.join(" or ")}`;
    throw refused(`${reason} is no reason of ${classification}`, allowed);
  }
  if (reason === null && reasons.length > 0) throw refused(`${classification} needs a reason`, reasons.join(" or "));
  return { status, classification, classification_reason: reason };
}

function names(of: object): string {
  return Object.keys(of).join(", ");
}

function refused(message: string, hint: string): Failure {
  return new Failure("incident-refused", message, { hint });
}

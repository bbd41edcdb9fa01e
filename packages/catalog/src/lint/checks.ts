import { attackChecks } from "./attack-checks.js";
import type { Check } from "./check.js";
import { costChecks } from "./cost-checks.js";
import { documentChecks } from "./document-checks.js";
import { entityChecks } from "./entity-checks.js";
import { nameChecks } from "./name-checks.js";
import { scheduleChecks } from "./schedule-checks.js";

/** Everything that rules are checked for once they have been read, by family; ids are unique over all of them. */
export const checkFamilies = {
  "The rule's document": documentChecks,
  "Tactics and techniques": attackChecks,
  "Results, entities and alerts": entityChecks,
  "Schedule, period and trigger": scheduleChecks,
  "Conditions and cost": costChecks,
  "Names out of use": nameChecks,
} as const satisfies Readonly<Record<string, Readonly<Record<string, Check>>>>;

/** The checks by id. */
export const checks: Readonly<Record<string, Check>> = Object.assign({}, ...Object.values(checkFamilies));

import type { Plan } from "../plan/plan.js";
import { filterBelowInnerunique } from "./filter-below-innerunique.js";
import { outsideCalls } from "./outside-calls.js";
import { propertiesWhileExpanding } from "./properties-while-expanding.js";

/** What is done to every plan before it is printed, in this order. */
export const passes: readonly ((plan: Plan) => Plan)[] = [
  filterBelowInnerunique,
  propertiesWhileExpanding,
  outsideCalls,
];

import { binFunctions } from "./bin.js";
import { calendarFunctions } from "./calendar.js";
import { conditionalFunctions } from "./conditional.js";
import { conversionFunctions } from "./conversion.js";
import type { ScalarEntry } from "./entry.js";
import { ipFunctions } from "./ip.js";
import { arithmeticOperators } from "./operators/arithmetic.js";
import { comparisonOperators } from "./operators/comparison.js";
import { logicalOperators } from "./operators/logic.js";
import { searchOperators } from "./operators/search.js";
import { stringOperators } from "./operators/string-operators.js";
import { timePartFunctions } from "./time-parts.js";

/** Every scalar function and operator, by its KQL name; the list of families is the only place a new family is named. */
export const scalarFunctions: ReadonlyMap<string, ScalarEntry> = new Map<string, ScalarEntry>(
  [
    comparisonOperators,
    arithmeticOperators,
    logicalOperators,
    stringOperators,
    searchOperators,
    conversionFunctions,
    conditionalFunctions,
    binFunctions,
    calendarFunctions,
    timePartFunctions,
    ipFunctions,
  ].flatMap((family) => Object.entries(family)),
);

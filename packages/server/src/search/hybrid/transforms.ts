import { functionAnswers, sameRows } from "./answers.js";
import { components } from "./components.js";
import type { RowTransform } from "./transform.js";

/** Every transform, by the name that the compiler gives it. */
export const transforms: ReadonlyMap<string, RowTransform> = new Map<string, RowTransform>([
  ["rows", sameRows],
  ["function", functionAnswers],
  ["components", components],
]);

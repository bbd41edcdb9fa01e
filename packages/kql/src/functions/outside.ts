import { datetimeFunctions } from "./datetime.js";
import type { ScalarEntry } from "./entry.js";
import { outsideGeoFunctions } from "./geo/outside.js";
import { polygonFunctions } from "./geo/polygons.js";
import { outsideTextFunctions } from "./outside-text.js";

const families: readonly Readonly<Record<string, ScalarEntry>>[] = [
  datetimeFunctions,
  outsideGeoFunctions,
  outsideTextFunctions,
  polygonFunctions,
];

/** Functions that the program computes outside the engine, by name, and whether it does so for constants too. */
export const outsideFunctions: ReadonlyMap<string, ScalarEntry["outside"]> = new Map([
  ...families.flatMap((family) =>
    Object.entries(family).flatMap(([name, { outside }]) => (outside === undefined ? [] : [[name, outside] as const])),
  ),
  ["geo_info_from_ip_address", true],
]);

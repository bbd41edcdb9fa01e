import { outsideGeoFunctions } from "./geo/outside.js";

/** Names of functions that the program computes outside the engine. */
export const outsideFunctions: ReadonlySet<string> = new Set([
  ...Object.keys(outsideGeoFunctions),
  "geo_info_from_ip_address",
]);

import { countAggregates } from "./aggregates/count.js";
import { listAggregates } from "./aggregates/lists.js";
import { numberAggregates } from "./aggregates/numbers.js";
import { percentileAggregates } from "./aggregates/percentiles.js";
import { rowAggregates } from "./aggregates/rows.js";
import { schemaAggregates } from "./aggregates/schemas.js";
import { sketchAggregates } from "./aggregates/sketches.js";
import { spreadAggregates } from "./aggregates/spread.js";
import type { AggregateEntry } from "./entry.js";

/** Every aggregate, by its KQL name; the list of families is the only place a new family is named. */
export const aggregateFunctions: ReadonlyMap<string, AggregateEntry> = new Map<string, AggregateEntry>(
  [
    countAggregates,
    numberAggregates,
    spreadAggregates,
    listAggregates,
    schemaAggregates,
    rowAggregates,
    percentileAggregates,
    sketchAggregates,
  ].flatMap((family) => Object.entries(family)),
);

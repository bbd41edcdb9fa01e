import { aggregates } from "./questions/aggregates.mjs";
import { dynamics } from "./questions/dynamics.mjs";
import { filters } from "./questions/filters.mjs";
import { joins } from "./questions/joins.mjs";
import { series } from "./questions/series.mjs";

/**
 * Questions of the kinds that detection rules ask: the KQL, and the SQL that an expert writes for the same tables in ClickHouse
 * and in DuckDB. Where `sets` is true, arrays in the answer have no order.
 */
export const questions = [...filters, ...aggregates, ...joins, ...dynamics, ...series];

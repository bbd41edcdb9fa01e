import type { KqlType } from "../schema/types.js";
import { type Sql, sql } from "../sql/sql.js";

/** A step into a dynamic value: a property's name, an index (negative counts from the end), or one known only per row. */
export type PathStep = string | number | Value;

/**
 * A scalar as SQL, with what is known of it when the query is compiled.
 *
 * How values are held (see `schema/types.ts`): string and dynamic are never NULL (`''` is KQL's empty string, and the
 * missing dynamic), a dynamic is minified JSON text, a timespan is Int64 ticks of 100 ns, a bool is UInt8 or Bool, all
 * others are the ClickHouse type, Nullable or not.
 */
export interface Value {
  readonly sql: Sql;
  readonly type: KqlType;
  /** False only where the SQL can never be NULL. Always false for string and dynamic. */
  readonly nullable: boolean;
  /** True for a column that no row has as null, though its type could hold one. */
  readonly present?: boolean;
  /** The value itself, where it is known before the query runs. */
  readonly constant?: Constant;
  /** For a dynamic reached through steps: the JSON text it starts from (`unchecked`: a user's text), and the steps. */
  readonly path?: {
    readonly root: Sql;
    readonly steps: readonly PathStep[];
    readonly unchecked?: true;
    readonly properties?: StoredProperties;
  };
  /** For a column: the properties that its table also has as columns of their own. */
  readonly properties?: StoredProperties;
  /** For the text of a stored property: the column that holds its JSON. */
  readonly jsonText?: Sql;
  /** For a dynamic array made by this query: the same array as a ClickHouse Array of non-null values of one KQL type. */
  readonly array?: { readonly sql: Sql; readonly of: KqlType };
  /** For a dynamic taken out of such an array: the element itself, NULL or `''` where there is none. */
  readonly element?: { readonly sql: Sql; readonly of: KqlType };
  /** All results of a function that has several; the value itself is the first of them. */
  readonly results?: readonly Value[];
  /** True where two evaluations may differ (`rand()`, `new_guid()`), so that the SQL must not be written twice. */
  readonly volatile?: boolean;
  /** True for the value of a scalar query: one and the same for all rows, though not known before the query runs. */
  readonly once?: boolean;
  /** Search form with a text index behind it (see `TableSchema.indexed`), for `has` and its kin. */
  readonly indexed?: boolean;
}

/** SQL of the canonical JSON text of a property, by `storedKey` of the steps to it. */
export type StoredProperties = ReadonlyMap<string, Sql>;

/** The key of constant steps among stored properties; undefined for steps that only a row knows. */
export function storedKey(steps: readonly (string | number)[]): string;
export function storedKey(steps: readonly PathStep[]): string | undefined;
export function storedKey(steps: readonly PathStep[]): string | undefined {
  return steps.some((step) => typeof step === "object") ? undefined : JSON.stringify(steps);
}

/**
 * A value known when the query is compiled: `null` for a typed null; bool `boolean`; int, long, timespan (ticks) and
 * datetime (ticks since 1970-01-01) `bigint`; real `number`; decimal, string and guid `string`; dynamic its minified
 * JSON text (`''` for null).
 */
export type Constant = null | boolean | bigint | number | string;

/** A value that is not a constant. */
export function value(expression: Sql, type: KqlType, nullable = type !== "string" && type !== "dynamic"): Value {
  return { sql: expression, type, nullable };
}

/** Why a call cannot be translated; the place is added by the compiler. */
export interface Refusal {
  readonly refused: string;
  readonly hint?: string;
}

export function isRefusal(result: Sql | Value | Refusal): result is Refusal {
  return "refused" in result;
}

/** The SQL of a NULL of a type; `''` for string and dynamic. */
export function nullOf(type: KqlType): Sql {
  switch (type) {
    case "string":
    case "dynamic":
      return sql`''`;
    case "bool":
      return sql`CAST(NULL AS Nullable(UInt8))`;
    case "int":
      return sql`CAST(NULL AS Nullable(Int32))`;
    case "long":
    case "timespan":
      return sql`CAST(NULL AS Nullable(Int64))`;
    case "real":
      return sql`CAST(NULL AS Nullable(Float64))`;
    case "decimal":
      return sql`CAST(NULL AS Nullable(Decimal(76, 18)))`;
    case "datetime":
      return sql`CAST(NULL AS Nullable(DateTime64(7, 'UTC')))`;
    case "guid":
      return sql`CAST(NULL AS Nullable(UUID))`;
    default:
      return type satisfies never;
  }
}

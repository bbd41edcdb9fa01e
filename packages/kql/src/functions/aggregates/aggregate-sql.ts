import { joinSql, type Sql, type SqlPart, sql } from "../../sql/sql.js";
import type { AggregateCall } from "../entry.js";
import type { Refusal, Value } from "../value.js";

/** The names of the ClickHouse aggregates that entries use. */
type AggregateName = keyof typeof names;

/** A ClickHouse aggregate over the rows that satisfy `when`, or over all rows. */
export function aggregate(
  name: AggregateName,
  args: readonly SqlPart[],
  when?: Sql,
  parameters: readonly SqlPart[] = [],
): Sql {
  const [plain, conditional] = names[name];
  const given = parameters.length === 0 ? sql`` : sql`(${joinSql(parameters)})`;
  if (when === undefined) return sql`${plain}${given}(${joinSql(args)})`;
  return sql`${conditional}${given}(${joinSql([...args, when])})`;
}

/** Both conditions, where there are two. */
export function both(condition: Sql, when: Sql | undefined): Sql {
  return when === undefined ? condition : sql`(${condition} AND ${when})`;
}

/** The argument at a place that the binder has already made sure of. */
export function argument(call: AggregateCall, index: number): Value {
  const found = call.args[index];
  if (found === undefined) throw new RangeError(`no argument ${index}`);
  return found;
}

/** The largest size of a list or set that a call asks for; KQL's own limit where it does not. */
export function sizeOf(size: Value | undefined): number | Refusal {
  if (size === undefined) return 1_048_576;
  if (typeof size.constant !== "bigint" || size.constant < 1n || size.constant > 4_294_967_295n)
    return { refused: "the maximum size must be a positive constant" };
  return Number(size.constant);
}

function pair(plain: Sql, conditional: Sql): readonly [Sql, Sql] {
  return [plain, conditional];
}

const names = {
  any: pair(sql`any`, sql`anyIf`),
  argMax: pair(sql`argMax`, sql`argMaxIf`),
  argMin: pair(sql`argMin`, sql`argMinIf`),
  count: pair(sql`count`, sql`countIf`),
  covarPop: pair(sql`covarPopStable`, sql`covarPopStableIf`),
  covarSamp: pair(sql`covarSampStable`, sql`covarSampStableIf`),
  groupArray: pair(sql`groupArray`, sql`groupArrayIf`),
  groupArrayArray: pair(sql`groupArrayArray`, sql`groupArrayArrayIf`),
  groupArrayDistinct: pair(sql`groupArrayDistinct`, sql`groupArrayDistinctIf`),
  groupArrayDistinctArray: pair(sql`groupArrayDistinctArray`, sql`groupArrayDistinctArrayIf`),
  groupBitAnd: pair(sql`groupBitAnd`, sql`groupBitAndIf`),
  groupBitOr: pair(sql`groupBitOr`, sql`groupBitOrIf`),
  groupBitXor: pair(sql`groupBitXor`, sql`groupBitXorIf`),
  groupUniqArray: pair(sql`groupUniqArray`, sql`groupUniqArrayIf`),
  groupUniqArrayArray: pair(sql`groupUniqArrayArray`, sql`groupUniqArrayArrayIf`),
  max: pair(sql`max`, sql`maxIf`),
  maxOrNull: pair(sql`maxOrNull`, sql`maxOrNullIf`),
  min: pair(sql`min`, sql`minIf`),
  minOrNull: pair(sql`minOrNull`, sql`minOrNullIf`),
  quantilesExact: pair(sql`quantilesExact`, sql`quantilesExactIf`),
  quantilesExactWeighted: pair(sql`quantilesExactWeighted`, sql`quantilesExactWeightedIf`),
  sum: pair(sql`sum`, sql`sumIf`),
  sumMap: pair(sql`sumMap`, sql`sumMapIf`),
  uniq: pair(sql`uniq`, sql`uniqIf`),
  uniqExact: pair(sql`uniqExact`, sql`uniqExactIf`),
  varPop: pair(sql`varPopStable`, sql`varPopStableIf`),
  varSamp: pair(sql`varSampStable`, sql`varSampStableIf`),
} satisfies Readonly<Record<string, readonly [Sql, Sql]>>;

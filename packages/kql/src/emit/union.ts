import type { Value } from "../functions/value.js";
import type { Union } from "../plan/plan.js";
import { joinSql, sql } from "../sql/sql.js";
import type { Emitter } from "./emitter.js";
import { emitPlan } from "./plan.js";
import { fromAlias, printSelect, type Select } from "./select.js";

/** UNION ALL of the inputs, each with the same columns in the same order. */
export function emitUnion(plan: Union, needed: ReadonlySet<string>, emitter: Emitter): Select {
  const columns = plan.columns.filter(({ name }) => needed.has(name));
  const names = new Set(columns.map(({ name }) => name));
  const selects = plan.inputs.map((input) => emitPlan(input, names, emitter));
  const branches = selects.map((select) =>
    printSelect(
      select,
      columns.map(({ name }) => columnOf(select, name)),
    ),
  );
  const alias = emitter.alias();
  const merged = new Map(
    columns.map(({ name, type }): [string, Value] => {
      const legs = selects.map((select) => select.columns.get(name));
      const nullable = legs.some((leg) => leg?.nullable === true);
      return [name, { sql: sql`NULL`, type, nullable, indexed: legs.some((leg) => leg?.indexed === true) }];
    }),
  );
  const union = joinSql(
    branches.map((branch) => sql`(${branch})`),
    " UNION ALL ",
  );
  return { from: sql`(${union}) AS ${alias}`, columns: fromAlias(merged, alias), where: [] };
}

function columnOf(select: Select, name: string): readonly [string, Value] {
  const value = select.columns.get(name);
  if (value === undefined) throw new Error(`a leg of the union lacks ${name}`);
  return [name, value];
}

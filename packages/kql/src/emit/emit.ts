import type { Diagnostic } from "../diagnostics/diagnostic.js";
import type { Value } from "../functions/value.js";
import type { Plan } from "../plan/plan.js";
import type { WorkspaceSchema } from "../schema/schema.js";
import type { Column } from "../schema/types.js";
import { type Sql, sql } from "../sql/sql.js";
import { Emitter } from "./emitter.js";
import { emitPlan } from "./plan.js";
import { rowAsJson } from "./rows.js";
import { close, printSelect } from "./select.js";

/** One SELECT for a plan, and the same with each row as a line of JSON. */
export interface Emitted {
  readonly sql: string;
  readonly rowsSql: string;
  readonly diagnostics: readonly Diagnostic[];
}

/** Prints a plan as ClickHouse SQL with the given columns. */
export function emit(plan: Plan, columns: readonly Column[], schema: WorkspaceSchema): Emitted {
  const emitter = new Emitter(schema, plan);
  const select = emitPlan(plan, new Set(columns.map(({ name }) => name)), emitter);
  const values = columns.map(({ name }): readonly [string, Value] => {
    const value = select.columns.get(name);
    if (value === undefined) throw new Error(`no column ${name} in the result`);
    return [name, value];
  });
  const plain = printSelect(select, values);
  // A cell is written several times, so a computed one comes from a derived table; its order survives.
  const simple = values.every(([, value]) => value.sql.text.length < 60);
  const source = simple ? select : close({ ...select, columns: new Map(values) }, emitter.alias());
  const cells = values.map(([name, value]) => source.columns.get(name) ?? value);
  const rows = printSelect(source, [["row", { sql: rowAsJson(cells), type: "string", nullable: false }]]);
  const withClause = emitter.withClause();
  const complete = (statement: Sql) => (withClause === undefined ? statement : sql`${withClause} ${statement}`).text;
  return { sql: complete(plain), rowsSql: complete(rows), diagnostics: emitter.diagnostics };
}

import type { Step } from "../compilation.js";
import type { Diagnostic } from "../diagnostics/diagnostic.js";
import type { Plan } from "../plan/plan.js";
import type { WorkspaceSchema } from "../schema/schema.js";
import type { Column } from "../schema/types.js";
import { Emitter } from "./emitter.js";
import { Steps } from "./hybrid.js";
import { emitPlan } from "./plan.js";
import { printPortable } from "./portable.js";
import { printRows, rowAsJson, type Spelling, valuesOf } from "./rows.js";
import { printSelect } from "./select.js";

/** One SELECT for a plan, the same with each row as a line of JSON, and what has to be done before. */
export interface Emitted {
  readonly sql: string;
  readonly rowsSql: string;
  readonly steps: readonly Step[];
  readonly diagnostics: readonly Diagnostic[];
}

/** How the values of a result are written. */
export interface Printing {
  /** In lines of text. */
  readonly spell?: Spelling;
  /** Columns of the SELECT have types for a file. */
  readonly portable?: boolean;
}

/** Prints a plan as ClickHouse SQL with the given columns; tables that steps fill get names that begin with `scratch`. */
export function emit(
  plan: Plan,
  columns: readonly Column[],
  schema: WorkspaceSchema,
  scratch: string,
  { spell = rowAsJson, portable = false }: Printing = {},
): Emitted {
  const steps = new Steps(schema, scratch);
  const emitter = new Emitter(schema, plan, steps);
  const select = emitPlan(plan, new Set(columns.map(({ name }) => name)), emitter);
  const values = valuesOf(select, columns);
  const plain = portable ? printPortable(select, values, emitter) : printSelect(select, values);
  const rows = printRows(select, values, spell, emitter);
  const [plainSql = "", rowsSql = ""] = emitter.complete(plain, rows);
  return {
    sql: plainSql,
    rowsSql,
    steps: steps.done,
    diagnostics: [...emitter.diagnostics, ...steps.diagnostics],
  };
}

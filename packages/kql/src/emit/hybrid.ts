import type { Step } from "../compilation.js";
import type { Diagnostic } from "../diagnostics/diagnostic.js";
import type { Value } from "../functions/value.js";
import { internalName, isInternal } from "../plan/internal.js";
import { columnsOf, type Hybrid } from "../plan/plan.js";
import type { WorkspaceSchema } from "../schema/schema.js";
import type { Column } from "../schema/types.js";
import { identifier, type Sql, sql } from "../sql/sql.js";
import { Emitter } from "./emitter.js";
import { unread } from "./plan.js";
import { rowForTransform, rowsOf } from "./rows.js";
import { fromAlias, type Select } from "./select.js";

/** The column that numbers rows whose order counts. */
const rowNumber = internalName("row");

/** The statements whose rows leave the engine, in the order in which they have to run. */
export class Steps {
  readonly done: Step[] = [];
  readonly diagnostics: Diagnostic[] = [];
  private readonly tables = new Map<Hybrid, string>();
  private readonly schema: WorkspaceSchema;
  private readonly prefix: string;

  constructor(schema: WorkspaceSchema, prefix: string) {
    this.schema = schema;
    this.prefix = prefix;
  }

  /** The table in which a node's rows come back. What the node itself reads is done before it. */
  tableOf(plan: Hybrid): string {
    const known = this.tables.get(plan);
    if (known !== undefined) return known;
    const reads = columnsOf(plan.input).filter(({ name }) => !isInternal(name));
    const emitter = new Emitter(this.schema, plan.input, this);
    const rowsSql = rowsOf(plan.input, reads, rowForTransform, emitter);
    this.diagnostics.push(...emitter.diagnostics);
    const table = `${this.prefix}${this.done.length + 1}`;
    this.tables.set(plan, table);
    const { construct, transform, ordered } = plan;
    this.done.push({ table, columns: storedColumns(plan), ordered, reads, rowsSql, transform, construct });
    return table;
  }
}

function storedColumns({ columns, ordered }: Hybrid): readonly Column[] {
  return ordered ? [...columns, { name: rowNumber, type: "long" }] : columns;
}

/** The rows that came back. */
export function emitHybrid(plan: Hybrid, emitter: Emitter): Select {
  const table = identifier(emitter.steps.tableOf(plan));
  const alias = emitter.alias();
  const values = new Map(plan.columns.map(({ name, type }): [string, Value] => [name, unread(type)]));
  const select: Select = { from: sql`${table} AS ${alias}`, columns: fromAlias(values, alias), where: [] };
  return plan.ordered ? { ...select, orderBy: [numberIn(alias)] } : select;
}

function numberIn(alias: Sql): Sql {
  return sql`${alias}.${identifier(rowNumber)}`;
}

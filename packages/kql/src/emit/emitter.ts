import type { Diagnostic } from "../diagnostics/diagnostic.js";
import { textOf } from "../functions/text-form.js";
import type { Refusal, Value } from "../functions/value.js";
import { childPlans } from "../plan/children.js";
import type { Location } from "../plan/expression.js";
import { internalName } from "../plan/internal.js";
import type { Plan, Shared } from "../plan/plan.js";
import { columnsOf } from "../plan/plan.js";
import type { WorkspaceSchema } from "../schema/schema.js";
import { identifier, integer, joinSql, type Sql, sql } from "../sql/sql.js";
import type { Steps } from "./hybrid.js";
import { emitPlan } from "./plan.js";
import { close, printSelect, type Select } from "./select.js";

/** The state of one translation: names that are taken, tables computed once, and what was refused. */
export class Emitter {
  readonly schema: WorkspaceSchema;
  readonly diagnostics: Diagnostic[] = [];
  readonly steps: Steps;
  private readonly references: ReadonlyMap<number, number>;
  private readonly needed = new Map<number, { readonly shared: Shared; readonly columns: Set<string> }>();
  private aliases = 0;
  private ordinals = 0;

  constructor(schema: WorkspaceSchema, plan: Plan, steps: Steps) {
    this.schema = schema;
    this.steps = steps;
    this.references = countReferences(plan);
  }

  /** A table alias that nothing else in the query has. */
  alias(): Sql {
    return identifier(`t${this.aliases++}`);
  }

  /** A number that no other call in the query has. */
  ordinal(): number {
    return ++this.ordinals;
  }

  /** A name for the elements of ARRAY JOIN, which no column can have. */
  elementAlias(): Sql {
    return identifier(internalName(`element${this.aliases++}`));
  }

  /** KQL's text of a value. */
  text(value: Value): Sql {
    return textOf(value);
  }

  /** A whole SELECT over a plan, for use inside an expression. */
  subquery(plan: Plan, names: readonly string[], options: { readonly limit?: number } = {}): Sql {
    const select = emitPlan(plan, new Set(names), this);
    const open =
      options.limit !== undefined && select.limit !== undefined && select.limitBy === undefined
        ? close(select, this.alias())
        : select;
    const bounded: Select = options.limit === undefined ? open : { ...open, limit: integer(options.limit) };
    return printSelect(
      bounded,
      names.flatMap((name) => entry(open, name)),
    );
  }

  /** Whether a shared plan is written once, as a table of its own, and not at each place that reads it. */
  isTable(shared: Shared): boolean {
    return shared.once && (this.references.get(shared.id) ?? 0) > 1;
  }

  /** The name of the table of a shared plan, which has to have these columns. */
  tableOf(shared: Shared, columns: Iterable<string>): Sql {
    const known = this.needed.get(shared.id) ?? { shared, columns: new Set<string>() };
    for (const name of columns) known.columns.add(name);
    this.needed.set(shared.id, known);
    return tableName(shared);
  }

  /** The WITH clause of all tables computed once. A table is read only by those made after it, so the last comes first. */
  private withClause(): Sql | undefined {
    const definitions: { readonly id: number; readonly sql: Sql }[] = [];
    for (;;) {
      const [next] = [...this.needed.entries()].sort(([a], [b]) => b - a);
      if (next === undefined) break;
      const [id, { shared, columns }] = next;
      this.needed.delete(id);
      const names = columnsOf(shared.input)
        .map(({ name }) => name)
        .filter((name) => columns.has(name));
      definitions.push({ id, sql: sql`${tableName(shared)} AS MATERIALIZED (${this.subquery(shared.input, names)})` });
    }
    if (definitions.length === 0) return undefined;
    return sql`WITH ${joinSql(definitions.sort((a, b) => a.id - b.id).map((definition) => definition.sql))}`;
  }

  /** Statements over the same rows, each with the tables that they read computed before it. */
  complete(...statements: readonly Sql[]): readonly string[] {
    const tables = this.withClause();
    return statements.map((statement) => (tables === undefined ? statement : sql`${tables} ${statement}`).text);
  }

  /** Notes that a call cannot be translated; a call with several results is noted once. */
  refuse(location: Location, construct: string, refusal: Refusal): void {
    const message = `\`${construct}\`: ${refusal.refused}`;
    const isSame = (known: Diagnostic): boolean =>
      known.message === message && known.source === location.source && known.span.start === location.span.start;
    if (this.diagnostics.some(isSame)) return;
    this.diagnostics.push({
      code: "unsupported-function",
      severity: "error",
      message,
      source: location.source,
      span: location.span,
      construct,
      ...(refusal.hint === undefined ? {} : { hint: refusal.hint }),
    });
  }
}

function entry(select: Select, name: string): readonly (readonly [string, Value])[] {
  const value = select.columns.get(name);
  if (value === undefined) throw new Error(`no column ${name} to select`);
  return [[name, value]];
}

function tableName(shared: Shared): Sql {
  return identifier(`${shared.name}_${shared.id}`);
}

/** How often each shared plan is read; a plan inside one that is read twice still counts once. */
function countReferences(plan: Plan): ReadonlyMap<number, number> {
  const counts = new Map<number, number>();
  const visit = (node: Plan): void => {
    if (node.kind === "shared") {
      const seen = counts.get(node.id) ?? 0;
      counts.set(node.id, seen + 1);
      if (seen > 0 && node.once) return;
    }
    for (const child of childPlans(node)) visit(child);
    // A walk reads its steps again for each step, so what they share has to be a table.
    if (node.kind === "walk") visit(node.steps);
  };
  visit(plan);
  return counts;
}

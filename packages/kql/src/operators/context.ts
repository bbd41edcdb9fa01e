import type { CompileRequest, ExternalSource } from "../compilation.js";
import type { DiagnosticCode } from "../diagnostics/codes.js";
import type { Diagnostic } from "../diagnostics/diagnostic.js";
import type { Expression, Location } from "../plan/expression.js";
import { internalName } from "../plan/internal.js";
import type { AggregateColumn, Plan } from "../plan/plan.js";
import type { KqlType } from "../schema/types.js";
import type { Source, Span } from "../source/source.js";
import type { SyntaxNode } from "../syntax/node.js";
import type { Graph } from "./graph/graph.js";
import type { AskedWindow } from "./window-functions.js";

/** What a `let` name, a parameter or a function's name stands for. */
export type Binding =
  | {
      readonly kind: "scalar";
      readonly expression: () => Expression;
      /** The rows whose columns the expression may read; no other rows can tell its value. */
      readonly row?: Context["row"];
    }
  | { readonly kind: "table"; readonly plan: () => Plan }
  | { readonly kind: "graph"; readonly graph: () => Graph | undefined }
  | { readonly kind: "function"; readonly declaration: SyntaxNode; readonly scope: Scope }
  | { readonly kind: "pattern"; readonly declaration: SyntaxNode | undefined; readonly scope: Scope };

/** Names in sight at a place, inner ones first. */
export interface Scope {
  readonly names: ReadonlyMap<string, Binding>;
  readonly outer?: Scope;
}

/** What the whole compilation has gathered so far. */
export interface Gathered {
  readonly request: CompileRequest;
  /** Every word of the query, and of the saved functions that it may call. */
  readonly words: ReadonlySet<string>;
  readonly diagnostics: Diagnostic[];
  readonly externals: ExternalSource[];
  readonly tables: Set<string>;
  readonly fuzzyLegs: Map<string, FuzzyLeg>;
  visual?: { readonly kind: string; readonly properties: Readonly<Record<string, string>> };
  /** Results that `as` gave a name. */
  readonly named: Map<string, Plan>;
  /** Names that `as` gave inside `mv-apply` or `partition`, where they mean another table in each part. */
  readonly namedParts: Set<string>;
  /** Names that `alias database` gave to this workspace. */
  readonly aliases: Set<string>;
  counter: number;
  /** What only the data knows and nobody has looked up yet. */
  readonly questions: { readonly key: string; readonly asked: Plan }[];
  /** How often the call of a plugin at each place was met. */
  readonly turns: Map<string, number>;
  /** What `set query_bin_auto_size` and `set query_bin_auto_at` give. */
  readonly binAuto?: { readonly size?: Expression; readonly at?: Expression };
}

/** A leg of `union isfuzzy=true`: how often it was met, and how often it read what nobody has. */
export interface FuzzyLeg {
  readonly span: Span;
  /** The saved function in whose body it stands; absent for one of the query itself. */
  readonly function: string | undefined;
  met: number;
  failed: number;
}

/** Where a piece of syntax is lowered: the names in sight, and the rows that column names refer to. */
export interface Context {
  readonly scope: Scope;
  readonly gathered: Gathered;
  /** The columns of the rows at hand, with what each name means; absent where there are no rows. */
  readonly row?: (name: string) => Expression | undefined;
  /** Names of the rows at hand, for suggestions and for `*`. */
  readonly rowNames?: readonly string[];
  /** What a step of `scan` remembers, by the step's name and the column's; undefined where no step has that name. */
  readonly state?: (step: SyntaxNode, column: SyntaxNode) => Expression | undefined;
  /** Collects window functions, one list for each level of nesting; absent where rows have no order. */
  readonly windows?: AskedWindow[][];
  /** Collects aggregates; present only in the aggregates of `summarize` and `make-series`. */
  readonly aggregates?: AggregateColumn[];
  /** Keys of `summarize` that `*` leaves out. */
  readonly starExcludes?: readonly string[];
  /** Tables are read whole, whatever the query's time window is. */
  readonly unscoped?: true;
  /** Tables whose added rows are being made here, of which the stored rows alone are read. */
  readonly adding?: readonly string[];
  /** In `where` and `project` of a graph's operators: what names of the pattern, and functions over them, stand for. */
  readonly pattern?: PatternScope;
  /** Inside `mv-apply`: what keeps the elements of different rows apart. */
  readonly group?: Group;
  /**
   * Inside `partition`: the column that parts the rows, which `toscalar(column)` means, and where its value is. Where the
   * subquery has a source of its own, `bare`, its name alone means it too.
   */
  readonly partition?: { readonly key: string; readonly id: string; readonly bare: boolean };
}

/** What expressions over a graph's pattern may name. */
export interface PatternScope {
  /** A whole node, edge or path as a value; undefined where the pattern has no such name. */
  readonly whole: (node: SyntaxNode) => Expression | undefined;
  /** A property of a node, edge or path; undefined where the pattern has no such name. */
  readonly property: (variable: SyntaxNode, property: SyntaxNode) => Expression | undefined;
  /** A call of a function over parts of the pattern; undefined for any other function. */
  readonly call: (name: string, node: SyntaxNode) => Expression | undefined;
}

/** Elements of one row of `mv-apply`, as columns of the rows that the subquery works on. */
export interface Group {
  /** The column whose value differs from outer row to outer row. */
  readonly id: string;
  /** The outer row's columns under names that the subquery cannot hide. */
  readonly carried: readonly string[];
  /** True for elements that are still there; false for those a `where` took away, which an aggregate must not see. */
  readonly alive: string;
}

/** The binding of a name, from the innermost scope that has it. */
export function lookUp(scope: Scope | undefined, name: string): Binding | undefined {
  for (let current = scope; current !== undefined; current = current.outer) {
    const binding = current.names.get(name);
    if (binding !== undefined) return binding;
  }
  return undefined;
}

/** The same names in sight where no rows are at hand: at the beginning of a tabular expression. */
export function withoutRows({ scope, gathered, unscoped, adding }: Context): Context {
  return {
    scope,
    gathered,
    ...(unscoped === undefined ? {} : { unscoped }),
    ...(adding === undefined ? {} : { adding }),
  };
}

/** A name for a column between operators. */
export function freshName(cx: Context, hint: string): string {
  return internalName(`${hint}${++cx.gathered.counter}`);
}

interface Report {
  readonly severity?: "error" | "warning";
  readonly hint?: string;
  readonly construct?: string;
  readonly name?: string;
}

/** Adds a diagnostic, once for each place. */
export function report(
  cx: Context,
  location: Location,
  code: DiagnosticCode | `KS${number}`,
  message: string,
  options: Report = {},
): void {
  const known = cx.gathered.diagnostics.some(
    (other) =>
      other.code === code &&
      other.span.start === location.span.start &&
      isSame(other.source, location.source) &&
      other.message === message,
  );
  if (known) return;
  cx.gathered.diagnostics.push({
    code,
    severity: options.severity ?? "error",
    message,
    source: location.source,
    span: location.span,
    ...(options.hint === undefined ? {} : { hint: options.hint }),
    ...(options.construct === undefined ? {} : { construct: options.construct }),
    ...(options.name === undefined ? {} : { name: options.name }),
  });
}

/** Whether two texts are one: the body of a saved function is bound anew whenever a call of it is looked at. */
function isSame(one: Source, other: Source): boolean {
  if (one === other) return true;
  if (one.call === undefined || other.call === undefined) return false;
  return (
    one.call.name === other.call.name &&
    one.call.span.start === other.call.span.start &&
    isSame(one.call.source, other.call.source)
  );
}

/** A null that stands in for what could not be lowered, so that the rest can be checked too. */
export function absent(type: KqlType = "dynamic"): Expression {
  return { kind: "literal", type, value: type === "string" || type === "dynamic" ? "" : null, missing: true };
}

/** An empty table that stands in for what could not be lowered. */
export function nothing(): Plan {
  return { kind: "rows", columns: [], rows: [] };
}

import { type Compilation, type Diagnostic, partOfQuery, placeOf } from "@calypso/kql";
import { Failure } from "../store/failures.js";

/** Why a query has no rows, or what is doubtful about it, in the form that scripts read. */
export interface QueryError {
  readonly code: string;
  readonly message: string;
  readonly line?: number;
  readonly column?: number;
  /** What the user can do about it. */
  readonly hint?: string;
  /** For what is wrong inside a saved function: the place in its file; `line` and `column` are those of its call. */
  readonly function?: { readonly file: string; readonly line: number; readonly column: number };
}

/** The first error of a compilation; undefined where it can run. */
export function errorOf(compilation: Pick<Compilation, "diagnostics">): QueryError | undefined {
  const first = compilation.diagnostics.find((diagnostic) => diagnostic.severity === "error");
  return first === undefined ? undefined : fromDiagnostic(first);
}

/** The warnings of a compilation. */
export function warningsOf(compilation: Pick<Compilation, "diagnostics">): readonly QueryError[] {
  return compilation.diagnostics.filter((diagnostic) => diagnostic.severity === "warning").map(fromDiagnostic);
}

/** What was thrown, as data: a failure with its code; anything else is a fault of Calypso and says no more than that. */
export function errorFrom(thrown: unknown): QueryError {
  if (thrown instanceof Failure) {
    return {
      code: thrown.code,
      message: thrown.hint === undefined ? thrown.message : `${thrown.message}; ${thrown.hint}`,
    };
  }
  const text = thrown instanceof Error ? thrown.message : String(thrown);
  return { code: "internal-error", message: `a fault in Calypso: ${text.split("\n")[0] ?? ""}` };
}

function fromDiagnostic(diagnostic: Diagnostic): QueryError {
  const { code, message, source, hint } = diagnostic;
  const inside = source.call === undefined ? {} : { function: { file: source.name, ...placeOf(diagnostic) } };
  return {
    code,
    message,
    ...placeOf(partOfQuery(diagnostic)),
    ...(hint === undefined ? {} : { hint }),
    ...inside,
  };
}

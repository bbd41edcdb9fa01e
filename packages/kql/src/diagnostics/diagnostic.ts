import type { Source, Span } from "../source/source.js";
import { type Call, callsTo, excerpt, type Place, placeAt } from "../source/source.js";
import type { DiagnosticCode } from "./codes.js";

export type Severity = "error" | "warning";

/** What is wrong with a user's text, and where. Data: collected and returned, never thrown. */
export interface Diagnostic {
  /** A code of the table in `codes.ts`, or one of Microsoft's own (`KS142`). */
  readonly code: DiagnosticCode | `KS${number}`;
  readonly severity: Severity;
  readonly message: string;
  readonly source: Source;
  readonly span: Span;
  /** What the user can do about it. */
  readonly hint?: string;
  /** For a construct that cannot be translated: its KQL name, so that refusals can be counted. */
  readonly construct?: string;
  /** For a name that means nothing here: the name. */
  readonly name?: string;
}

/** Where a diagnostic starts in the file of its text. */
export function placeOf({ source, span }: Pick<Diagnostic, "source" | "span">): Place {
  const place = placeAt(source.text, span.start);
  return source.placeInFile?.(place) ?? place;
}

/** The part of the query that a diagnostic is about: for one inside a saved function, the call of the function. */
export function partOfQuery(diagnostic: Diagnostic): Pick<Diagnostic, "source" | "span"> {
  return callsTo(diagnostic.source).at(-1) ?? diagnostic;
}

/** A diagnostic as a person reads it: code, message, place, the line with carets, and the hint. */
export function printDiagnostic(diagnostic: Diagnostic): string {
  const { line, column } = placeOf(diagnostic);
  const shown = excerpt(diagnostic.source.text, diagnostic.span);
  const margin = " ".repeat(String(line).length);
  return [
    `${diagnostic.severity}[${diagnostic.code}]: ${diagnostic.message}`,
    `${margin} ┌ ${diagnostic.source.name}, line ${line}, column ${column}`,
    `${line} │ ${shown.line}`,
    `${margin} │ ${shown.carets}`,
    ...callsTo(diagnostic.source).map((call) => `${margin} = ${printCall(call)}`),
    ...(diagnostic.hint === undefined ? [] : [`${margin} = ${diagnostic.hint}`]),
  ].join("\n");
}

function printCall(call: Call): string {
  const { line, column } = placeOf(call);
  return `in \`${call.name}\`, called by ${call.source.name}, line ${line}, column ${column}`;
}

import type { Diagnostic as Told } from "@calypso/contract";
import { type Diagnostic, partOfQuery, placeAt } from "@calypso/kql";
import { parseTicks } from "../detect/ticks.js";
import { Refusal } from "./problems.js";

/** A diagnostic with its place in the text that was sent. */
export function told(diagnostic: Diagnostic): Told {
  const { severity, code, message, hint } = diagnostic;
  const { source, span } = partOfQuery(diagnostic);
  const from = placeAt(source.text, span.start);
  const to = placeAt(source.text, span.end);
  const place = { line: from.line, column: from.column, endLine: to.line, endColumn: to.column };
  return { severity, code, message, ...(hint === undefined ? {} : { hint }), place };
}

/** A time of a request in ticks. */
export function ticksOfText(text: string): bigint {
  const ticks = parseTicks(text);
  if (ticks === undefined) throw new Refusal("bad-request", `${text} is not a time such as 2026-10-14T03:00:00Z`);
  return ticks;
}

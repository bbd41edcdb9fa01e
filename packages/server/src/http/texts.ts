import type { Diagnostic as Told } from "@calypso/contract";
import { type Diagnostic, type Location, partOfQuery, placeAt, suggested } from "@calypso/kql";
import { parseTicks } from "../detect/ticks.js";
import { Refusal } from "./problems.js";

/** A diagnostic with its place in the text that was sent. */
export function told(diagnostic: Diagnostic): Told {
  const { severity, code, message, hint } = diagnostic;
  const { source, span } = partOfQuery(diagnostic);
  const place = placeOfPart({ source, span });
  // What is wrong inside a saved function, or with more than a name, is not put right by writing another name here.
  const isName = source === diagnostic.source && /^\w+$/.test(source.text.slice(span.start, span.end));
  const replacements = isName && hint !== undefined ? suggested(hint) : [];
  return {
    ...{ severity, code, message, place },
    ...(hint === undefined ? {} : { hint }),
    ...(replacements.length === 0 ? {} : { replacements: [...replacements] }),
  };
}

/** The place of a part of a text. */
export function placeOfPart({ source, span }: Location): NonNullable<Told["place"]> {
  const from = placeAt(source.text, span.start);
  const to = placeAt(source.text, span.end);
  return { line: from.line, column: from.column, endLine: to.line, endColumn: to.column };
}

/** A time of a request in ticks. */
export function ticksOfText(text: string): bigint {
  const ticks = parseTicks(text);
  if (ticks === undefined) throw new Refusal("bad-request", `${text} is not a time such as 2026-10-14T03:00:00Z`);
  return ticks;
}

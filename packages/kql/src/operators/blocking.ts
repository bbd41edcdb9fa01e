import type { Span } from "../source/source.js";
import type { BinderDiagnostic } from "../syntax/node.js";

/** What the binder minds so much that a text cannot be run. */
export function blockingAmong(diagnostics: readonly BinderDiagnostic[], text: string): readonly BinderDiagnostic[] {
  const unknown = new Set(diagnostics.flatMap(({ code, span }) => (code === "KS142" ? [placeOf(span)] : [])));
  return diagnostics.filter(
    (found) =>
      found.severity === "error" &&
      !isOurs(found) &&
      !isAllowed(found, text) &&
      !(ofNames.has(found.code) && unknown.has(placeOf(found.span))),
  );
}

/** Whether all that is wrong is what values and tables are, and not how the text is written. */
export function isReadable(blocking: readonly BinderDiagnostic[]): boolean {
  return blocking.every(({ code }) => ofMeaning.has(code));
}

function placeOf({ start, end }: Span): string {
  return `${start} ${end}`;
}

/** What the binder says of a name that does not exist, beside that it does not. */
const ofNames: ReadonlySet<string> = new Set(["KS107", "KS109"]);

const ofMeaning: ReadonlySet<string> = new Set(["KS106", "KS107", "KS108", "KS109", "KS116", "KS145", "KS183"]);

/** Names that do not exist, and what follows from them, are judged where they are used. */
function isOurs({ code }: BinderDiagnostic): boolean {
  return ours.has(code);
}

const ours: ReadonlySet<string> = new Set(["KS142", "KS147", "KS204", "KS205", "KS211", "KS240", "KS260"]);

/**
 * What the binder minds and the engine does not: `count(x)` counts rows, `array_length({})` is null (a text is read as JSON),
 * `todynamic` is `parse_json` and takes what is dynamic as it is, `not("x")` is part of what `search` looks for, `bag_unpack`
 * takes the properties to leave out by name, the seconds of a timespan may have a fraction, and the unit of time may have a
 * name of its own.
 */
function isAllowed({ code, span, type }: BinderDiagnostic, text: string): boolean {
  if (code === "KS134") {
    const isLast = /^\s*\)/.test(text.slice(span.end));
    return isLast && /\bmake_timespan\s*\([^,()]+,[^,()]+,(?:[^,()]+,)?\s*$/.test(text.slice(0, span.start));
  }
  if (code === "KS131") return /\b(datetime_(diff|part|add)|datepart)\s*\(\s*$/i.test(text.slice(0, span.start));
  if (code === "KS234") return /^(dynamic|string|unknown|error)$/.test(type ?? "unknown");
  if (code !== "KS107") return false;
  if (type === "dynamic" && /\b(todynamic|toobject|parsejson)\s*\(\s*$/.test(text.slice(0, span.start))) return true;
  return /\b(count|cnt)\s*\(\s*$|\bsearch\b[^|]*\bnot\s*\([^|]*$|\bignoredProperties\s*=\s*$/.test(
    text.slice(0, span.start),
  );
}

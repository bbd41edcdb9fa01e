import type { BinderDiagnostic } from "../syntax/node.js";

/** Whether what the binder minds keeps a text from being run. */
export function isBlocking(found: BinderDiagnostic, text: string): boolean {
  return found.severity === "error" && !isOurs(found) && !isAllowed(found, text);
}

/** Names that do not exist, and what follows from them, are judged where they are used. */
function isOurs({ code }: BinderDiagnostic): boolean {
  return ours.has(code);
}

const ours: ReadonlySet<string> = new Set(["KS142", "KS147", "KS204", "KS205", "KS211", "KS240", "KS260"]);

/**
 * What the binder minds and the engine does not: `count(x)` counts rows, `array_length({})` is null, `not("x")` is part
 * of what `search` looks for, `bag_unpack` takes the properties to leave out by name, and the seconds of a timespan may
 * have a fraction.
 */
function isAllowed({ code, span }: BinderDiagnostic, text: string): boolean {
  if (code === "KS134") {
    const isLast = /^\s*\)/.test(text.slice(span.end));
    return isLast && /\bmake_timespan\s*\([^,()]+,[^,()]+,(?:[^,()]+,)?\s*$/.test(text.slice(0, span.start));
  }
  if (code !== "KS107") return code === "KS234";
  return /\b(count|cnt)\s*\(\s*$|\bsearch\b[^|]*\bnot\s*\([^|]*$|\bignoredProperties\s*=\s*$/.test(
    text.slice(0, span.start),
  );
}

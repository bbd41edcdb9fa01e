import { countText } from "../text/times.ts";
import type { Trace } from "./trace.ts";

/** What became of an event, in one sentence; nothing before it is known. */
export function lossOf(trace: Pick<Trace, "found" | "eventCounts" | "stages" | "busy">): string | undefined {
  const found = trace.found();
  if (found === undefined) return undefined;
  const ignored = found.ignored.length === 0 ? "" : ` Not compared: ${found.ignored.join(", ")}.`;
  if (found.rows === 0) return `No row of the table has these values.${ignored}`;
  if (!found.isOne) {
    const many = found.rows >= 100 ? "100 or more" : countText(found.rows);
    return `${many} different rows have these values; give more of them, or the one _ItemId.${ignored}`;
  }
  const counts = [...trace.eventCounts().values()];
  const last = counts.at(-1);
  if (last === undefined) return undefined;
  if (last.kind === "refused") return `At stage ${last.stage}, ${last.detail}.${ignored}`;
  const what = last.isGroup ? "The event's group" : "The event";
  if (last.left > 0) {
    if (trace.busy()) return undefined;
    return last.stage === trace.stages().length ? `${what} is in the result.${ignored}` : undefined;
  }
  if (last.stage === 1)
    return `The event is in the table, but not among the rows that the source gives: look at the time range.${ignored}`;
  return `${what} is lost at stage ${last.stage}${reasonOf(last)}.${ignored}`;
}

type Lost = Extract<
  ReturnType<Trace["eventCounts"]> extends ReadonlyMap<number, infer C> ? C : never,
  { readonly kind: "counts" }
>;

/** The first predicate that no row of the event meets, with the values that it saw. */
function reasonOf({ predicates, verdicts }: Lost): string {
  const [first] = verdicts;
  if (first === undefined) return "";
  const at = predicates.findIndex(
    ({ depth }, index) => depth === 0 && verdicts.every((one) => one[index]?.value !== true),
  );
  const predicate = predicates[at];
  if (predicate === undefined) return "";
  const saw = first[at]?.saw.map(({ text, value }) => `${text} = ${JSON.stringify(value)}`) ?? [];
  return `: ${predicate.text} is ${first[at]?.value ?? "null"}${saw.length === 0 ? "" : `, as ${saw.join(", ")}`}`;
}

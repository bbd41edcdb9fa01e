import type { Detection } from "./detection.js";
import { isAboutTime, testsOf, testText } from "./detection-tests.js";

/** The most conditions of each kind that a summary says. */
const mostSaid = 6;

/** What a rule does, in sentences that follow from its dissection alone. */
export function summaryOf(detection: Detection): readonly string[] {
  const { dissection, frequency, period, purpose } = detection;
  const { reads, thresholds, outputs, unread } = dissection;
  const tests = testsOf(detection).filter(({ test }) => !isAboutTime(test));
  const wanted = unique(tests.filter(({ negated }) => !negated).map(({ test }) => testText(test, false)));
  const leftOut = unique(tests.filter(({ negated }) => negated).map(({ test }) => testText(test, false)));
  const asked = unique(reads.filter(({ absent }) => absent !== true).map(({ source }) => source));
  const missed = unique(reads.filter(({ absent }) => absent === true).map(({ source }) => source));
  const counts = thresholds.map(({ function: name, of, by, operator, value }) => {
    const groups = by.length === 0 ? "" : ` for each ${by.join(", ")}`;
    return `${name}${of === undefined ? "" : ` of ${of}`} ${operator} ${value}${groups}`;
  });
  return [
    ...(asked.length === 0 ? [] : [`Reads ${listed(asked)}.`]),
    ...(missed.length === 0 ? [] : [`Asks that there is nothing like it in ${listed(missed)}.`]),
    ...(wanted.length === 0 ? [] : [`Looks for ${said(wanted)}.`]),
    ...(leftOut.length === 0 ? [] : [`Leaves out ${said(leftOut)}.`]),
    ...(counts.length === 0 ? [] : [`Counts: ${said(counts)}.`]),
    ...(outputs.length === 0 ? [] : [`Gives ${listed(unique(outputs.map(({ name }) => name)).slice(0, 20))}.`]),
    ...(purpose === "hunt" ? ["Is a hunt: people run it and look at what it finds."] : []),
    ...(frequency === undefined
      ? []
      : [`Runs every ${span(frequency)}${period === undefined ? "" : ` over the last ${span(period)}`}.`]),
    ...(unread.length === 0 ? [] : [`Not followed: ${said(unique(unread.map(({ why }) => why)))}.`]),
  ];
}

function said(some: readonly string[]): string {
  const short = some.slice(0, mostSaid).map((one) => (one.length > 200 ? `${one.slice(0, 199)}…` : one));
  return `${short.join("; ")}${some.length > mostSaid ? `; and ${some.length - mostSaid} more` : ""}`;
}

function listed(names: readonly string[]): string {
  return names.length < 2 ? names.join("") : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
}

function unique(some: readonly string[]): readonly string[] {
  return [...new Set(some)];
}

function span(milliseconds: number): string {
  const minutes = milliseconds / 60_000;
  if (minutes % 1440 === 0) return minutes === 1440 ? "day" : `${minutes / 1440} days`;
  if (minutes % 60 === 0) return minutes === 60 ? "hour" : `${minutes / 60} hours`;
  return `${Math.round(minutes * 10) / 10} minutes`;
}

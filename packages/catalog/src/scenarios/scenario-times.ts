import { readDuration } from "../rules/duration.js";
import type { Field, NodeReading } from "../rules/fields.js";
import { requiredText, wrong } from "./strict-fields.js";

/** A written time: an instant, or a distance from the scenario's clock (`-1h30m`, `now`); undefined for anything else. */
export function readTime(written: string, now: number): number | undefined {
  const text = written.trim();
  if (/^now$/i.test(text)) return now;
  const [, sign, length] = /^(?:now\s*)?([+-])\s*(\d.*)$/i.exec(text) ?? [];
  if (length !== undefined) {
    const duration = readDuration(length);
    if (duration.kind === "refused") return undefined;
    return sign === "-" ? now - duration.milliseconds : now + duration.milliseconds;
  }
  return instantOf(text);
}

/** The time under a key; reported where it is none. */
export function timeOf(reading: NodeReading, field: Field, now: number | undefined): number | undefined {
  const text = requiredText(reading, field);
  if (text === undefined) return undefined;
  const time = now === undefined ? instantOf(text) : readTime(text, now);
  if (time !== undefined) return time;
  const forms = now === undefined ? "" : " or `-1h30m`";
  return wrong(reading, field, `\`${text}\` is no time such as \`2026-03-01T12:00:00Z\`${forms}`);
}

/** A length of time under a key, in milliseconds. */
export function lengthOf(reading: NodeReading, field: Field): number | undefined {
  const text = requiredText(reading, field);
  if (text === undefined) return undefined;
  const duration = readDuration(text);
  return duration.kind === "read" ? duration.milliseconds : wrong(reading, field, duration.reason);
}

function instantOf(text: string): number | undefined {
  if (!/^\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,7})?)?(?:Z|[+-]\d{2}:\d{2})?)?$/i.test(text))
    return undefined;
  const zoned = /(?:Z|[+-]\d{2}:\d{2})$/i.test(text) || text.length === 10 ? text : `${text}Z`;
  const time = Date.parse(zoned.replace(" ", "T"));
  return Number.isNaN(time) ? undefined : time;
}

import type { Cell } from "./rows.ts";

/** What stands for a cell when rows are sorted; numbers and bigints of one column compare exactly with each other. */
export type Key = string | number | bigint;

/** The key of a cell that is not null, by its KQL type. */
export function keyOf(cell: Exclude<Cell, null>, type: string): Key {
  switch (type) {
    case "long":
    case "int":
      return typeof cell === "number" ? cell : BigInt(cell);
    case "real":
    case "bool":
      return Number(cell);
    case "decimal":
      return scaledOf(String(cell));
    case "timespan":
      return ticksOf(String(cell));
    default:
      return byCodePoint(String(cell));
  }
}

/** How two keys of one column stand to each other; `NaN` is before all numbers. */
export function keyOrder(left: Key, right: Key): number {
  if (left < right) return -1;
  if (left > right) return 1;
  return Number(Number.isNaN(right)) - Number(Number.isNaN(left));
}

/** A text whose UTF-16 units are in the order of the text's code points, as the engine sorts: halves of pairs after all others. */
function byCodePoint(text: string): string {
  return text.replace(/[\ud800-\uffff]/g, (unit) => {
    const code = unit.charCodeAt(0);
    return String.fromCharCode(code < 0xe000 ? code + 0x2000 : code - 0x800);
  });
}

/** Digits behind the point that a decimal is compared with; the engine's have at most 76 in all. */
const scale = 76;

/** A decimal as a whole number of its smallest parts. */
function scaledOf(text: string): bigint {
  const [, sign, whole = "0", fraction = "", exponent] = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(text) ?? [];
  const shift = BigInt(scale - fraction.length + Number(exponent ?? 0));
  const digits = BigInt(whole + fraction);
  const value = shift < 0n ? digits / 10n ** -shift : digits * 10n ** shift;
  return sign === "-" ? -value : value;
}

/** The ticks of `[-][d.]hh:mm:ss[.fffffff]`. */
function ticksOf(text: string): bigint {
  const [, sign, days, hours, minutes, seconds, fraction] =
    /^(-?)(?:(\d+)\.)?(\d+):(\d+):(\d+)(?:\.(\d{1,7}))?$/.exec(text) ?? [];
  const whole =
    ((BigInt(days ?? 0) * 24n + BigInt(hours ?? 0)) * 60n + BigInt(minutes ?? 0)) * 60n + BigInt(seconds ?? 0);
  const ticks = whole * 10_000_000n + BigInt((fraction ?? "").padEnd(7, "0"));
  return sign === "-" ? -ticks : ticks;
}

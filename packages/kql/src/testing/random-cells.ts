import fc from "fast-check";
import type { KqlType } from "../schema/types.js";

/** A random value of a type, as a literal of KQL and as ClickHouse stores it. */
export interface Cell {
  readonly kql: string;
  readonly sql: string;
}

/** Random values of a type: mostly few and small, so that rows meet, with the extremes of the type among them. */
export function cells(type: KqlType): fc.Arbitrary<Cell> {
  switch (type) {
    case "bool":
      return fc.constantFrom(...["true", "false"].map(same), missing("bool"));
    case "int":
      return fc.constantFrom(...[0, 1, 2, 3, -7, 2147483647, -2147483648].map((n) => whole("int", BigInt(n))));
    case "long":
      return fc.constantFrom(...longs.map((n) => whole("long", n)), missing("long"));
    case "real":
      return fc.constantFrom(...reals, missing("real"));
    case "decimal":
      return fc.constantFrom(...["0", "1.5", "-2.25", "12345678901234567890.123"].map(decimal), missing("decimal"));
    case "string":
      return fc.oneof(fc.constantFrom(...words), texts).map(text);
    case "datetime":
      return fc.constantFrom(...instants.map(datetime), missing("datetime"));
    case "timespan":
      return fc.constantFrom(...spans.map(timespan), missing("timespan"));
    case "guid":
      return fc.constantFrom(...guids.map(guid), missing("guid"));
    case "dynamic":
      return fc.oneof(fc.constantFrom(...documents), json).map(dynamic);
    default:
      return type satisfies never;
  }
}

/** Texts made of letters of several scripts, digits, blanks and punctuation. */
export const texts: fc.Arbitrary<string> = fc
  .array(fc.constantFrom(..."abAB12 _-.,;/\\'\"\n", "é", "É", "ж", "Ж", "語", "😀", "ab", "Ab"), { maxLength: 9 })
  .map((parts) => parts.join(""));

/** A text as a literal of KQL. */
export function quoted(content: string): string {
  return `"${content.replace(/\\/g, "\\\\").replace(/"/g, '\\"').replace(/\n/g, "\\n").replace(/\r/g, "\\r")}"`;
}

const longs = [0n, 1n, 2n, 3n, 5n, -1n, -7n, 9007199254740993n, (1n << 63n) - 1n, -(1n << 63n) + 1n];
const words = ["", "a", "b", "A", "ab", "a b", "null", "12", "Zoë", "a.b-c", "x_y"];
const instants = [
  "2026-01-01 00:00:00.0000000",
  "2024-02-29 13:14:15.1234567",
  "1970-01-01 00:00:00.0000000",
  "1969-12-31 23:59:59.9999999",
  "0001-01-01 00:00:00.0000000",
  "9999-12-31 23:59:59.9999999",
  "1955-11-05 06:15:00.0000000",
];
const spans = [0n, 1n, -1n, 36_000_000_000n, 864_000_000_000n, -937_840_500_000n, 6_048_000_000_000n];
const guids = ["74be27de-1e4e-49d9-b579-fe0b331d3642", "00000000-0000-0000-0000-000000000000"];
const documents = [
  "",
  "[]",
  "{}",
  '{"a":1}',
  '{"a":"x","b":[1,2]}',
  "[1,2,3]",
  '["a",null,1.5,true,[1],{"k":2}]',
  '"a"',
  "5",
];
const json = fc
  .jsonValue({ maxDepth: 2 })
  .map((value) =>
    JSON.stringify(value, (_, part: unknown) => (typeof part === "number" ? Math.trunc(part) % 1e9 || 0 : part)),
  )
  .map((printed) => (printed === "null" ? "" : printed));

const reals: readonly Cell[] = [
  ...["0.0", "1.0", "0.5", "-2.5", "1e300", "0.1", "3.0"].map((n) => ({ kql: n, sql: `toFloat64(${n})` })),
  ...["nan", "+inf", "-inf"].map((n) => ({ kql: `real(${n})`, sql: `toFloat64('${n}')` })),
];

function same(written: string): Cell {
  return { kql: written, sql: written };
}

function missing(type: KqlType): Cell {
  return { kql: `${type}(null)`, sql: "NULL" };
}

function whole(type: "int" | "long", value: bigint): Cell {
  return { kql: `${type}(${value})`, sql: `${type === "int" ? "toInt32" : "toInt64"}(${value})` };
}

function decimal(written: string): Cell {
  return { kql: `decimal(${written})`, sql: `toDecimal256('${written}', 18)` };
}

function text(content: string): Cell {
  return { kql: quoted(content), sql: sqlText(content) };
}

function datetime(written: string): Cell {
  return { kql: `datetime(${written})`, sql: `toDateTime64('${written}', 7, 'UTC')` };
}

function timespan(ticks: bigint): Cell {
  return { kql: `timespan(${spanText(ticks)})`, sql: `toInt64(${ticks})` };
}

function guid(written: string): Cell {
  return { kql: `guid(${written})`, sql: `toUUID('${written}')` };
}

function dynamic(document: string): Cell {
  return { kql: document === "" ? "dynamic(null)" : `dynamic(${document})`, sql: sqlText(document) };
}

/** Ticks as KQL writes a timespan: `-1.02:03:04.0000005`. */
export function spanText(ticks: bigint): string {
  const size = ticks < 0n ? -ticks : ticks;
  const two = (number: bigint) => String(number).padStart(2, "0");
  const [days, rest] = [size / 864_000_000_000n, size % 864_000_000_000n];
  const clock = [rest / 36_000_000_000n, (rest / 600_000_000n) % 60n, (rest / 10_000_000n) % 60n].map(two).join(":");
  const fraction = rest % 10_000_000n;
  const tail = fraction === 0n ? "" : `.${String(fraction).padStart(7, "0")}`;
  return `${ticks < 0n ? "-" : ""}${days === 0n ? "" : `${days}.`}${clock}${tail}`;
}

function sqlText(content: string): string {
  return `'${content.replace(/\\/g, "\\\\").replace(/'/g, "\\'")}'`;
}

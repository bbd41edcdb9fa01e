import { type Sql, sql } from "../sql/sql.js";
import { type ScalarEntry, scalars } from "./entry.js";
import { textOf } from "./text-form.js";
import type { Refusal, Value } from "./value.js";

/** The bytes that KQL's `hash` reads: a string's own, a datetime's or integer's eight. */
function hashed(source: Value, modulus: Value | undefined): Sql | Refusal {
  const bits = hashedBits(source);
  if (bits === undefined)
    return { refused: `\`hash\` of a ${source.type}`, hint: "use `hash_sha256`, or convert with `tostring`" };
  const code = sql`xxHash64(${bits})`;
  if (modulus === undefined) return sql`reinterpretAsInt64(${code})`;
  const divisor = sql`toInt64(${modulus})`;
  return sql`if(ifNull(${divisor} > 0, 0), toInt64(moduloOrNull(${code}, toUInt64(${divisor}))), CAST(NULL AS Nullable(Int64)))`;
}

/** What the engine hashes of a value; undefined for types of which that is not known. */
export function hashedBits(source: Value): Sql | undefined {
  switch (source.type) {
    case "string":
      return source.sql;
    case "int":
      return sql`toInt64(${source})`;
    case "long":
    case "timespan":
      return source.sql;
    case "datetime":
      // Ticks count from the year 1.
      return sql`(reinterpret(${source}, 'Int64') + toInt64(621355968000000000))`;
    default:
      return undefined;
  }
}

const xxhash: ScalarEntry = {
  about: "A hash of a text, integer, timespan or datetime (xxHash64), with a modulus the rest of the division by it.",
  emit: (source, modulus) => hashed(source, modulus),
  examples: {
    "hash('World')": "1846988464401551951",
    "hash('World', 100)": 51,
    "hash(int(0)) == hash(0)": true,
    "hash(datetime('2015-01-01'))": "1380966698541616202",
  },
};

/** Hashes of values. */
export const hashFunctions = scalars({
  hash: xxhash,
  hash_xxhash64: {
    ...xxhash,
    examples: { "hash_xxhash64('World')": "1846988464401551951" },
  },
  hash_md5: {
    about: "The MD5 of what `tostring` makes of a value, in hexadecimal.",
    emit: (source) => sql`lower(hex(MD5(${textOf(source)})))`,
    examples: { "hash_md5('World')": "f5a7924e621e84c9280a9a27e1bcb7f6", "hash_md5(123) == hash_md5('123')": true },
  },
  hash_sha1: {
    about: "The SHA-1 of what `tostring` makes of a value, in hexadecimal.",
    emit: (source) => sql`lower(hex(SHA1(${textOf(source)})))`,
    examples: {
      "hash_sha1('World')": "70c07ec18ef89c5309bbb0937f3a6342411e1fdd",
      "hash_sha1(datetime(2020-01-01))": "e903e533f4d636b4fc0dcf3cf81e7b7f330de776",
    },
  },
  hash_sha256: {
    about: "The SHA-256 of what `tostring` makes of a value, in hexadecimal.",
    emit: (source) => sql`lower(hex(SHA256(${textOf(source)})))`,
    examples: { "hash_sha256('World')": "78ae647dc5544d227130a0682a51e30bc7777fbb6d8a8f17007463a3ecd1d524" },
  },
});

import { integer, joinSql, type Sql, sql, text } from "../sql/sql.js";
import { bind } from "./bind.js";
import { constantElements, constantText, elementTexts } from "./constant-elements.js";
import { ipv4Range, ipv6Range, maskOf, type Range } from "./ip-constant.js";
import {
  addressPart,
  ipv4Mask,
  ipv4Network,
  ipv4Number,
  ipv4Prefix,
  ipv6Masked,
  ipv6Network,
  ipv6Number,
  ipv6Prefix,
  withoutEmbedding,
} from "./ip-text.js";
import { textOf } from "./text-form.js";
import type { Value } from "./value.js";

/** Whether an address is in one of several ranges, each a string or a dynamic array of strings; Nullable(UInt8). */
export function inAnyIpv4Range(address: Value, ranges: readonly Value[]): Sql {
  return bind(textOf(address), (source) => bind(ipv4Network(source), (number) => inAny(number, ranges, ipv4)));
}

/** As for IPv4; IPv4 texts count as addresses mapped into IPv6. */
export function inAnyIpv6Range(address: Value, ranges: readonly Value[]): Sql {
  return bind(withoutEmbedding(textOf(address)), (source) =>
    bind(ipv6Network(source), (number) => inAny(number, ranges, ipv6)),
  );
}

interface Family {
  readonly bits: 32 | 128;
  readonly parse: (text: string) => Range | undefined;
  readonly literal: (number: bigint) => Sql;
  /** Whether a number is in the range that a text names; NULL where the text names none. */
  readonly within: (number: Sql, range: Sql) => Sql;
}

const ipv4: Family = {
  bits: 32,
  parse: ipv4Range,
  literal: (number) => sql`toInt64(${integer(number)})`,
  within: (number, range) =>
    bind(
      ipv4Mask(ipv4Prefix(range)),
      (mask) => sql`(bitAnd(${number}, ${mask}) = bitAnd(${ipv4Number(addressPart(range))}, ${mask}))`,
    ),
};

const ipv6: Family = {
  bits: 128,
  parse: ipv6Range,
  literal: (number) => sql`toUInt128(${text(String(number))})`,
  within: (number, range) =>
    bind(withoutEmbedding(range), (plain) =>
      bind(
        ipv6Prefix(plain),
        (prefix) => sql`(${ipv6Masked(number, prefix)} = ${ipv6Masked(ipv6Number(plain), prefix)})`,
      ),
    ),
};

function inAny(number: Sql, ranges: readonly Value[], family: Family): Sql {
  const known: Range[] = [];
  const tests: Sql[] = [];
  let unsound = false;
  for (const range of ranges) {
    const literal = constantText(range);
    const texts = literal === undefined ? constantElements(range) : [literal];
    if (texts) {
      for (const each of texts) {
        const parsed = family.parse(each ?? "");
        if (parsed) known.push(parsed);
        else unsound = true;
      }
    } else if (range.type === "dynamic") tests.push(inArray(number, elementTexts(range), family));
    else tests.push(family.within(number, textOf(range)));
  }
  tests.unshift(...inKnown(number, known, family));
  if (unsound) tests.push(sql`CAST(NULL AS Nullable(UInt8))`);
  if (tests.length === 0) return sql`if(isNull(${number}), CAST(NULL AS Nullable(UInt8)), toNullable(toUInt8(0)))`;
  // A null is no match yet: OR keeps it only where no range holds the address.
  return sql`toNullable(${joinSql(
    tests.map((test) => sql`(${test})`),
    " OR ",
  )})`;
}

/** One look-up for each prefix length. */
function inKnown(number: Sql, ranges: readonly Range[], family: Family): readonly Sql[] {
  const byPrefix = new Map<number, Set<bigint>>();
  for (const { network, prefix } of ranges) {
    const networks = byPrefix.get(prefix) ?? new Set();
    byPrefix.set(prefix, networks.add(network));
  }
  return [...byPrefix].map(([prefix, networks]) => {
    const mask = family.literal(maskOf(prefix, family.bits));
    return sql`bitAnd(${number}, ${mask}) IN (${joinSql([...networks].map(family.literal))})`;
  });
}

function inArray(number: Sql, texts: Sql, family: Family): Sql {
  const tests = sql`arrayMap(_r -> ${family.within(number, sql`_r`)}, ${texts})`;
  return bind(
    tests,
    (found) =>
      sql`multiIf(arrayExists(_t -> ifNull(_t, 0), ${found}), toNullable(toUInt8(1)), isNull(${number}) OR arrayExists(_t -> isNull(_t), ${found}), CAST(NULL AS Nullable(UInt8)), toNullable(toUInt8(0)))`,
  );
}

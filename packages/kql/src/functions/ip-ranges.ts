import { integer, joinSql, type Sql, sql, text } from "../sql/sql.js";
import { bind } from "./bind.js";
import { constantElements, constantText, elementTexts } from "./constant-elements.js";
import { ipv4Range, ipv6Range, maskOf, type Range } from "./ip-constant.js";
import { ipv4Mask, ipv4Network, ipv4Prefix, ipv6Masked, ipv6Network, ipv6Prefix, withoutEmbedding } from "./ip-text.js";
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
  /** The network and the prefix length that a text names, either NULL where it names none. */
  readonly network: (range: Sql) => Sql;
  readonly prefix: (range: Sql) => Sql;
  /** Whether a number is in a network; NULL where something in it is. */
  readonly equal: (number: Sql, network: Sql, prefix: Sql) => Sql;
}

const ipv4: Family = {
  bits: 32,
  parse: ipv4Range,
  literal: (number) => sql`toInt64(${integer(number)})`,
  network: ipv4Network,
  prefix: ipv4Prefix,
  equal: (number, network, prefix) => sql`(bitAnd(${number}, ${ipv4Mask(prefix)}) = ${network})`,
};

const ipv6: Family = {
  bits: 128,
  parse: ipv6Range,
  literal: (number) => sql`toUInt128(${text(String(number))})`,
  network: (range) => bind(withoutEmbedding(range), ipv6Network),
  prefix: (range) => bind(withoutEmbedding(range), ipv6Prefix),
  equal: (number, network, prefix) => sql`(${ipv6Masked(number, prefix)} = ${network})`,
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
    else tests.push(bind(textOf(range), (each) => family.equal(number, family.network(each), family.prefix(each))));
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
  // The ranges are read by themselves, so that a list that is the same for all rows is read once.
  const networks = sql`arrayMap(_r -> ${family.network(sql`_r`)}, ${texts})`;
  const prefixes = sql`arrayMap(_r -> ${family.prefix(sql`_r`)}, ${texts})`;
  const tests = sql`arrayMap((_n, _p) -> ${family.equal(number, sql`_n`, sql`_p`)}, ${networks}, ${prefixes})`;
  return bind(
    tests,
    (found) =>
      sql`multiIf(arrayExists(_t -> ifNull(_t, 0), ${found}), toNullable(toUInt8(1)), isNull(${number}) OR arrayExists(_t -> isNull(_t), ${found}), CAST(NULL AS Nullable(UInt8)), toNullable(toUInt8(0)))`,
  );
}

import { type Sql, sql } from "../sql/sql.js";

/** An IPv4 address as a number, from text without a prefix; NULL where it is none. */
export function ipv4Number(address: Sql): Sql {
  return sql`toInt64(IPv4StringToNumOrNull(${address}))`;
}

/** The mask of a prefix length from 0 to 32, as a number. */
export function ipv4Mask(prefix: Sql): Sql {
  return sql`bitAnd(bitShiftLeft(toInt64(4294967295), 32 - ${prefix}), toInt64(4294967295))`;
}

/** The address part of `address/prefix`. */
export function addressPart(source: Sql): Sql {
  return sql`splitByChar('/', ${source})[1]`;
}

/** The prefix length of an IPv4 text: 32 where none is written, NULL where it is no number from 0 to 32. */
export function ipv4Prefix(source: Sql): Sql {
  return prefixPart(source, 32);
}

/** The network of an IPv4 text: its number without the bits after its prefix; NULL where the text is no address. */
export function ipv4Network(source: Sql): Sql {
  const masked = sql`bitAnd(${ipv4Number(addressPart(source))}, ${ipv4Mask(ipv4Prefix(source))})`;
  return sql`if(position(${source}, '/') = 0, ${ipv4Number(source)}, ${masked})`;
}

/** Dotted decimals of a number that is an IPv4 address. */
export function ipv4Text(number: Sql): Sql {
  return sql`IPv4NumToString(toUInt32(${number}))`;
}

/** IPv6 functions take `::1.2.3.4` for the IPv4 address in it. */
export function withoutEmbedding(source: Sql): Sql {
  return sql`replaceRegexpOne(${source}, '^::([0-9]+[.])', '\\\\1')`;
}

/** An IPv6 or IPv4 address as a UInt128, IPv4 mapped into IPv6; NULL where the text is none. Its prefix is left out. */
export function ipv6Number(source: Sql): Sql {
  return sql`reinterpretAsUInt128(reverse(IPv6StringToNumOrNull(${addressPart(source)})))`;
}

/** The prefix length of an IPv6 text, from 0 to 128; an IPv4 one counts from 96 on. */
export function ipv6Prefix(source: Sql): Sql {
  return sql`if(${writtenAsIpv4(source)}, 96 + ${prefixPart(source, 32)}, ${prefixPart(source, 128)})`;
}

/** Whether a text's address is written as IPv4; UInt8. */
export function writtenAsIpv4(source: Sql): Sql {
  return sql`isNotNull(IPv4StringToNumOrNull(${addressPart(source)}))`;
}

/** A UInt128 without the bits after a prefix length from 0 to 128. */
export function ipv6Masked(number: Sql, prefix: Sql): Sql {
  const rest = sql`toUInt8(128 - ${prefix})`;
  return sql`if(${prefix} = 0, if(isNull(${number}), NULL, toUInt128(0)), bitShiftLeft(bitShiftRight(${number}, ${rest}), ${rest}))`;
}

/** The network of an IPv6 or IPv4 text as a UInt128; NULL where the text is no address. */
export function ipv6Network(source: Sql): Sql {
  return sql`if(position(${source}, '/') = 0, ${ipv6Number(source)}, ${ipv6Masked(ipv6Number(source), ipv6Prefix(source))})`;
}

/** The eight groups of four hexadecimal digits of a UInt128; `''` for NULL. */
export function ipv6Text(number: Sql): Sql {
  return sql`if(isNull(${number}), '', arrayStringConcat(extractAll(leftPad(lower(hex(assumeNotNull(${number}))), 32, '0'), '.{4}'), ':'))`;
}

function prefixPart(source: Sql, most: 32 | 128): Sql {
  const written = sql`toUInt32OrZero(splitByChar('/', ${source})[2])`;
  const full = most === 32 ? sql`toInt64(32)` : sql`toInt64(128)`;
  const sound = sql`match(${source}, '^[^/]*/[0-9]{1,3}$') AND ${written} <= ${full}`;
  return sql`multiIf(position(${source}, '/') = 0, toNullable(${full}), ${sound}, toNullable(toInt64(${written})), CAST(NULL AS Nullable(Int64)))`;
}

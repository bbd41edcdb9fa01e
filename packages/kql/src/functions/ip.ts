import { type Sql, sql } from "../sql/sql.js";
import { bind } from "./bind.js";
import { scalars } from "./entry.js";
import { inAnyIpv4Range, inAnyIpv6Range } from "./ip-ranges.js";
import {
  addressPart,
  ipv4Mask,
  ipv4Network,
  ipv4Number,
  ipv4Prefix,
  ipv4Text,
  ipv6Masked,
  ipv6Network,
  ipv6Number,
  ipv6Prefix,
  ipv6Text,
  withoutEmbedding,
  writtenAsIpv4,
} from "./ip-text.js";
import { textOf } from "./text-form.js";
import type { Refusal, Value } from "./value.js";

const noBool = sql`CAST(NULL AS Nullable(UInt8))`;
const noLong = sql`CAST(NULL AS Nullable(Int64))`;

/** The smaller of two prefix lengths; NULL where one is NULL or the given one is out of its range. */
function smaller(own: Sql, given: Sql | undefined, most: number): Sql {
  if (given === undefined) return own;
  const limit = sql`toInt64(${given})`;
  const bound = most === 32 ? sql`32` : sql`128`;
  return sql`if(isNull(${own}) OR ifNull(${limit} < 0 OR ${limit} > ${bound}, 1), NULL, least(${own}, ${limit}))`;
}

/** -1, 0 or 1 for two numbers under one mask; NULL where something in it is NULL. */
function order(left: Sql, right: Sql): Sql {
  return sql`multiIf(isNull(${left}) OR isNull(${right}), ${noLong}, ${left} < ${right}, toNullable(toInt64(-1)), ${left} > ${right}, toNullable(toInt64(1)), toNullable(toInt64(0)))`;
}

function compareIpv4(one: Value, other: Value, prefix?: Value): Sql {
  return bind(one.sql, (a) =>
    bind(other.sql, (b) => {
      const first = ipv4Prefix(a);
      const second = ipv4Prefix(b);
      const both = sql`if(isNull(${first}) OR isNull(${second}), NULL, least(${first}, ${second}))`;
      return bind(smaller(both, prefix?.sql, 32), (bits) => {
        const masked = (source: Sql) => sql`bitAnd(${ipv4Number(addressPart(source))}, ${ipv4Mask(bits)})`;
        return bind(masked(a), (left) => bind(masked(b), (right) => order(left, right)));
      });
    }),
  );
}

function compareIpv6(one: Value, other: Value, prefix?: Value): Sql {
  return bind(withoutEmbedding(one.sql), (a) =>
    bind(withoutEmbedding(other.sql), (b) => {
      const first = ipv6Prefix(a);
      const second = ipv6Prefix(b);
      const both = sql`if(isNull(${first}) OR isNull(${second}), NULL, least(${first}, ${second}))`;
      // Between two IPv4 addresses the prefix counts as one of IPv4.
      const given =
        prefix && sql`if(${writtenAsIpv4(a)} AND ${writtenAsIpv4(b)} AND ${prefix} <= 32, ${prefix} + 96, ${prefix})`;
      return bind(smaller(both, given, 128), (bits) =>
        bind(ipv6Masked(ipv6Number(a), bits), (left) =>
          bind(ipv6Masked(ipv6Number(b), bits), (right) => order(left, right)),
        ),
      );
    }),
  );
}

function matched(comparison: Sql): Sql {
  return sql`(${comparison} = 0)`;
}

/** A string or number, and perhaps a prefix, as the address and the prefix that is left; both NULL where unsound. */
function formatted(address: Value, prefix: Value | undefined, use: (number: Sql, bits: Sql) => Sql): Sql | Refusal {
  const numeric = address.type === "int" || address.type === "long";
  if (!numeric && address.type !== "string" && address.type !== "dynamic")
    return { refused: `an address given as a ${address.type}` };
  return bind(numeric ? address.sql : textOf(address), (source) => {
    const own = numeric ? sql`toNullable(toInt64(32))` : ipv4Prefix(source);
    const number = numeric
      ? sql`if(ifNull(toInt64(${source}) BETWEEN 0 AND 4294967295, 0), toNullable(toInt64(${source})), ${noLong})`
      : ipv4Number(addressPart(source));
    return bind(smaller(own, prefix?.sql, 32), (bits) =>
      bind(sql`bitAnd(${number}, ${ipv4Mask(bits)})`, (masked) => sql`if(isNull(${masked}), '', ${use(masked, bits)})`),
    );
  });
}

function cidrList(start: Value, end: Value): Sql {
  const step = sql`least(if(_s.1 = 0, toInt64(4294967296), bitAnd(_s.1, -_s.1)), toInt64(exp2(floor(log2(_s.2 - _s.1 + 1)))))`;
  const entry = sql`concat(IPv4NumToString(toUInt32(_s.1)), '/', toString(32 - toInt64(round(log2(${step})))))`;
  const next = sql`if(_s.1 > _s.2, _s, tuple(_s.1 + ${step}, _s.2, arrayPushBack(_s.3, ${entry})))`;
  return bind(ipv4Network(start.sql), (from) =>
    bind(ipv4Network(end.sql), (to) => {
      const first = sql`tuple(ifNull(${from}, toInt64(1)), ifNull(${to}, toInt64(0)), emptyArrayString())`;
      const list = sql`arrayFold((_s, _i) -> ${next}, range(64), ${first}).3`;
      return sql`if(ifNull(${from} <= ${to}, 0), toJSONString(${list}), '')`;
    }),
  );
}

const isPrivate = (number: Sql) =>
  sql`(bitAnd(${number}, 4278190080) = 167772160 OR bitAnd(${number}, 4293918720) = 2886729728 OR bitAnd(${number}, 4294901760) = 3232235520)`;

/** Functions on IPv4 and IPv6 addresses and networks. */
export const ipFunctions = scalars({
  parse_ipv4: {
    about: "An IPv4 address as a number, after its prefix is applied; null for any other text.",
    emit: (address) => bind(address.sql, ipv4Network),
    examples: {
      "parse_ipv4('127.0.0.1')": 2130706433,
      "parse_ipv4('192.168.1.1/24')": 3232235776,
      "parse_ipv4('255.255.255.255/31')": 4294967294,
      "parse_ipv4('1.2.3.4/0')": 0,
      "parse_ipv4('1.2.3.4/33')": null,
      "parse_ipv4('1.2.3')": null,
      "parse_ipv4('')": null,
    },
  },
  parse_ipv4_mask: {
    about: "An IPv4 address as a number, without the bits after a prefix length.",
    emit: (address, prefix) =>
      bind(address.sql, (source) =>
        bind(
          smaller(ipv4Prefix(source), prefix?.sql, 32),
          (bits) => sql`bitAnd(${ipv4Number(addressPart(source))}, ${ipv4Mask(bits)})`,
        ),
      ),
    examples: {
      "parse_ipv4_mask('127.0.0.1', 24)": 2130706432,
      "parse_ipv4_mask('192.168.1.1/16', 24)": 3232235520,
      "parse_ipv4_mask('x', 24)": null,
      "parse_ipv4_mask('127.0.0.1', -1)": null,
    },
  },
  parse_ipv6: {
    about: "An IPv6 or IPv4 address with all its digits, after its prefix is applied; empty for any other text.",
    emit: (address) => bind(withoutEmbedding(address.sql), (source) => bind(ipv6Network(source), ipv6Text)),
    examples: {
      "parse_ipv6('127.0.0.1')": "0000:0000:0000:0000:0000:ffff:7f00:0001",
      "parse_ipv6('192.168.255.255/24')": "0000:0000:0000:0000:0000:ffff:c0a8:ff00",
      "parse_ipv6('fe80::85d:e82c:9446:7994')": "fe80:0000:0000:0000:085d:e82c:9446:7994",
      "parse_ipv6('2001:db8::1/32')": "2001:0db8:0000:0000:0000:0000:0000:0000",
      "parse_ipv6('fe80::x')": "",
      "parse_ipv6('')": "",
    },
  },
  parse_ipv6_mask: {
    about: "An IPv6 or IPv4 address with all its digits, without the bits after a prefix length.",
    emit: (address, prefix) =>
      bind(withoutEmbedding(address.sql), (source) =>
        bind(smaller(ipv6Prefix(source), prefix?.sql, 128), (bits) =>
          bind(ipv6Masked(ipv6Number(source), bits), ipv6Text),
        ),
      ),
    examples: {
      "parse_ipv6_mask('192.168.255.255', 120)": "0000:0000:0000:0000:0000:ffff:c0a8:ff00",
      "parse_ipv6_mask('fe80::85d:e82c:9446:7994/120', 124)": "fe80:0000:0000:0000:085d:e82c:9446:7900",
      "parse_ipv6_mask('::192.168.255.255/24', 128)": "0000:0000:0000:0000:0000:ffff:c0a8:ff00",
      "parse_ipv6_mask('x', 128)": "",
    },
  },
  ipv4_is_private: {
    about: "Whether an IPv4 address is in 10.0.0.0/8, 172.16.0.0/12 or 192.168.0.0/16; null for any other text.",
    emit: (address) => bind(address.sql, (source) => bind(ipv4Network(source), isPrivate)),
    examples: {
      "ipv4_is_private('10.1.2.3')": true,
      "ipv4_is_private('192.168.1.1/24')": true,
      "ipv4_is_private('172.32.0.1')": false,
      "ipv4_is_private('fe80::1')": null,
    },
  },
  ipv4_compare: {
    about: "-1, 0 or 1 for two IPv4 addresses, compared by the shortest prefix given.",
    emit: (one, other, prefix) => compareIpv4(one, other, prefix),
    examples: {
      "ipv4_compare('192.168.1.1', '192.168.1.0', 31)": 0,
      "ipv4_compare('192.168.1.1', '192.168.1.255')": -1,
      "ipv4_compare('192.168.1.255', '192.168.1.1/31')": 1,
      "ipv4_compare('x', '192.168.1.1')": null,
    },
  },
  ipv4_is_match: {
    about: "Whether two IPv4 addresses are equal up to the shortest prefix given.",
    emit: (one, other, prefix) => matched(compareIpv4(one, other, prefix)),
    examples: {
      "ipv4_is_match('192.168.1.1/24', '192.168.1.255')": true,
      "ipv4_is_match('192.168.1.1', '192.168.1.255', 24)": true,
      "ipv4_is_match('192.168.1.1', '192.168.2.1')": false,
      "ipv4_is_match('192.168.1.1', '')": null,
    },
  },
  ipv4_is_in_range: {
    about: "Whether an IPv4 address is in a range.",
    emit: (address, range) => inAnyIpv4Range(address, range === undefined ? [] : [range]),
    examples: {
      "ipv4_is_in_range('127.0.0.1', '127.0.0.1')": true,
      "ipv4_is_in_range('192.168.1.6', '192.168.1.1/24')": true,
      "ipv4_is_in_range('192.168.1.1', '192.168.2.255/24')": false,
      "ipv4_is_in_range('192.168.1.1', 'fe80::/10')": null,
    },
  },
  ipv4_is_in_any_range: {
    about: "Whether an IPv4 address is in one of several ranges; null where it is in none and a text is no IPv4 one.",
    call: ({ args: [address, ...ranges] }) => (address ? inAnyIpv4Range(address, ranges) : noBool),
    examples: {
      "ipv4_is_in_any_range('192.168.1.6', '192.168.1.1/24', '10.0.0.1/8', '127.1.0.1/16')": true,
      "ipv4_is_in_any_range('127.0.0.1', dynamic(['127.0.0.1', '192.168.1.1']))": true,
      "ipv4_is_in_any_range('1.1.1.1', dynamic(['192.168.1.1/16', '127.0.0.1/8']))": false,
      "ipv4_is_in_any_range('fe80::1', dynamic(['192.168.1.1/16']))": null,
      "ipv4_is_in_any_range('192.168.1.9', parse_json(strcat('[\"192.168.1.1', '/16\"]')))": true,
    },
  },
  ipv6_compare: {
    about: "-1, 0 or 1 for two IPv6 or IPv4 addresses, compared by the shortest prefix given.",
    emit: (one, other, prefix) => compareIpv6(one, other, prefix),
    examples: {
      "ipv6_compare('192.168.1.1/24', '192.168.1.255', 31)": 0,
      "ipv6_compare('fe80::85d:e82c:9446:7994/120', 'fe80::85d:e82c:9446:7998', 127)": 0,
      "ipv6_compare('192.168.1.1/24', '::ffff:c0a8:01ff', 127)": 0,
      "ipv6_compare('::1', '::2')": -1,
      "ipv6_compare('::1', 'x')": null,
    },
  },
  ipv6_is_match: {
    about: "Whether two IPv6 or IPv4 addresses are equal up to the shortest prefix given.",
    emit: (one, other, prefix) => matched(compareIpv6(one, other, prefix)),
    examples: {
      "ipv6_is_match('fe80::85d:e82c:9446:7994', 'fe80::85d:e82c:9446:7995', 127)": true,
      "ipv6_is_match('::1', '::2')": false,
      "ipv6_is_match('::1', '')": null,
    },
  },
  ipv6_is_in_range: {
    about: "Whether an IPv6 or IPv4 address is in a range.",
    emit: (address, range) => inAnyIpv6Range(address, range === undefined ? [] : [range]),
    examples: {
      "ipv6_is_in_range('a5e:f127:8a9d:146d:e102:b5d3:c755:abcd', 'a5e:f127:8a9d:146d:e102:b5d3:c755:0/112')": true,
      "ipv6_is_in_range('192.168.1.1', '192.168.1.255/24')": true,
      "ipv6_is_in_range('::1', 'x')": null,
    },
  },
  ipv6_is_in_any_range: {
    about:
      "Whether an IPv6 or IPv4 address is in one of several ranges; null where it is in none and a text is no address.",
    call: ({ args: [address, ...ranges] }) => (address ? inAnyIpv6Range(address, ranges) : noBool),
    examples: {
      "ipv6_is_in_any_range('a5e:f127:8a9d:146d:e102:b5d3:c755:abcd', '2001::/16', 'a5e::/16')": true,
      "ipv6_is_in_any_range('2603:1030::5', dynamic(['2603:1030::/32', '10.0.0.0/8']))": true,
      "ipv6_is_in_any_range('10.2.3.4', dynamic(['2603:1030::/32', '10.0.0.0/8']))": true,
      "ipv6_is_in_any_range('2604::1', dynamic(['2603:1030::/32']))": false,
      "ipv6_is_in_any_range('', dynamic(['2603:1030::/32']))": null,
    },
  },
  ipv4_netmask_suffix: {
    about: "The prefix length of an IPv4 text: 32 where it has none, null where it is no address.",
    emit: (address) =>
      bind(
        address.sql,
        (source) => sql`if(isNull(${ipv4Number(addressPart(source))}), ${noLong}, ${ipv4Prefix(source)})`,
      ),
    examples: {
      "ipv4_netmask_suffix('192.168.1.1/24')": 24,
      "ipv4_netmask_suffix('10.1.2.3')": 32,
      "ipv4_netmask_suffix('x/8')": null,
    },
  },
  ipv4_range_to_cidr_list: {
    about:
      "The networks that make up the range between two IPv4 addresses; null where one is no address or they are in the wrong order.",
    emit: (start, end) => cidrList(start, end),
    examples: {
      "ipv4_range_to_cidr_list('1.1.128.0', '1.1.140.255')": ["1.1.128.0/21", "1.1.136.0/22", "1.1.140.0/24"],
      "ipv4_range_to_cidr_list('0.0.0.0', '255.255.255.255')": ["0.0.0.0/0"],
      "ipv4_range_to_cidr_list('1.1.1.1', '1.1.1.1')": ["1.1.1.1/32"],
      "ipv4_range_to_cidr_list('x', '1.1.1.1')": null,
    },
  },
  format_ipv4: {
    about: "An IPv4 text or number as text, after a prefix is applied; empty where it is no address.",
    emit: (address, prefix) => formatted(address, prefix, (number) => sql`ifNull(${ipv4Text(number)}, '')`),
    examples: {
      "format_ipv4('192.168.1.1', 24)": "192.168.1.0",
      "format_ipv4('192.168.1.1/24', 32)": "192.168.1.0",
      "format_ipv4(3232235777)": "192.168.1.1",
      "format_ipv4(dynamic('10.1.2.3'), 8)": "10.0.0.0",
      "format_ipv4('192.168.1.1/24', -1)": "",
    },
  },
  format_ipv4_mask: {
    about: "An IPv4 text or number with its prefix length, after a prefix is applied; empty where it is no address.",
    emit: (address, prefix) =>
      formatted(
        address,
        prefix,
        (number, bits) => sql`ifNull(concat(${ipv4Text(number)}, '/', toString(${bits})), '')`,
      ),
    examples: {
      "format_ipv4_mask('192.168.1.1', 24)": "192.168.1.0/24",
      "format_ipv4_mask('192.168.1.1/24', 32)": "192.168.1.0/24",
      "format_ipv4_mask('x', 32)": "",
    },
  },
});

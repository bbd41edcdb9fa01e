import { joinSql, type Sql, sql, text } from "../sql/sql.js";
import { bind } from "./bind.js";
import { constantElements, constantText, elementTexts } from "./constant-elements.js";
import { type ScalarEntry, scalars } from "./entry.js";
import { ipv4Value } from "./ip-constant.js";
import { subjectOf } from "./operators/search.js";
import { anyTerm } from "./operators/terms.js";
import { searchForm } from "./search-form.js";
import { textOf } from "./text-form.js";
import type { Value } from "./value.js";

/** Beyond this many addresses a look at each is slower than taking the addresses out of the text. */
const fewAddresses = 20;

/** Whether a text holds one of several IPv4 addresses, between characters that are neither letters nor digits. */
function hasAddress(source: Value, wanted: readonly Value[]): Sql {
  const subject = subjectOf(source);
  const { literals, unknown } = sorted(wanted);
  const addresses = literals.filter((literal) => ipv4Value(literal) !== undefined);
  const tests: Sql[] = [];
  if (addresses.length > fewAddresses) {
    tests.push(sql`arrayExists(_a -> _a IN (${joinSql(addresses.map(text))}), ${addressesIn(subject.text)})`);
  } else if (addresses.length > 0) tests.push(anyTerm(subject, addresses));
  for (const each of unknown) tests.push(holdsUnknown(subject.text, each));
  return tests.length === 0 ? sql`toUInt8(0)` : sql`(${joinSql(tests, " OR ")})`;
}

function holdsUnknown(subject: Sql, wanted: Value): Sql {
  const found = addressesIn(subject);
  if (wanted.type !== "dynamic") {
    return bind(
      textOf(wanted),
      (address) => sql`(isNotNull(IPv4StringToNumOrNull(${address})) AND has(${found}, ${address}))`,
    );
  }
  const valid = sql`isNotNull(IPv4StringToNumOrNull(_a))`;
  // A list that is the same for all rows becomes a set, whatever its size.
  if (wanted.once)
    return sql`arrayExists(_a -> ${valid} AND _a IN (SELECT arrayJoin(${elementTexts(wanted)})), ${found})`;
  return sql`hasAny(arrayFilter(_a -> ${valid}, ${found}), ${elementTexts(wanted)})`;
}

/** Whether a text holds an IPv4 address that starts with one of several prefixes. */
function hasPrefix(source: Value, wanted: readonly Value[]): Sql {
  const subject = subjectOf(source);
  const { literals, unknown } = sorted(wanted);
  const prefixes = literals.filter((literal) => ipv4Value(literal) !== undefined || prefixPattern.test(literal));
  const starts = prefixes.map((prefix) => startOf(sql`_a`, text(prefix)));
  for (const each of unknown) {
    starts.push(
      each.type === "dynamic"
        ? sql`arrayExists(_p -> ${soundPrefix(sql`_p`)} AND ${startOf(sql`_a`, sql`_p`)}, ${elementTexts(each)})`
        : sql`${soundPrefix(textOf(each))} AND ${startOf(sql`_a`, textOf(each))}`,
    );
  }
  if (starts.length === 0) return sql`toUInt8(0)`;
  const tests = joinSql(
    starts.map((start) => sql`(${start})`),
    " OR ",
  );
  return sql`arrayExists(_a -> isNotNull(IPv4StringToNumOrNull(_a)) AND (${tests}), ${addressesIn(subject.text)})`;
}

const prefixPattern = /^(?:(?:0|[1-9]\d?|1\d\d|2[0-4]\d|25[0-5])\.){1,3}$/;

function soundPrefix(prefix: Sql): Sql {
  return sql`(isNotNull(IPv4StringToNumOrNull(${prefix})) OR match(${prefix}, ${text(prefixPattern.source)}))`;
}

/** A whole address is no prefix of a longer one. */
function startOf(address: Sql, prefix: Sql): Sql {
  return sql`if(endsWith(${prefix}, '.'), startsWith(${address}, ${prefix}), ${address} = ${prefix})`;
}

/** Every four terms of a text that only dots part; among them are all the IPv4 addresses that it holds. */
function addressesIn(subject: Sql): Sql {
  const runs = sql`extractAll(${searchForm(subject)}, ${text("[^\\x00-\\x2d\\x2f\\x3a-\\x60\\x7b-\\x7f]+")})`;
  const windows = sql`arrayMap(_i -> arrayStringConcat(arraySlice(splitByChar('.', _w), _i, 4), '.'), range(1, toUInt64(greatest(1, toInt64(length(splitByChar('.', _w))) - 2))))`;
  return sql`arrayFlatten(arrayMap(_w -> ${windows}, arrayFilter(_w -> match(_w, ${text("[0-9]\\.[0-9]+\\.[0-9]+\\.[0-9]")}), ${runs})))`;
}

function sorted(members: readonly Value[]): {
  readonly literals: readonly string[];
  readonly unknown: readonly Value[];
} {
  const literals: string[] = [];
  const unknown: Value[] = [];
  for (const member of members) {
    const literal = constantText(member);
    const elements = constantElements(member);
    if (literal !== undefined) literals.push(literal);
    else if (elements) literals.push(...elements.filter((element) => element !== null));
    else unknown.push(member);
  }
  return { literals: [...new Set(literals)], unknown };
}

function entry(about: string, test: typeof hasAddress, examples: ScalarEntry["examples"]): ScalarEntry {
  return {
    about,
    call: ({ args: [source, ...wanted] }) => (source ? test(source, wanted) : sql`toUInt8(0)`),
    notNull: true,
    dynamicArguments: true,
    examples,
  };
}

/** Searches for IPv4 addresses in texts. */
export const ipSearchFunctions = scalars({
  has_ipv4: entry(
    "Whether a text holds an IPv4 address, between characters that are neither letters nor digits.",
    hasAddress,
    {
      "has_ipv4('05:04:54 127.0.0.1 GET /favicon.ico 404', '127.0.0.1')": true,
      "has_ipv4('05:04:54 127.0.0.256 GET /favicon.ico 404', '127.0.0.256')": false,
      "has_ipv4('05:04:54127.0.0.1 GET', '127.0.0.1')": false,
      "has_ipv4('from 10.0.0.1.', '10.0.0.1')": true,
      "has_ipv4('10.0.0.12', '10.0.0.1')": false,
    },
  ),
  has_ipv4_prefix: entry(
    "Whether a text holds an IPv4 address that starts with a prefix such as `192.168.`.",
    hasPrefix,
    {
      "has_ipv4_prefix('05:04:54 127.0.0.1 GET /favicon.ico 404', '127.0.')": true,
      "has_ipv4_prefix('05:04:54 127.0.0.1 GET /favicon.ico 404', '127.0')": false,
      "has_ipv4_prefix('05:04:54 127.0.0.256 GET /favicon.ico 404', '127.0.')": false,
      "has_ipv4_prefix('05:04:54127.0.0.1 GET /favicon.ico 404', '127.0.')": false,
      "has_ipv4_prefix('a 10.0.0.1', '10.0.0.1')": true,
    },
  ),
  has_any_ipv4: entry("Whether a text holds one of several IPv4 addresses.", hasAddress, {
    "has_any_ipv4('05:04:54 127.0.0.1 GET /favicon.ico 404', '127.0.0.1', '127.0.0.2')": true,
    "has_any_ipv4('05:04:54 127.0.0.256 GET /favicon.ico 404', dynamic(['127.0.0.256', '192.168.1.1']))": false,
    "has_any_ipv4('192.168.1.1', dynamic(['10.0.0.0/8', 'fe80::1', '192.168.1.1']))": true,
    "has_any_ipv4('(192.168.1.1)', parse_json(strcat('[\"192.168', '.1.1\"]')))": true,
  }),
  has_any_ipv4_prefix: entry(
    "Whether a text holds an IPv4 address that starts with one of several prefixes.",
    hasPrefix,
    {
      "has_any_ipv4_prefix('05:04:54 127.0.0.1 GET /favicon.ico 404', dynamic(['127.0.', '192.168.']))": true,
      "has_any_ipv4_prefix('x 10.1.2.3', '10.1.2', '192.168.')": false,
    },
  ),
});

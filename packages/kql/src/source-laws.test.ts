import { afterAll, expect, test } from "vitest";
import { laws } from "./testing/law.js";

const { answer, close } = await laws();
afterAll(close);

/** The same six rows, with nulls, by way of the operators that make rows: the engine's types differ from one to the next. */
const columns = `extend a = iff(i == 1, long(null), (i * 3) % 5), s = iff(i == 2, "", strcat("s", tostring(i % 3))),
  t = iff(i == 5, datetime(null), datetime(2020-01-01) + i * 1h), r = iff(i == 0, real(nan), i * 0.5), b = iff(i == 4, bool(null), i % 2 == 0),
  x = iff(i == 3, timespan(null), i * 1h), d = iff(i == 2, dynamic(null), pack("k", i, "l", pack_array(strcat("p", tostring(i % 2)), "q"))),
  g = toguid(strcat("00000000-0000-0000-0000-00000000000", tostring(i))), n = toint(i % 4), p = i, q = i * 2`;
const written = "datatable(i: long)[0, 1, 2, 3, 4, 5]";
const ranged = "range i from 0 to 5 step 1";
const expanded = "print j = dynamic([0, 1, 2, 3, 4, 5]) | mv-expand i = j to typeof(long) | project i";
const sources: Readonly<Record<string, string>> = {
  range: `${ranged} | ${columns}`,
  "an array": `${expanded} | ${columns}`,
  "a table computed once": `materialize(${ranged} | ${columns})`,
  aggregates: `${ranged} | ${columns} | summarize arg_max(i, *) by q | project i, a, s, t, r, b, x, d, g, n, p, q`,
  "a join": `${ranged} | ${columns} | join kind=inner (${expanded} | extend p = i) on p | project-away i1, p1`,
  "a union": `union (${ranged} | where i < 3 | ${columns}), (${written} | where i >= 3 | ${columns})`,
};

const queries = [
  "sort by p asc | extend p1 = prev(a), p2 = next(s), p3 = prev(t), p4 = next(r), p5 = prev(b), p6 = prev(x), p7 = next(d), p8 = prev(g), p9 = prev(n), p10 = prev(p), p11 = next(q)",
  "sort by p asc | extend c = row_cumsum(a, b), c2 = row_cumsum(q), m = row_number(5, s != prev(s)), k = row_rank_dense(s), l = row_rank_min(n)",
  "summarize sum(a), avg(q), max(s), min(t), max(r), countif(b), sum(x), dcount(g), max(n), avg(x), avg(t), stdev(p), percentile(a, 50), max(p)",
  "where p > 9 | summarize sum(a), max(a), min(t), take_any(s), arg_min(p, b), max(b), max(x), max(n), make_set(g), avg(q), max(p), take_any(q)",
  "sort by p desc | summarize make_list(a), make_list(t), make_list(r), make_list(b), make_list(x), make_list(d), make_list(g), make_list(n), make_list(p)",
  'join kind=leftouter (datatable(k: long, z: string)[0, "x", 3, "y"]) on $left.p == $right.k | sort by p asc',
  'join kind=rightouter (datatable(k: long, z: string)[0, "x", 77, "y"]) on $left.p == $right.k | sort by k asc',
  'join kind=fullouter (datatable(g: guid, z: string)[guid(00000000-0000-0000-0000-000000000001), "x", guid(null), "y"]) on g | sort by p asc',
  "join kind=leftanti (datatable(p: long)[1, 4]) on p | sort by p asc",
  "as T | lookup (T | where p > 2 | project p, z = p, y = q, w = b) on p | sort by p asc",
  'extend z = iff(b, p, long(null)), y = iff(p > 2, t, datetime(null)), w = iff(p > 2, n, 7), v = iff(p > 2, r, 1.5), u = iff(b, x, 1d), c = coalesce(a, p), k = case(p == 0, "zero", b, s, "other") | sort by p asc',
  "extend y = a + n, z = p / n, w = a % q, v = r / p, u = t + x, k = t - datetime(2020-01-01), m = n * n, l = -p, j = min_of(a, p), h = x / 1h | sort by p asc",
  "extend y = strcat(a, r, b, t, x, d, g, n, p), z = pack_array(a, r, b, t, x, d, g, n, p, s), w = pack_all() | sort by p asc",
  "mv-expand l = d.l to typeof(string), m = range(1, n, 1) to typeof(long) | sort by p asc, l asc, m asc",
  "mv-apply l = d.l on (summarize c = count(), m = make_list(l)) | sort by p asc",
  "mv-apply l = range(p, q) to typeof(long) on (top 1 by l | project l, z = l + p) | sort by p asc",
  "make-series y = sum(p), z = avg(r), w = count() on t from datetime(2020-01-01) to datetime(2020-01-02) step 3h by s | sort by s asc",
  "top-nested 2 of s by sum(q), top-nested 1 of n by max(p) | sort by s asc",
  "partition by s (top 1 by p desc | project s, p) | sort by s asc",
  "where d.k > 2 and p in (3, 4) or b | where p !in ((datatable(z: long)[4])) | sort by p asc",
  "summarize c = count(), m = max(p) by bin(t, 2h), b | sort by t asc, b asc",
  "summarize c = dcountif(s, b), l = make_list_if(p, b), y = sumif(q, b), m = maxif(p, not(b)) by n | extend l = array_sort_asc(l) | sort by n asc",
  "extend y = toscalar(datatable(z: long)[5]) + p | where y > toscalar(datatable(z: long)[6]) | sort by p asc",
  "union (datatable(a: long, zz: string)[9, 'q']) | sort by zz desc, p asc",
  "as T | join kind=inner T on p | summarize count(), sum(a), sum(p1)",
  "sort by p asc | scan declare (c: long = 0) with (step st: true => c = st.c + p;)",
  "extend z = rand() | extend y = z, w = z | where y != w | count",
  "extend z = new_guid() | mv-expand w = dynamic([1, 2]) | summarize dcount(z), count()",
  "sort by p asc | evaluate rows_near(p == 3, 1) | project p",
  "evaluate sliding_window_counts(s, p, 0, 5, 2, 1) | sort by p asc",
];

test.each(queries)("%s", async (query) => {
  const expected = await answer(`${written} | ${columns} | ${query}`);
  const found = Object.entries(sources).map(async ([name, source]) => [
    name,
    await answer(`let R = ${source}; R | ${query}`),
  ]);
  for (const [name, rows] of await Promise.all(found)) expect(rows, String(name)).toEqual(expected);
});

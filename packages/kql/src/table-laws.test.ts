import fc from "fast-check";
import { afterAll, describe, test } from "vitest";
import { laws } from "./testing/law.js";
import { condition, nothing, twoConditions } from "./testing/law-inputs.js";

const { holds, close } = await laws();
afterAll(close);

describe("join", () => {
  const on = fc.constantFrom("S", "L", "I", "B", "T", "D", "G", "M", "S, B", "L, S");
  const marked = "(B | extend Matched = 1)";

  test("semi and anti joins part the left side", () =>
    holds(on, (k) => [
      "A",
      `union (A | join kind=leftsemi B on ${k}), (A | join kind=leftanti B on ${k})`,
      `union (B | join kind=rightsemi A on ${k}), (B | join kind=rightanti A on ${k})`,
    ]));
  test("the inner join is what matched of the outer joins", () =>
    holds(on, (k) => [
      `A | join kind=inner B on ${k}`,
      `A | join kind=leftouter ${marked} on ${k} | where isnotnull(Matched) | project-away Matched`,
      `A | extend Matched = 1 | join kind=rightouter B on ${k} | where isnotnull(Matched) | project-away Matched`,
      `A | extend M1 = 1 | join kind=fullouter ${marked} on ${k} | where isnotnull(M1) and isnotnull(Matched) | project-away M1, Matched`,
    ]));
  test("outer joins add the rows without a partner", () =>
    holds(on, (k) => [
      `A | join kind=leftouter B on ${k} | project N, N1, S, S1, J1`,
      `union (A | join kind=inner B on ${k}), (A | join kind=leftanti B on ${k}) | project N, N1, S, S1, J1`,
    ]));
  test("the full join is the left one and what is left on the right", () =>
    holds(on, (k) => [
      `A | join kind=fullouter B on ${k} | project N, N1, S, S1, J, J1`,
      `union (A | join kind=leftouter B on ${k}), (A | join kind=rightanti B on ${k} | project N1 = N, S1 = S, J1 = J) | project N, N1, S, S1, J, J1`,
    ]));
  test("sides can be swapped", () =>
    holds(on, (k) => [
      `A | join kind=inner B on ${k} | project N, N1, T, T1`,
      `B | join kind=inner A on ${k} | project N = N1, N1 = N, T = T1, T1 = T`,
      `A | join kind=inner hint.strategy=broadcast (B) on ${k} | where N >= 0 | project N, N1, T, T1`,
    ]));
  test("left and right outer joins mirror each other", () =>
    holds(on, (k) => [
      `A | join kind=leftouter B on ${k} | project N, N1, S, S1, L, L1`,
      `B | join kind=rightouter A on ${k} | project N = N1, N1 = N, S = S1, S1 = S, L = L1, L1 = L`,
    ]));
  test("the default kind has each right row that matches once", () =>
    holds(on, (k) => [
      `A | join B on ${k} | project N = N1, S = S1, L = L1`,
      `B | join kind=leftsemi A on ${k} | project N, S, L`,
      `A | join kind=innerunique B on ${k} | where N1 >= 0 | project N = N1, S = S1, L = L1`,
    ]));
  test("lookup is the outer join without the right keys", () =>
    holds(fc.constantFrom("S", "L", "T", "B"), (k) => [
      `A | lookup (B | project ${k}, X = N, Y = D) on ${k}`,
      `A | join kind=leftouter (B | project ${k}, X = N, Y = D) on ${k} | project-away ${k}1`,
    ]));
  test("keys may have other names or be conditions", () =>
    holds(fc.constantFrom("S", "L", "T"), (k) => [
      `A | join kind=inner B on ${k} | project N, N1`,
      `A | join kind=inner (B | project-rename Key = ${k}) on $left.${k} == $right.Key | project N, N1`,
      `A | join kind=inner (B | extend ${k} = ${k}) on $left.${k} == $right.${k} | project N, N1`,
      `A | extend Dummy = 1 | join kind=inner (B | extend Dummy = 1) on Dummy | where ${k} == ${k}1 or (isempty(${k}) and isempty(${k}1)) | project N, N1`,
    ]));
  test("a filter on the left side moves below the join", () =>
    holds(fc.tuple(condition, fc.constantFrom("inner", "leftouter", "leftsemi", "leftanti")), ([p, kind]) => [
      `A | join kind=${kind} B on S | where ${p}`,
      `A | where ${p} | join kind=${kind} B on S`,
    ]));
});

describe("union and arrays", () => {
  test("the order of the legs does not matter", () =>
    holds(nothing, () => [
      "union A, B, (A | where B)",
      "union B, (A | where B), A",
      "A | union (B | union (A | where B))",
      "union kind=inner A, B, (A | where B)",
      "union kind=outer A, B, (A | where B)",
    ]));
  test("columns that a leg lacks are empty", () =>
    holds(nothing, () => [
      "union (A | project N, S), (B | project N, L)",
      "union (A | project N, S, L = long(null)), (B | project N, S = '', L)",
    ]));
  test("what is expanded can be put together again", () =>
    holds(nothing, () => [
      "A | project N, P = split(S, 'a')",
      "A | mv-expand with_itemindex=At P = split(S, 'a') to typeof(string) | sort by N asc, At asc | summarize P = make_list(P) by N",
      "A | extend P = split(S, 'a') | mv-apply E = P to typeof(string) on (summarize Q = make_list(E)) | project N, P = Q",
    ]));
  test("expanding gives as many rows as there are elements", () =>
    holds(nothing, () => [
      "A | extend n = iff(isnull(J), 1, coalesce(tolong(array_length(J)), iff(tostring(J) startswith '{', tolong(array_length(bag_keys(J))), 1))) | summarize C = sum(n)",
      "A | mv-expand J | summarize C = count()",
    ]));
  test("mv-apply is mv-expand and summarize", () =>
    holds(nothing, () => [
      "A | where array_length(J) > 0 | mv-apply E = J on (summarize C = count(), X = countif(isnull(E)), Y = max(tolong(E))) | project N, C, X, Y",
      "A | where array_length(J) > 0 | mv-expand E = J | summarize C = count(), X = countif(isnull(E)), Y = max(tolong(E)) by N",
    ]));
});

describe("order", () => {
  const by = fc.tuple(
    fc.constantFrom("L", "S", "T", "R", "B", "D", "M"),
    fc.constantFrom("asc", "desc", "asc nulls last", "desc nulls first"),
  );

  test("top is sort and take", () =>
    holds(
      fc.tuple(by, fc.integer({ min: 0, max: 5 })),
      ([[c, order], n]) => [
        `A | sort by ${c} ${order}, N asc | take ${n}`,
        `A | sort by ${c} ${order}, N asc | extend P = row_number() | where P <= ${n} | project-away P`,
        `A | sort by N asc | sort by ${c} ${order}, N asc | limit ${n}`,
      ],
      { ordered: true },
    ));
  test("top by unique values", () =>
    holds(
      fc.integer({ min: 0, max: 5 }),
      (n) => [`A | top ${n} by N`, `A | sort by N desc | take ${n}`, `A | order by N | limit ${n}`],
      { ordered: true },
    ));
  test("an order and its mirror", () =>
    holds(
      by.filter(([, order]) => order.includes("nulls") === false),
      ([c, order]) => [
        `A | sort by ${c} ${order}, N asc | project N`,
        `A | sort by ${c} ${order === "asc" ? "desc" : "asc"}, N desc | extend P = row_number() | sort by P desc | project N`,
        `A | sort by ${c} ${order} ${order === "asc" ? "nulls first" : "nulls last"}, N asc | project N`,
      ],
      { ordered: true },
    ));
  test("order survives what keeps rows", () =>
    holds(
      by,
      ([c, order]) => [
        `A | sort by ${c} ${order}, N asc | project N, ${c}`,
        `A | sort by ${c} ${order}, N asc | where N >= 0 | extend X = strcat(S, L) | project N, ${c}`,
        `A | extend X = ${c} | sort by X ${order}, N asc | extend P = row_number(), Q = prev(X) | project N, ${c} = X`,
        `A | sort by ${c} ${order}, N asc | as Y | serialize | mv-expand E = dynamic([1]) | project N, ${c}`,
      ],
      { ordered: true },
    ));
  test("rows are numbered in their order", () =>
    holds(nothing, () => [
      "A | sort by N asc | extend P = N + 1, Q = iff(N == 0, long(null), N - 1), C = (N + 1) * (N + 2) / 2",
      "A | sort by N asc | extend P = row_number(), Q = prev(N), C = row_cumsum(N + 1)",
      "A | sort by N asc | extend P = row_number() | extend Q = prev(P) - 1 | extend C = row_cumsum(P)",
      "A | sort by N desc | extend Q = next(N) | sort by N asc | extend P = row_number(5) - 4, C = row_cumsum(N + 1) | project-reorder N, L, I, R, M, B, S, T, D, G, J, P, Q, C",
    ]));
  test("a number of rows, all of them from the table", () =>
    holds(fc.integer({ min: 0, max: 12 }), (n) => [
      `A | summarize C = min_of(count(), ${n})`,
      `A | take ${n} | join kind=leftsemi A on N | summarize C = count()`,
      `A | sample ${n} | join kind=leftsemi A on N | summarize C = count()`,
      `A | sample-distinct ${n} of N | summarize C = count()`,
    ]));
  test("a running sum ends at the sum", () =>
    holds(nothing, () => [
      "A | summarize X = sum(I), C = count() | where C > 0 | project X",
      "A | sort by N asc | extend Q = row_cumsum(tolong(I)) | top 1 by N | project X = Q",
    ]));
});

describe("values", () => {
  test("conversions to text and back", () =>
    holds(nothing, () => [
      "A | project N, L, I, R, B, T, D, G, S",
      "A | project N, L = tolong(tostring(L)), I = toint(tostring(I)), R = todouble(tostring(R)), B = tobool(tostring(B)), T = todatetime(tostring(T)), D = totimespan(tostring(D)), G = toguid(tostring(G)), S = tostring(S)",
      "A | project N, L = tolong(todynamic(tostring(L))), I = toint(tolong(I)), R = toreal(R), B = tobool(tolong(B)), T = todatetime(tolong(T)), D = totimespan(tolong(D)), G = toguid(tostring(toguid(tostring(G)))), S",
    ]));
  test("a dynamic through its text", () =>
    holds(nothing, () => [
      "A | project N, J = iff(gettype(J) == 'string', dynamic(null), J)",
      "A | project N, J = iff(gettype(J) == 'string', dynamic(null), parse_json(tostring(J)))",
      "A | project N, J = iff(gettype(J) == 'string', dynamic(null), bag_pack('a', J).a)",
      "A | project N, J = iff(gettype(J) == 'string', dynamic(null), parse_json(tostring(pack_array(1, J)))[1])",
    ]));
  test("case, iff and coalesce", () =>
    holds(twoConditions, ([p, q]) => [
      `A | project N, X = case(${p}, 'p', ${q}, 'q', 'r'), Y = coalesce(L, tolong(I), 7)`,
      `A | project N, X = iff(${p}, 'p', iff(${q}, 'q', 'r')), Y = iff(isnotnull(L), L, iff(isnotnull(I), tolong(I), 7))`,
      `A | extend P = (${p}), Q = (${q}) | project N, X = iif(P, 'p', iif(Q, 'q', 'r')), Y = case(isnull(L) and isnull(I), 7, isnull(L), tolong(I), L)`,
    ]));
  test("bins hold their values", () =>
    holds(fc.constantFrom(1, 3, 10, 1000), (n) => [
      "A | where L between (-1000000 .. 1000000) | project N, P = true, Q = true, V = true",
      `A | where L between (-1000000 .. 1000000) | extend X = bin(L, ${n}) | project N, P = X <= L and L < X + ${n}, Q = bin(X, ${n}) == X, V = X % ${n} == 0`,
    ]));
  test("bins of time hold their values", () =>
    holds(fc.constantFrom("1h", "1d", "7d", "90m", "1s"), (n) => [
      "A | where T > datetime(0001-02-01) | project N, P = true, Q = true",
      `A | where T > datetime(0001-02-01) | extend X = bin(T, ${n}) | project N, P = X <= T and T - X < ${n}, Q = bin(X, ${n}) == X`,
    ]));
  test("the scalar of a table is a column of it", () =>
    holds(fc.constantFrom("count()", "max(L)", "min(S)", "max(T)", "make_set(B)", "dcount(S)"), (f) => [
      `let x = toscalar(A | summarize ${f}); A | project N, X = x`,
      `A | extend k = 1 | join kind=inner (A | summarize X = ${f} | extend k = 1) on k | project N, X`,
      `A | project N, X = toscalar(A | summarize ${f})`,
    ]));
  test("parse is extract", () =>
    holds(nothing, () => [
      "A | extend X = strcat(S, '=', L, ';') | parse X with P '=' Q:long ';' * | project N, Q, P",
      "A | extend X = strcat(S, '=', L, ';') | project N, Q = tolong(extract(@'(?s)^(.*?)=(-?\\d+);', 2, X)), P = iff(isnull(L), '', S)",
    ]));
});

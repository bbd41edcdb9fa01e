import fc from "fast-check";
import { afterAll, describe, test } from "vitest";
import { compile } from "./compile.js";
import { laws } from "./testing/law.js";
import { randomSchema } from "./testing/random-tables.js";

const { holds, close } = await laws();
afterAll(close);

/** Whether every stage finds the columns that it reads. */
function isQuery(stages: readonly string[]): boolean {
  const { diagnostics } = compile({ text: `A | ${stages.join(" | ")}`, schema: randomSchema, now: 0n });
  return diagnostics.length === 0;
}

/** Conditions over any row; every one can be null, or is about what is missing. */
const conditions = [
  "L > 2",
  "L != 3",
  "I <= 1",
  "R > 0.3",
  "R == 0.5",
  "B",
  "S has 'a'",
  "S contains 'B'",
  "S startswith 'a'",
  "S in ('a', 'b', '')",
  "S !in~ ('A', 'x_y')",
  "isnull(L)",
  "isempty(S)",
  "T > datetime(1970-01-01)",
  "T between (datetime(0001-01-01) .. datetime(2025-01-01))",
  "D >= 1h",
  "M > 1.0",
  "G == guid(74be27de-1e4e-49d9-b579-fe0b331d3642)",
  "J.a == 1",
  "tostring(J.a) == 'x'",
  "isnotnull(J)",
  "array_length(J) > 1",
  "L > I",
  "L == I",
  "B and L > 0",
  "B or isnull(R)",
  "not(B)",
  "iff(B, L > 1, S == 'a')",
  "strlen(S) > 2 and S !contains 'a'",
  "S == 'a' or S == 'b'",
  "L in (1, 2, 3)",
  "L !in (1, 2, 3)",
  "coalesce(L, 5) == 5",
  "isnan(R)",
  "tolong(S) > 1",
  "matches_regex",
].map((condition) => (condition === "matches_regex" ? "S matches regex '^[a-z]'" : condition));
const condition = fc.constantFrom(...conditions);
const twoConditions = fc.tuple(condition, condition);
const key = fc.constantFrom("S", "L", "I", "B", "T", "D", "G", "M", "S, B", "L, S", "tolower(S)", "bin(L, 4)");
const column = fc.constantFrom("S", "L", "I", "B", "T", "D", "G", "M");
const nothing = fc.constant(undefined);
const all = "N, L, I, R, M, B, S, T, D, G, J";

describe("where", () => {
  test("a condition, its contrary and its nulls part the rows", () =>
    holds(condition, (p) => [
      "A",
      `union (A | where ${p}), (A | where not(${p})), (A | where isnull(${p}))`,
      `union (A | where not(${p})), (A | where not(not(${p}))), (A | where isnull(${p}))`,
    ]));
  test("two filters are one, in either order", () =>
    holds(twoConditions, ([p, q]) => [
      `A | where ${p} | where ${q}`,
      `A | where ${q} | where ${p}`,
      `A | where (${p}) and (${q})`,
      `A | where iff(${p}, ${q}, false)`,
      `A | where case(not(${p}), false, isnull(${p}), false, ${q})`,
    ]));
  test("either of two conditions", () =>
    holds(twoConditions, ([p, q]) => [
      `A | where (${p}) or (${q})`,
      `union (A | where ${p}), (A | where not(${p}) | where ${q}), (A | where isnull(${p}) | where ${q})`,
      `A | where iff(${p}, true, ${q})`,
    ]));
  test("De Morgan", () =>
    holds(twoConditions, ([p, q]) => [`A | where not((${p}) and (${q}))`, `A | where not(${p}) or not(${q})`]));
  test("a condition kept in a column is the same condition", () =>
    holds(condition, (p) => [
      `A | where ${p}`,
      `A | extend X = (${p}) | where X | project-away X`,
      `A | extend X = iff(${p}, 1, 0) | where X == 1 | project-away X`,
      `A | where iif(${p}, true, false) == true`,
    ]));
  test("a filter moves through what keeps rows", () =>
    holds(condition, (p) => [
      `A | where ${p} | extend X = L + 1 | sort by N asc`,
      `A | extend X = L + 1 | where ${p} | sort by N asc`,
      `A | sort by N asc | extend X = L + 1 | where ${p}`,
      `A | extend X = L + 1 | sort by S desc, N asc | as Y | where ${p}`,
      `A | serialize X = L + 1 | where ${p}`,
    ]));
  test("a filter moves through union", () =>
    holds(condition, (p) => [`A | union B | where ${p}`, `union (A | where ${p}), (B | where ${p})`]));
  test("a filter on the key moves through summarize and distinct", () =>
    holds(fc.tuple(fc.constantFrom("S", "L", "B", "T"), fc.constantFrom("isempty", "isnotempty")), ([k, f]) => [
      `A | where ${f}(${k}) | summarize C = count(), X = max(N) by ${k}`,
      `A | summarize C = count(), X = max(N) by ${k} | where ${f}(${k})`,
    ]));
  test("in is a chain of equals, and !in its contrary", () =>
    holds(nothing, () => [
      "A | extend P = S in ('a', 'ab', ''), Q = L !in (1, 2), V = S in~ ('A', 'zoë')",
      "A | extend P = S == 'a' or S == 'ab' or S == '', Q = not(L in (1, 2)), V = S =~ 'A' or S =~ 'zoë'",
    ]));
  test("between is two comparisons", () =>
    holds(nothing, () => [
      "A | where L between (0 .. 3) | project N",
      "A | where L >= 0 and L <= 3 | project N",
      "A | where not(L !between (0 .. 3)) | project N",
    ]));
  test("in a table is a semi join", () =>
    holds(fc.constantFrom("S", "L", "T", "G", "I"), (k) => [
      `A | where ${k} in ((B | where isnotempty(${k}) | project ${k})) | project N`,
      `A | where isnotempty(${k}) | join kind=leftsemi B on ${k} | project N`,
      `let keys = B | where isnotempty(${k}) | distinct ${k}; A | where ${k} in (keys) | project N`,
    ]));
  test("!in a table is an anti join", () =>
    holds(fc.constantFrom("S", "L", "T", "G", "I"), (k) => [
      `A | where ${k} !in ((B | where isnotempty(${k}) | project ${k})) | project N`,
      `A | join kind=leftanti (B | where isnotempty(${k})) on ${k} | project N`,
    ]));
});

describe("columns", () => {
  test("a column that is added and taken away again leaves no trace", () =>
    holds(nothing, () => [
      "A",
      "A | extend X = strcat(S, L), Y = J.a | project-away X, Y",
      "A | extend X = 1, Y = 'b' | where X == 1 and Y == 'b' | project-away X, Y",
      `A | project ${all}`,
      "A | project-rename Z = S | project-rename S = Z",
      "A | project-reorder N, L",
      `A | extend S = S, L = L | project-keep ${all}`,
      "A | extend L = L + 1 | extend L = L - 1",
    ]));
  test("the order of columns does not change values", () =>
    holds(nothing, () => [
      "A | project X = L + I, Y = strcat(S, B), Z = T + D | project X, Y, Z",
      "A | project Z = T + D, Y = strcat(S, B), X = L + I | project X, Y, Z",
      "A | extend Y = strcat(S, B) | extend Z = T + D | extend X = L + I | project X, Y, Z",
      "A | project T, D, S, B, X = L + I | project X, Y = strcat(S, B), Z = T + D",
    ]));
  test("columns that swap names", () =>
    holds(nothing, () => [
      "A | project X = I, Y = L",
      "A | extend L = I, I = L | project X = L, Y = I",
      "A | project L = I, I = L | project X = L, Y = I",
      "A | project-rename X = I, Y = L | project X, Y",
    ]));
});

describe("a query and its parts", () => {
  const stages = fc
    .subarray(
      [
        "where L != 2",
        "extend X = L + 1, Y = strcat(S, '-', B)",
        "where isnotempty(S) or isnull(B)",
        "extend Z = iff(B, S, tostring(L)), W = J.a",
        "project-away G",
        "mv-expand E = J",
        "extend P = bin(T, 1d), Q = coalesce(L, 7)",
        "where Q > -100",
        "sort by N asc",
        "distinct S, L, B, N, T",
        "summarize C = count(), K = max(N), V = min(T) by S, B",
        "where isnull(B) or B or S != 'a'",
        "join kind=leftouter (B | summarize X = count(), Last = max(N) by S) on S",
      ],
      { minLength: 2 },
    )
    .filter(isQuery);
  const named = (parts: readonly string[], wrap: (stage: string) => string) =>
    `let s0 = A;\n${parts.map((part, at) => `let s${at + 1} = ${wrap(`s${at} | ${part}`)};`).join("\n")}\ns${parts.length}`;
  const runs = 4;

  test("each stage named by let", () =>
    holds(stages, (parts) => [`A | ${parts.join(" | ")}`, named(parts, (stage) => stage)], { runs }));
  test("each stage materialized", () =>
    holds(stages, (parts) => [`A | ${parts.join(" | ")}`, named(parts, (stage) => `materialize(${stage})`)], { runs }));
  test("each stage in a function of its own", () =>
    holds(
      stages,
      (parts) => {
        const body = parts.map((part, at) => `let f${at + 1} = () { ${at === 0 ? "A" : `f${at}()`} | ${part} };`);
        return [`A | ${parts.join(" | ")}`, `${body.join("\n")}\nf${parts.length}()`];
      },
      { runs },
    ));
  test("barriers and stages that do nothing between the stages", () =>
    holds(
      fc.tuple(stages, fc.constantFrom("extend #", "as #", "serialize", "where true", "take 1000", "sort by S asc")),
      ([parts, barrier]) => {
        const between = (at: number) =>
          barrier === "extend #" ? `extend b${at} = 1 | project-away b${at}` : barrier.replace("#", `b${at}`);
        return [`A | ${parts.join(" | ")}`, `A | ${parts.map((part, at) => `${part} | ${between(at)}`).join(" | ")}`];
      },
      { runs: 6 },
    ));
  test("the rows twice are each stage of rows twice", () =>
    holds(
      stages,
      (parts) => {
        const query = parts.filter((part) => !/^(distinct|summarize)/.test(part)).join(" | ");
        const body = query === "" ? "extend X = 1" : query;
        return [
          `union A, A | ${body}`,
          `let r = A | ${body}; union r, r`,
          `let r = materialize(A | ${body}); union r, (A | ${body})`,
        ];
      },
      { runs },
    ));
});

describe("summarize", () => {
  test("countif counts what where keeps", () =>
    holds(condition, (p) => [
      `A | where ${p} | count`,
      `A | summarize Count = countif(${p})`,
      `A | summarize Count = sum(iff(${p}, 1, 0))`,
      `A | summarize Count = toint(count() - countif(not(${p})) - countif(isnull(${p}))) | project Count = tolong(Count)`,
    ]));
  test("conditional aggregates are aggregates of what where keeps", () =>
    holds(condition, (p) => [
      `A | where ${p} | summarize sum(I), max(T), min(S), dcount(L), X = count()`,
      `A | summarize sum_I = sumif(I, ${p}), max_T = maxif(T, ${p}), min_S = minif(S, ${p}), dcount_L = dcountif(L, ${p}), X = countif(${p})`,
    ]));
  test("distinct is summarize by", () =>
    holds(
      key.filter((k) => !k.includes("(")),
      (k) => [
        `A | distinct ${k}`,
        `A | summarize by ${k}`,
        `A | summarize count() by ${k} | project-away count_`,
        `A | union A | distinct ${k}`,
      ],
    ));
  test("the counts of the groups add up", () =>
    holds(key, (k) => [
      "A | summarize C = count(), X = sum(I)",
      `A | summarize C = count(), X = sum(I) by ${k} | summarize C = sum(C), X = sum(X)`,
    ]));
  test("a group is what a filter on its key keeps", () =>
    holds(
      fc.constantFrom(["S", "''", "'a'", "'ab'"], ["L", "1", "2", "9007199254740993"], ["I", "1", "2", "-7"]),
      ([k, ...values]) => [
        `A | where ${k} in (${values.join(", ")}) | summarize C = count(), X = max(N), Y = min(T), Z = dcount(G) by ${k}`,
        `union ${values.map((v) => `(A | where ${k} == ${v} | summarize C = count(), X = max(N), Y = min(T), Z = dcount(G) | where C > 0 | project ${k} = ${v}, C, X, Y, Z)`).join(", ")}`.replace(
          /project I = (\S+),/g,
          "project I = toint($1),",
        ),
      ],
    ));
  test("a finer grouping can be grouped further", () =>
    holds(
      key.filter((k) => !k.includes("(") && !k.includes(",") && k !== "B"),
      (k) => [
        `A | summarize C = count(), X = max(N), Y = min(S), Z = countif(L > 1) by ${k}`,
        `A | summarize C = count(), X = max(N), Y = min(S), Z = countif(L > 1) by ${k}, B | summarize C = sum(C), X = max(X), Y = min(Y), Z = sum(Z) by ${k}`,
      ],
    ));
  test("arg_max is the row with the largest value", () =>
    holds(
      key.filter((k) => !k.includes("(")),
      (k) => [
        `A | summarize arg_max(N, *) by ${k} | project ${all}`,
        `A | join kind=leftsemi (A | summarize N = max(N) by ${k}) on N | project ${all}`,
        `A | sort by N desc | as Y | extend P = row_number() | summarize arg_min(P, *) by ${k} | project ${all}`,
      ],
    ));
  test("arg_min is the row with the smallest value", () =>
    holds(fc.constantFrom("S", "B", "L"), (k) => [
      `A | summarize arg_min(N, J, T, D) by ${k} | project ${k}, N, J, T, D`,
      `A | join kind=leftsemi (A | summarize N = min(N) by ${k}) on N | project ${k}, N, J, T, D`,
    ]));
  test("dcount, count_distinct and the number of distinct values", () =>
    holds(
      column.filter((c) => c !== "S"),
      (c) => [
        `A | where isnotnull(${c}) | distinct ${c} | count`,
        `A | summarize Count = dcount(${c})`,
        `A | summarize Count = count_distinct(${c})`,
        `A | summarize Count = tolong(array_length(make_set(${c})))`,
      ],
    ));
  test("a list has an element for each value that is not null", () =>
    holds(fc.tuple(column, fc.constantFrom("S", "B", "L")), ([c, k]) => [
      `A | summarize C = countif(isnotnull(${c})) by ${k}`,
      `A | summarize L0 = make_list(${c}) by ${k} | project ${k}, C = tolong(array_length(L0))`,
      `A | summarize L0 = make_list_with_nulls(iff(isnull(${c}), '', 'x')) by ${k} | mv-expand L0 to typeof(string) | summarize C = countif(L0 == 'x') by ${k}`,
    ]));
  test("the least and the largest are the ends of the order", () =>
    holds(fc.constantFrom("L", "I", "T", "D", "M", "S"), (c) => [
      `A | where isnotnull(${c}) | sort by ${c} asc | take 1 | project X = ${c}`,
      `A | where isnotnull(${c}) | top 1 by ${c} asc | project X = ${c}`,
      `A | where isnotnull(${c}) | summarize X = min(${c}), n = count() | where n > 0 | project X`,
      `A | where isnotnull(${c}) | summarize X = arg_min(${c}, N), n = count() | where n > 0 | project X`,
    ]));
  test("a percentile is one of the values", () =>
    holds(fc.tuple(fc.constantFrom("L", "T", "D"), fc.constantFrom(0, 1, 25, 50, 75, 99, 100)), ([c, p]) => [
      `A | where isnotnull(${c}) | summarize n = count() | project P = n > 0`,
      `A | summarize V = percentile(${c}, ${p}) | join kind=leftouter (A | where isnotnull(${c}) | distinct V = ${c} | extend Found = 1) on V | project P = isnotnull(Found)`,
    ]));
  test("take_any gives rows of the group", () =>
    holds(fc.constantFrom("S", "B"), (k) => [
      `A | summarize by ${k}`,
      `A | summarize take_any(*) by ${k} | join kind=inner A on N | where ${k} == ${k}1 or isempty(${k}) | distinct ${k}`,
    ]));
  test("a bag that is packed gives its values back", () =>
    holds(nothing, () => [
      "A | project N, S, I, J",
      "A | extend P = bag_pack('s', S, 'i', I, 'j', J) | project N, S = tostring(P.s), I = toint(P.i), J = P.j",
      "A | project N, P = pack_all() | project N = tolong(P.N), S = tostring(P.S), I = toint(P.I), J = P.J",
    ]));
});

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

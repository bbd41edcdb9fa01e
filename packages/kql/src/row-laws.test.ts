import fc from "fast-check";
import { afterAll, describe, test } from "vitest";
import { compile } from "./compile.js";
import { laws } from "./testing/law.js";
import { all, column, condition, key, nothing, twoConditions } from "./testing/law-inputs.js";
import { randomSchema } from "./testing/random-tables.js";

const { holds, close } = await laws();
afterAll(close);

/** Whether every stage finds the columns that it reads. */
function isQuery(stages: readonly string[]): boolean {
  const { diagnostics } = compile({ text: `A | ${stages.join(" | ")}`, schema: randomSchema, now: 0n });
  return diagnostics.length === 0;
}

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

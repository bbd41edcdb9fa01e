import fc from "fast-check";
import { afterAll, describe, test } from "vitest";
import { laws } from "./testing/law.js";
import { nothing } from "./testing/law-inputs.js";

const { holds, close } = await laws();
afterAll(close);

describe("partition", () => {
  const subquery = fc.constantFrom(
    "count",
    "where N > 3 | count",
    "where N > 3 | take 1 | summarize n = count(), s = sum(N)",
    "summarize n = count() by S | count",
    "where N < 0 | distinct S | count",
    "where N > 2 | scan declare (c: long = 0) with (step s: true => c = s.c + 1;) | summarize n = count(), m = max(c)",
    "mv-expand J | summarize n = count(), l = countif(isnull(J))",
    "mv-apply e = J on (where isnotnull(e) | count) | summarize n = count(), s = sum(Count)",
    "sort by N asc | extend r = row_number(), p = prev(L), c = row_cumsum(1, isempty(S)) | project N, r, p, c",
    "sort by N desc | where N != 4 | extend k = row_rank_dense(S) | project N, k",
    "take 0 | summarize n = count()",
    "top 2 by N desc | project N, S",
  );

  test("gives what each part gives", () =>
    holds(
      subquery,
      (sub) => {
        const leg = (part: string) => `(A | where ${part} | ${sub} | where toscalar(A | where ${part} | count) > 0)`;
        return [
          `A | partition hint.strategy=native by B (${sub})`,
          `union ${["B == true", "B == false", "isnull(B)"].map(leg).join(", ")}`,
        ];
      },
      { runs: 12 },
    ));
  test("over another source is that source for each value", () =>
    holds(nothing, () => [
      "A | where isnotempty(S) | partition by S { B | where S == toscalar(S) | count }",
      "A | where isnotempty(S) | distinct S | join kind=leftouter (B | summarize n = count() by S) on S | project Count = coalesce(n, 0)",
    ]));
});

describe("scan", () => {
  test("remembers the row before", () =>
    holds(fc.constantFrom("S", "L", "R", "B", "T", "D", "G", "J"), (column) => [
      `A | sort by N asc | scan declare (p: ${types[column] ?? "string"}) with (step before: true => p = before.${column};) | project N, p`,
      `A | sort by N asc | extend p = prev(${column}) | project N, p`,
    ]));
  test("keeps a running sum, which starts again", () =>
    holds(nothing, () => [
      "A | sort by N asc | scan declare (c: long = 0) with (step s: true => c = iff(isempty(S), N, s.c + N);) | project N, c",
      "A | sort by N asc | extend c = row_cumsum(N, isempty(S)) | project N, c",
    ]));
  test("numbers its sequences as a sum numbers their beginnings", () =>
    holds(nothing, () => [
      "A | sort by N asc | scan with_match_id=m with (step a: N % 3 == 0; step b: N % 3 != 0;) | project N, m",
      "A | sort by N asc | extend m = row_cumsum(tolong(N % 3 == 0)) - 1 | where m >= 0 | project N, m",
    ]));
  test("finds sessions", () =>
    holds(nothing, () => [
      "A | where isnotnull(T) | sort by T asc, N asc | extend s = row_window_session(T, 4000d, 1000d) | project N, s",
      `A | where isnotnull(T) | sort by T asc, N asc
       | scan declare (s: datetime) with (step w: true => s = iff(isnull(w.s) or T >= w.s + 4000d or T >= w.T + 1000d, T, w.s);)
       | project N, s`,
    ]));
});

const types: Readonly<Record<string, string>> = {
  L: "long",
  R: "real",
  B: "bool",
  T: "datetime",
  D: "timespan",
  G: "guid",
  J: "dynamic",
};

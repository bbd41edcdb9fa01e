import fc from "fast-check";

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
/** One of the conditions. */
export const condition = fc.constantFrom(...conditions);
/** Two of them. */
export const twoConditions = fc.tuple(condition, condition);
/** Keys to group by. */
export const key = fc.constantFrom("S", "L", "I", "B", "T", "D", "G", "M", "S, B", "L, S", "tolower(S)", "bin(L, 4)");
/** A column of the random tables. */
export const column = fc.constantFrom("S", "L", "I", "B", "T", "D", "G", "M");
/** For laws without a variable part. */
export const nothing = fc.constant(undefined);
/** Every column of the random tables. */
export const all = "N, L, I, R, M, B, S, T, D, G, J";

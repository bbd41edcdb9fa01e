import { joinSql, type Sql, sql, text } from "../../sql/sql.js";
import { asciiTerms, isAscii, searchForm } from "../search-form.js";
import type { Value } from "../value.js";

/** Longest list of terms that is worth a look into the index. */
const mostTerms = 1000;

/**
 * A test that holds only for texts equal to one of the literals, but for case, after a test of the literals' terms that the
 * column's text index answers. Without an index, or with a literal whose terms it does not hold, the test as it is.
 */
export function termsFirst(column: Value, literals: readonly string[], test: Sql): Sql {
  if (!column.indexed || literals.length === 0 || !literals.every(isAscii)) return test;
  const terms = literals.map(asciiTerms);
  const [only] = terms;
  if (only === undefined || terms.some((list) => list.length === 0)) return test;
  if (terms.length === 1)
    return sql`(hasAllTokens(${searchForm(column.sql)}, [${joinSql(only.map(text))}]) AND ${test})`;
  const longest = [...new Set(terms.map((list) => list.reduce((a, b) => (b.length > a.length ? b : a))))];
  if (longest.length > mostTerms) return test;
  return sql`(hasAnyTokens(${searchForm(column.sql)}, [${joinSql(longest.map(text))}]) AND ${test})`;
}

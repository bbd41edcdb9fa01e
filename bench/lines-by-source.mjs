/** Lines of a table: what `line(name, results)` makes of the results of each source, in the order of their first, and of all. */
export function linesBySource(results, line) {
  const sources = [...new Set(results.map(({ source }) => source))];
  const own = sources.map((name) => results.filter(({ source }) => source === name));
  return [...sources.map((name, index) => line(name, own[index])), line("all", results)];
}

/** The page that says what became of public queries. */
export function corpusPage(results) {
  const [fine, doubtful] = [results.filter(({ accepted }) => accepted), results.filter(({ accepted }) => !accepted)];
  return [
    "# Public rules and hunting queries",
    "",
    "What becomes of public detection content: the rules and hunts of Microsoft's repository Azure-Sentinel, of two years, and the",
    "hunting queries of Bert-JanP and reprise99. Each query is compiled for the tables, functions and watchlists that ship with",
    "Calypso, and run on tables without rows. A query is accepted where KQL's own binder finds no error in it against those tables.",
    "This page is made by `npm run report:corpus`.",
    "",
    "| source | queries | accepted | of these compiled | of these ran | not accepted | of these ran, with warnings |",
    "| --- | ---: | ---: | ---: | ---: | ---: | ---: |",
    ...[...new Set(results.map(({ source }) => source))].map((source) =>
      row(
        source,
        results.filter((one) => one.source === source),
      ),
    ),
    row("all", results),
    "",
    ...section(
      "Refused, though accepted",
      "Constructs that are refused by name, with the number of queries.",
      refusals(fine),
      ["code", "construct"],
    ),
    ...section(
      "Broken",
      "Queries that are not KQL for these tables: what the binder or the compiler says of them.",
      refusals(doubtful.filter(({ reasons }) => !reasons?.some(({ code }) => code.startsWith("unknown-")))),
      ["code", "construct"],
    ),
    ...unknown(doubtful, "unknown-table", "Unknown tables and functions that give tables"),
    ...unknown(doubtful, "unknown-function", "Unknown functions"),
    ...unknown(doubtful, "unknown-column", "Unknown columns"),
    ...unknown(results, "unknown-watchlist", "Watchlists that only a workspace has"),
  ].join("\n");
}

function row(name, results) {
  const count = (test) => results.filter(test).length;
  const cells = [
    results.length,
    count(({ accepted }) => accepted),
    count(({ accepted, compiled }) => accepted && compiled),
    count(({ accepted, ran }) => accepted && ran),
    count(({ accepted }) => !accepted),
    count(({ accepted, ran }) => !accepted && ran),
  ];
  return `| ${name} | ${cells.join(" | ")} |`;
}

function refusals(results) {
  return results.flatMap(({ reasons = [], faults }) => [
    ...reasons.filter(({ severity }) => severity === "error").map(({ code, what }) => [code, what]),
    ...faults.map((fault) => ["fault", fault.split("\n")[0]]),
  ]);
}

function unknown(results, wanted, title) {
  const found = results.flatMap(({ reasons = [] }) =>
    reasons.filter(({ code }) => code === wanted).map(({ what }) => [what]),
  );
  return section(title, "", found, ["name"]);
}

/** The most frequent of some lists of cells, as a table; nothing where there are none. */
function section(title, about, found, columns) {
  if (found.length === 0) return [];
  const counts = new Map();
  for (const cells of found) {
    const key = cells.map((cell) => (cell === "" ? "" : `\`${cell}\``)).join(" | ");
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  const sorted = [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
  const shown = sorted.slice(0, 30);
  const rest = sorted.length - shown.length;
  return [
    `## ${title}`,
    "",
    ...(about === "" ? [] : [about, ""]),
    `| ${columns.join(" | ")} | queries |`,
    `| ${columns.map(() => "---").join(" | ")} | ---: |`,
    ...shown.map(([cells, count]) => `| ${cells} | ${count} |`),
    "",
    ...(rest === 0 ? [] : [`And ${rest} more.`, ""]),
  ];
}

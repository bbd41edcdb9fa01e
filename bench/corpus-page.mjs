import { linesBySource } from "./lines-by-source.mjs";

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
    "| source | queries | accepted | of these compiled | of these ran | not accepted | of these ran all the same |",
    "| --- | ---: | ---: | ---: | ---: | ---: | ---: |",
    ...linesBySource(results, row),
    "",
    ...section(
      "Refused, though accepted",
      "Constructs that are refused by name, with the number of queries.",
      refusals(fine),
      ["code", "construct"],
    ),
    ...section(
      "Not KQL",
      "Queries that are not KQL, or not for any table: what the binder or the compiler says of them.",
      refusals(doubtful.filter(({ reasons }) => !hasUnknownTable(reasons) && isRefused(reasons))),
      ["code", "construct"],
    ),
    ...section(
      "Unknown tables and functions",
      "Mostly parsers that users of Microsoft Sentinel save in their workspace, and custom tables.",
      names(doubtful, /^unknown-(table|function)$/),
      ["name"],
    ),
    ...section(
      "Unknown columns",
      "Of queries whose tables are known. Such a column reads as null, with a warning; with `--strict` it is an error.",
      names(
        doubtful.filter(({ reasons }) => !hasUnknownTable(reasons)),
        /^unknown-column$/,
      ),
      ["name"],
    ),
    ...section(
      "Watchlists that only a workspace has",
      "They read as empty, with a warning.",
      names(results, /^unknown-watchlist$/),
      ["name"],
    ),
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

function names(results, codes) {
  return results.flatMap(({ reasons = [] }) =>
    reasons.filter(({ code }) => codes.test(code)).map(({ what }) => [what]),
  );
}

function hasUnknownTable(reasons = []) {
  return reasons.some(({ code }) => /^unknown-(table|function)$/.test(code));
}

function isRefused(reasons = []) {
  return reasons.some(({ severity }) => severity === "error");
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
    about,
    "",
    `| ${columns.join(" | ")} | queries |`,
    `| ${columns.map(() => "---").join(" | ")} | ---: |`,
    ...shown.map(([cells, count]) => `| ${cells} | ${count} |`),
    "",
    ...(rest === 0 ? [] : [`And ${rest} more.`, ""]),
  ];
}

import type { FunctionSchema } from "../schema/schema.js";

/** The saved functions that the queries of case files call. */
export const caseFunctions: readonly FunctionSchema[] = [
  saved("VisitsOf", "(names: dynamic = dynamic([]), start: datetime = datetime(null), code: string = '*')", [
    "Visits",
    "| where array_length(names) == 0 or Name has_any (names)",
    "| where isnull(start) or TimeGenerated >= start",
    "| where code == '*' or Code == code",
  ]),
  saved("Busy", "(rows: (Name: string), least: long = 2)", [
    "rows | summarize Count = count() by Name | where Count >= least",
  ]),
  saved("Marked", "(rows: (*), mark: string)", ["rows | extend Mark = strcat(mark, Name)"]),
  saved("Twice", "(n: long)", ["n * 2"]),
  saved("Cities", "()", [
    "let city = (details: string) { tostring(parse_json(details).city) };",
    "Visits | extend City = city(Details)",
  ]),
  saved("Colours", "()", ["People | project Id, Team = tostring(Details.team), Item = _ItemId"]),
  saved("Wide", "()", ["union isfuzzy=true (Gone | where Never == 1), Visits, Lost()", "| where Code == '0'"]),
  saved("Typo", "()", ["Visits", "| where tolong(Code, 2) == 0"]),
  saved("Ring", "()", ["Rong | where Id > 1"]),
  saved("Rong", "()", ["Ring"]),
  { ...saved("Unfilled", "(Name: string)", ["print Prevalence = long(null)"]), warning: "nobody has this" },
  {
    ...saved("Filed", "()", ["Visits", "| where Cod == '0'"]),
    file: "functions/filed.yaml › FunctionQuery",
    placeInFile: ({ line, column }) => ({ line: line + 7, column: column + 2 }),
  },
];

function saved(name: string, parameters: string, lines: readonly string[]): FunctionSchema {
  return { name, parameters, body: lines.join("\n") };
}

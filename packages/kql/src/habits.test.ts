import { expect, test } from "vitest";
import { compile } from "./compile.js";
import { caseSchema } from "./testing/case-tables.js";

/** What people write who come from elsewhere, and what the first message tells them. */
const written: Readonly<Record<string, string>> = {
  "SELECT * FROM People WHERE Name = '0'": "begin with the table: `People | where … | project …`",
  "People | where Name = '0'": "a comparison is written `==`; `=` gives a name to a value",
  "People | where Name == '0' && Name != ''": "in KQL: `and`",
  "People | where Name like '%admin%'": "in KQL: `contains`, `startswith`, `endswith` or `matches regex`",
  "People | where Name is null": "in KQL: `isnull(x)`, and `isempty(x)` for a text",
  "People | stats count by Name": "in KQL: `summarize count() by x`",
  "index=main sourcetype=x | stats count": "begin with the name of a table, which takes the place of an index",
  "People | summarize count(*) by Name": "in KQL: `count()`",
  "People | groupby Name": "in KQL: `summarize … by x`",
  "People | where Name|contains: 'x'": "a modifier of Sigma: in KQL `x contains …`",
  "People | where not Name == 'a'": "`not` is a function: `not(…)`",
  "People | eval x = 1": "in KQL: `extend x = …`",
  "People | table Name": "in KQL: `project`",
  "People | order by Name limit 10": "put `|` before `limit`",
  "People | head 10": "in KQL: `take 10`, or `top 10 by TimeGenerated` for the newest",
  "People | rename a as b": "in KQL: `project-rename New = Old`",
  "People | where Name in ['a','b']": 'in KQL a list stands in parentheses: `in ("a", "b")`',
  "People | dedup Name": "in KQL: `distinct x`, or `summarize arg_max(TimeGenerated, *) by x` for whole rows",
  "People | extend x = if(Name == 'a', 1, 2)": "in KQL: `iff(condition, a, b)`",
  "People | extend x = len(Name), y = lower(Name), z = concat('a', Name)":
    "in KQL: `strlen(x)`, and `array_length(x)` for an array",
  "People | where Name == 'a' OR Name == 'b'": "KQL's own words are in lower case: `or`",
  "People | where Name ~= 'a'": "in KQL: `=~`",
  "People | where TimeGenerated > ago('1d')": "a timespan has no quotes: `1d`",
  "People | having x > 1": "in KQL: `where`, after `summarize`",
  "People | wher Name == 'a'": "did you mean `where`?",
  "People | where Name not in ('a')": "in KQL: `x !in (…)`",
  "People | project Name as U": "the new name stands in front: `project New = Old`",
  "People | extend x = Name + 'a'": "in KQL: `strcat(a, b)`",
  "People | where TimeGenerated between ago(1d) and now()": "in KQL: `x between (a .. b)`",
  "People | WHERE Name == 'a'": "KQL's own words are in lower case: `where`",
  "People | where Name == 'a' -- comment": "convert them with tolong() or toreal()",
  "People | where !Active": "in KQL: `not(…)`",
  "People | extend x = case when Name == 'a' then 1 else 2 end": "in KQL: `case(condition, value, …, otherwise)`",
  "People | where Name === 'a'": "a comparison is written `==`, or `=~` whatever the case",
  'People | where Name == "it\'s" | project Name,': "take the last comma away",
  "People | top 10": "in KQL: `top 10 by x`, or `take 10`",
  "People | summarize by Name, count()": "aggregates stand in front of `by`",
  "People | summarize count() group by Name": "in KQL: `summarize count() by x`",
  "People | where Name is not null": "in KQL: `isnotnull(x)`, and `isnotempty(x)` for a text",
  "People where Name == 'a'": "put `|` before `where`",
  "where Name == 'a'": "begin with the name of a table and `|`",
  "People | where Name startswith 'a' or 'b'":
    'each condition names its column: `x startswith "a" or x startswith "b"`',
  "People | where count() > 5": "count first: `summarize n = count(…) by x | where n > …`",
  "People | join People on Name == Name": "in KQL: `on a`, or `on $left.a == $right.b`",
  "People | join kind=left (People) on Name": "in KQL: `kind=leftouter`",
  "People | order by Name ascending": "in KQL: `asc` or `desc`",
  "People | where Name == 50126 | summarize distinct(Name)": "in KQL: the operator `distinct x`, or `dcount(x)`",
  "EventID=4624 | stats count by user": "begin with the name of a table: `Table | where EventID == …`",
  "from People | where Name == 'a'": "begin with the table: `People | where … | project …`",
  "process where process.name == 'cmd.exe'": "put `|` before `where`",
  "People | where Name: 'a*'": 'in KQL: `x == "…"`, `x has "…"` or `x startswith "…"`',
  "People | where Name regex 'a'": 'in KQL: `x matches regex "…"`',
  "People | where Name != null and Name is null": "in KQL: `isnull(x)`, and `isempty(x)` for a text",
  "let x = 5 People | count": "a statement ends with `;`",
  "People | where Name ilike 'a%'": "in KQL: `contains`, `startswith`, `endswith` or `matches regex`",
  "People | extend x = Name ?? 'a'": "in KQL: `coalesce(a, b)`",
  "People | extend x = Name == 'a' ? 1 : 2": "in KQL: `iff(condition, a, b)`",
  "People | extend x = Name || 'a'": "in KQL: `or`, and `strcat(a, b)` for texts",
};

test.each(Object.entries(written))("%s", (text, hint) => {
  const { diagnostics } = compile({ text, schema: caseSchema, now: 17_900_000_000_000_000n });
  expect(diagnostics.find(({ severity }) => severity === "error")?.hint).toBe(hint);
});

import { expect, test } from "vitest";
import { compile } from "../compile.js";
import { caseSchema } from "../testing/case-tables.js";

function dissected(text: string) {
  return compile({ text, schema: caseSchema, now: 17_900_000_000_000_000n }).dissection();
}

/** Predicates in one line each, with the stage before and what they are compared with behind. */
function predicates(text: string): readonly string[] {
  return dissected(text).predicates.map(
    ({ let: name, stage, negated, through, field, operator, values, comparedWith }) =>
      `${name === undefined ? "" : `${name} `}${stage}: ${negated ? "not " : ""}${[...through, field].join(" ")} ${operator} ${JSON.stringify(values)}${comparedWith === undefined ? "" : ` ${comparedWith}`}`,
  );
}

test("stages have their operator, their text without comments, and the columns before and after", () => {
  const { stages } = dissected(`
// Who was here
People // all of them
| where Score > 1 // enough
| summarize Count = count() by Name
| extend Upper = toupper(Name), Count = Count + 1
| project Upper, Count`);
  expect(stages.map(({ index, operator, text, out }) => [index, operator, text, out.join()])).toEqual([
    [1, "source", "People", "TimeGenerated,Id,Name,Score,Active,Details,Type"],
    [2, "where", "where Score > 1", "TimeGenerated,Id,Name,Score,Active,Details,Type"],
    [3, "summarize", "summarize Count = count() by Name", "Name,Count"],
    [4, "extend", "extend Upper = toupper(Name), Count = Count + 1", "Name,Count,Upper"],
    [5, "project", "project Upper, Count", "Upper,Count"],
  ]);
  expect(stages[3]?.in).toEqual(["Name", "Count"]);
});

test("each column of the result has the stage that made it", () => {
  const { outputs } = dissected(`
People | where Active | summarize make_set(Name), Last = max(TimeGenerated) by Id
| extend Last = startofday(Last), Half = Id / 2 | project-rename Names = set_Name | project Id, Names, Last, Half`);
  expect(outputs.map(({ name, type, source, stage }) => `${name} ${type} ${source} ${stage}`)).toEqual([
    "Id long summarize 3",
    "Names dynamic project-rename 5",
    "Last datetime extend 4",
    "Half long extend 4",
  ]);
  const plain = dissected("People | where Id == 1 | project Name, Type").outputs;
  expect(plain.map(({ name, source }) => `${name} ${source}`)).toEqual(["Name source", "Type source"]);
});

test("conditions are found wherever they stand", () => {
  expect(
    predicates(`
let names = dynamic(["ann", "bob"]);
let big = 3;
let visits = (wanted: string) { let least = 2; Visits | where Kind == wanted and Id >= least };
let active = People | where Active and Name in (names);
active
| where Score > big or not(Name has_any ("x", "y") or tolower(Type) == "z")
| join kind=inner (Visits | where Id in (1, 2)) on Id
| extend Class = case(Details.team == "red", "a", Id between (1 .. 5), "b", "c"), Odd = iff(isempty(Name), 1, 0)
| where Name !in (toscalar(People | where Id == 7 | summarize make_set(Name))) and 5 < Score
| where tostring(Details.tags[0]) startswith "a" and Name != Type and TimeGenerated > ago(1d)
| summarize countif(Active), dcountif(Name, Score >= 2) by Type
| where count_ <> 4 and isnotempty(Type)`),
  ).toEqual([
    "visits 2: Kind == [] wanted",
    "visits 2: Id >= [2]",
    "active 2: Active == [true]",
    'active 2: Name in ["ann","bob"]',
    "2: Score > [3]",
    '2: not Name has_any ["x","y"]',
    '2: not tolower Type == ["z"]',
    "3: Id in [1,2]",
    '4: Details.team == ["red"]',
    "4: Id between [1,5]",
    "4: Name isempty []",
    "5: not Name !in [] toscalar(People | where Id == 7 | summarize make_set(Name))",
    "5: Id == [7]",
    "5: Score > [5]",
    '6: Details.tags[0] startswith ["a"]',
    "6: not Name != [] Type",
    '6: TimeGenerated > ["ago(1d)"]',
    "7: Active == [true]",
    "7: Score >= [2]",
    "8: not count_ <> [4]",
    "8: Type isnotempty []",
  ]);
});

test("double negation is none, and values keep what they are", () => {
  expect(
    predicates(`People | where not(Name !contains "a") and not(not(Active)) and Id == 9223372036854775807`),
  ).toEqual(['2: Name !contains ["a"]', "2: Active == [true]", '2: Id == ["9223372036854775807"]']);
  expect(predicates(`People | where Score == -1.5 and Active == false and Name == @"a\\b" and Score > 1e3`)).toEqual([
    "2: Score == [-1.5]",
    "2: Active == [false]",
    '2: Name == ["a\\\\b"]',
    "2: Score > [1000]",
  ]);
});

test("what does not compile is taken apart all the same", () => {
  const { stages, lets } = dissected("let x = (a: long) { a + 1 }; Nowhere | where Name == 'a' | foo");
  expect(stages.map(({ operator }) => operator).slice(0, 2)).toEqual([]);
  expect(lets.map(({ name, text }) => [name, text])).toEqual([["x", "let x = (a: long) { a + 1 }"]]);
  expect(dissected("People | where Nope == 'a'").predicates.map(({ field }) => field)).toEqual(["Nope"]);
});

test("conditions that a let has named, and words that are searched for, are found", () => {
  expect(
    predicates(`let any = isnotempty(toscalar(Visits | take 1 | project Kind)); People | where any and Id > 1`),
  ).toEqual([
    "2: isnotempty(toscalar(Visits | take 1 | project Kind)) isnotempty [] toscalar(Visits | take 1 | project Kind)",
    "2: Id > [1]",
  ]);
  expect(predicates(`search in (People) "ann" and Score > 1`)).toEqual(['1: * has ["ann"]', "1: Score > [1]"]);
});

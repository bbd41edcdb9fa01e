import type { ProblemCode } from "../../../rules/problem.js";
import { meaningFor, type NameMeaning } from "../../../vocabulary/lookup.js";
import { isFieldOf } from "../../../vocabulary/read-vocabulary.js";
import type { EventKind, EventSource, ValueMeaning, Vocabulary } from "../../../vocabulary/vocabulary.js";
import type { SigmaLogic, SigmaMatch, SigmaTest } from "../logic.js";
import { anyText, hasRoomFor, joined, literalOf } from "../pattern.js";
import { wantedPart } from "./hashes.js";
import { kqlText } from "./literals.js";
import type { KqlNode } from "./nodes.js";
import { type FieldSubject, type MadeColumns, subjectOf } from "./subjects.js";
import { asText, type NoForm, presence, type Subject, testNode } from "./tests.js";

/** Something about a part of the detection, with its offset. */
export interface Remark {
  readonly code: ProblemCode;
  readonly severity: "error" | "warning";
  readonly message: string;
  readonly offset: number;
  readonly field?: string;
}

/** Where the matches of a rule are brought to KQL, and what was found on the way. */
export interface Translation {
  readonly vocabulary: Vocabulary;
  readonly kind: EventKind;
  readonly source?: EventSource;
  readonly made: MadeColumns;
  readonly remarks: Remark[];
}

/** A detection's logic as a condition of KQL. What has no form there is an error among the remarks, and false. */
export function logicNode(translation: Translation, logic: SigmaLogic): KqlNode {
  switch (logic.kind) {
    case "all":
    case "any":
      return { kind: logic.kind, parts: logic.parts.map((part) => logicNode(translation, part)) };
    case "not":
      return { kind: "not", part: logicNode(translation, logic.part) };
    case "refused":
      return remark(translation, logic.start, logic.code, logic.why);
    default:
      return matchNode(translation, logic);
  }
}

/** What a field of Sigma is here: by the vocabulary, or as a column of that name. */
export function meaningOf(vocabulary: Vocabulary, kind: EventKind, name: string): NameMeaning | undefined {
  const known = meaningFor(vocabulary, "Sigma", kind.name, name);
  if (known !== undefined) return known;
  const [first = "", ...path] = name.split(".");
  const column = [...kind.columns.keys()].find((one) => one.toLowerCase() === first.toLowerCase());
  const isPath = path.length === 0 || kind.columns.get(column ?? "") === "dynamic" || kind.xml.includes(column ?? "");
  const field = [column ?? "", ...path].join(".");
  return isPath && isFieldOf(kind.columns, field) ? { kind: "field", field } : undefined;
}

function remark(translation: Translation, offset: number, code: ProblemCode, message: string, field?: string): KqlNode {
  translation.remarks.push({ code, severity: "error", message, offset, ...(field === undefined ? {} : { field }) });
  return { kind: "constant", value: false };
}

function matchNode(translation: Translation, match: SigmaMatch): KqlNode {
  const { vocabulary, kind } = translation;
  if (match.field === undefined) return keywordNode(translation, match);
  const meaning = meaningOf(vocabulary, kind, match.field);
  if (meaning === undefined) {
    const message = `no column of ${kind.tables[0]} is known to hold \`${match.field}\``;
    return remark(translation, match.start, "unmapped-field", message, match.field);
  }
  if (match.test.kind === "field") return fieldsNode(translation, match, match.test, meaning);
  switch (meaning.kind) {
    case "field":
      return fieldNode(translation, match, meaning.field, meaning.values);
    case "any": {
      const parts = meaning.fields.map((field) => fieldNode(translation, match, field));
      return { kind: match.test.kind === "missing" ? "all" : "any", parts };
    }
    case "joined":
      // Users of Linux and macOS are names without a domain.
      if (/^(?:linux|macos)$/.test(translation.source?.where.product ?? "")) {
        return fieldNode(translation, match, meaning.fields.at(-1) ?? "");
      }
      return joinedNode(translation, match, meaning.fields, meaning.by);
    case "parts":
      return partsNode(translation, match, meaning.parts);
    default:
      return absentNode(translation, match, meaning.why);
  }
}

/** A field that no column holds is missing from every event. */
function absentNode(translation: Translation, match: SigmaMatch, why: string): KqlNode {
  if (match.test.kind === "missing") return { kind: "constant", value: true };
  const message = `no event has \`${match.field}\`: ${why}; the test is never met`;
  const field = match.field === undefined ? {} : { field: match.field };
  translation.remarks.push({ code: "never-matches", severity: "warning", message, offset: match.start, ...field });
  return { kind: "constant", value: false };
}

function fieldNode(
  translation: Translation,
  match: SigmaMatch,
  field: string,
  values?: Readonly<Record<string, ValueMeaning>>,
): KqlNode {
  const subject = subjectOf(translation.kind, field, translation.made);
  const meant = values === undefined ? [] : valueMeanings(match.test, values);
  if (values !== undefined && match.test.kind === "regex") {
    const why = "KQL has no exact form for a regular expression over values that are written in another way here";
    return remark(translation, match.start, "unsupported-value", why, match.field);
  }
  const parts = meant.map((meaning) => meaningNode(translation, match, subject, field, meaning));
  const isOne = meant.length > 0 && (match.test.kind !== "text" || literalOf(match.test.pattern) !== undefined);
  if (!isOne) parts.push(within(subject, field, checked(translation, match, testNode(subject, match.test), subject)));
  const [only] = parts;
  return parts.length === 1 && only !== undefined ? only : { kind: "any", parts };
}

function meaningNode(
  translation: Translation,
  match: SigmaMatch,
  subject: FieldSubject,
  field: string,
  meaning: ValueMeaning,
): KqlNode {
  const parts = meaning.values.map((value) => {
    const test: SigmaTest = { kind: "text", pattern: [value], caseSensitive: false };
    return checked(translation, match, testNode(subject, test), subject);
  });
  const any: KqlNode = { kind: "any", parts };
  // A value is another one only where there is a value.
  return within(
    subject,
    field,
    meaning.negated ? { kind: "all", parts: [presence(subject), { kind: "not", part: any }] } : any,
  );
}

/** What a value stands for, or each of those that a pattern has room for. */
function valueMeanings(test: SigmaTest, values: Readonly<Record<string, ValueMeaning>>): readonly ValueMeaning[] {
  if (test.kind === "text" && literalOf(test.pattern) === undefined) {
    return Object.entries(values).flatMap(([value, meaning]) => (hasRoomFor(test.pattern, value) ? [meaning] : []));
  }
  const text =
    test.kind === "text"
      ? literalOf(test.pattern)
      : test.kind === "number"
        ? test.written
        : test.kind === "truth"
          ? String(test.value)
          : undefined;
  const key = text?.toLowerCase() ?? "";
  const meaning = Object.hasOwn(values, key) ? values[key] : undefined;
  return meaning === undefined ? [] : [meaning];
}

function within({ list }: FieldSubject, field: string, part: KqlNode): KqlNode {
  if (list === undefined) return part;
  const label = field.split(".").at(-1) ?? "";
  // Nothing is missing from a list that holds something somewhere.
  if (part.kind === "not") return { kind: "not", part: { kind: "within", list, label, part: part.part } };
  return { kind: "within", list, label, part };
}

/** A test that has a form; one that no value of the column can meet is told. */
function checked(translation: Translation, match: SigmaMatch, node: KqlNode | NoForm, subject: Subject): KqlNode {
  if (node.kind === "no-form") {
    return remark(translation, match.start, "unsupported-value", `KQL has no exact form for ${node.why}`, match.field);
  }
  if (node.kind === "constant" && !node.value) {
    const message = `\`${match.field}\` is a ${subject.type} here, and never has such a value`;
    translation.remarks.push({ code: "never-matches", severity: "warning", message, offset: match.start });
  }
  return node;
}

function joinedNode(translation: Translation, match: SigmaMatch, fields: readonly string[], by: string): KqlNode {
  const subjects = fields.map((field) => asText(subjectOf(translation.kind, field, translation.made)));
  const last = subjects.at(-1);
  if (last === undefined) return { kind: "constant", value: false };
  if (match.test.kind === "missing") return { kind: "not", part: presence(last) };
  if (match.test.kind === "exists") return presence(last);
  const text = `strcat(${subjects.map((subject) => subject.text).join(`, ${kqlText(by)}, `)})`;
  const subject: Subject = { text, type: "string" };
  const node = checked(translation, match, testNode(subject, match.test), subject);
  // What stands between the parts is there without them.
  const { test } = match;
  const isSure = test.kind === "number" || (test.kind === "text" && !hasRoomFor(test.pattern, by));
  return isSure ? node : { kind: "all", parts: [presence(last), node] };
}

function partsNode(
  translation: Translation,
  match: SigmaMatch,
  parts: Readonly<Record<string, string | undefined>>,
): KqlNode {
  const columns = Object.values(parts).flatMap((field) =>
    field === undefined ? [] : [subjectOf(translation.kind, field, translation.made)],
  );
  if (match.test.kind === "missing") {
    return { kind: "all", parts: columns.map((subject): KqlNode => ({ kind: "not", part: presence(subject) })) };
  }
  if (match.test.kind === "exists") return { kind: "any", parts: columns.map((subject) => presence(subject)) };
  const wanted = wantedPart(match.test, Object.keys(parts));
  if (wanted === undefined) {
    const message = `\`${match.field}\` is searched for pairs such as \`MD5=…\` only`;
    return remark(translation, match.start, "unsupported-value", message, match.field);
  }
  const found = wanted.keys.map((key): KqlNode => {
    const field = parts[key];
    if (field === undefined) return absentNode(translation, { ...match, field: key }, "no column holds it");
    const subject = subjectOf(translation.kind, field, translation.made);
    const pattern = wanted.open ? joined([wanted.value, anyText]) : [wanted.value];
    return checked(translation, match, testNode(subject, { kind: "text", pattern, caseSensitive: false }), subject);
  });
  return { kind: "any", parts: found };
}

function fieldsNode(
  translation: Translation,
  match: SigmaMatch,
  test: SigmaTest & { readonly kind: "field" },
  meaning: NameMeaning,
): KqlNode {
  const other = meaningOf(translation.vocabulary, translation.kind, test.other);
  if (other === undefined) {
    const message = `no column of ${translation.kind.tables[0]} is known to hold \`${test.other}\``;
    return remark(translation, match.start, "unmapped-field", message, test.other);
  }
  const subjects = [meaning, other].flatMap((one) =>
    one.kind === "field" ? [subjectOf(translation.kind, one.field, translation.made)] : [],
  );
  const [first, second] = subjects;
  if (first === undefined || second === undefined || first.list !== undefined || second.list !== undefined) {
    const message = `\`${match.field}\` and \`${test.other}\` are not both single values here, and cannot be compared`;
    return remark(translation, match.start, "unsupported-value", message, match.field);
  }
  const operator =
    { equals: test.caseSensitive ? "==" : "=~" }[test.how as "equals"] ??
    (test.caseSensitive ? `${test.how}_cs` : test.how);
  const made = first.made || second.made ? { made: true as const } : {};
  const comparison: KqlNode = {
    kind: "term",
    text: `${asText(first).text} ${operator} ${asText(second).text}`,
    ...made,
  };
  return { kind: "all", parts: [presence(first), presence(second), comparison] };
}

/** A word is looked for in the columns that hold an event's text, or in all of them. */
function keywordNode(translation: Translation, match: SigmaMatch): KqlNode {
  const { kind, made } = translation;
  const { test } = match;
  const refuse = (why: string) => remark(translation, match.start, "unsupported-value", why);
  if (test.kind !== "text" && test.kind !== "number" && test.kind !== "regex") {
    return refuse("a word that is looked for in the whole event is text");
  }
  if (test.kind === "regex") {
    if (kind.text.length === 0) return refuse("KQL has no form for a regular expression over all columns");
    const parts = kind.text.map((field) => {
      const subject = subjectOf(kind, field, made);
      return checked(translation, match, testNode(subject, test), subject);
    });
    return { kind: "any", parts };
  }
  const pattern = joined([anyText, ...(test.kind === "text" ? test.pattern : [test.written]), anyText]);
  const caseSensitive = test.kind === "text" && test.caseSensitive;
  if (kind.text.length > 0) {
    const parts = kind.text.map((field) => {
      const subject = subjectOf(kind, field, made);
      return checked(translation, match, testNode(subject, { kind: "text", pattern, caseSensitive }), subject);
    });
    return { kind: "any", parts };
  }
  const literal = literalOf(pattern.slice(1, -1));
  if (literal === undefined) return refuse("KQL has no form for a pattern over all columns");
  return { kind: "term", text: `* ${caseSensitive ? "contains_cs" : "contains"} ${kqlText(literal)}` };
}

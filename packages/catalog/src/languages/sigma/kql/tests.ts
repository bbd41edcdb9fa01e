import type { KqlType } from "@calypso/kql";
import type { ComparisonOperator, SigmaTest } from "../logic.js";
import { anyText, literalOf, type Pattern, type Piece, patternRegex } from "../pattern.js";
import { kqlText } from "./literals.js";
import type { KqlNode, KqlTerm } from "./nodes.js";
import { regexProblem } from "./regex.js";

/** What is compared: an expression of KQL and its type. */
export interface Subject {
  readonly text: string;
  readonly type: KqlType;
  readonly made?: true;
}

/** Why a test has no exact form. */
export interface NoForm {
  readonly kind: "no-form";
  readonly why: string;
}

const numeric: ReadonlySet<KqlType> = new Set(["int", "long", "real", "decimal"]);

/** A test of a value as a condition of KQL; a value that a column of its type cannot have is never met. */
export function testNode(subject: Subject, test: SigmaTest): KqlNode | NoForm {
  switch (test.kind) {
    case "exists":
      return presence(subject);
    case "missing":
      return { kind: "not", part: presence(subject) };
    case "text":
      return textNode(subject, test.pattern, test.caseSensitive);
    case "number":
      return numberNode(subject, test.value, test.written);
    case "truth":
      if (subject.type === "bool") return equalTerm(subject, "==", String(test.value));
      return textNode(subject, [String(test.value)], false);
    case "regex": {
      const problem = regexProblem(test.source);
      if (problem !== undefined) return { kind: "no-form", why: problem };
      const source = test.flags === "" ? test.source : `(?${test.flags})${test.source}`;
      return term(subject, `${asText(subject).text} matches regex ${kqlText(source)}`);
    }
    case "cidr":
      return cidrTerm(asText(subject), test.network);
    case "compare": {
      const number = numeric.has(subject.type) ? subject.text : `todouble(${asText(subject).text})`;
      return { ...term(subject, `${number} ${comparisons[test.operator]} ${test.value}`), nullable: true };
    }
    case "time": {
      if (subject.type !== "datetime") return { kind: "no-form", why: `the ${test.part} of ${typeName(subject.type)}` };
      const number =
        test.part === "week" ? `week_of_year(${subject.text})` : `datetime_part("${test.part}", ${subject.text})`;
      const operator = test.operator === "equal" ? "==" : comparisons[test.operator];
      return { ...term(subject, `${number} ${operator} ${test.value}`), nullable: true };
    }
    default:
      return { kind: "no-form", why: "a comparison of fields stands where a value is expected" };
  }
}

export const comparisons: Readonly<Record<ComparisonOperator, string>> = {
  less: "<",
  lessOrEqual: "<=",
  greater: ">",
  greaterOrEqual: ">=",
};

function typeName(type: KqlType): string {
  return `${/^[aeiou]/.test(type) ? "an" : "a"} ${type}`;
}

/** The value as text, as an event has it. */
export function asText(subject: Subject): Subject {
  return subject.type === "string" ? subject : { ...subject, text: `tostring(${subject.text})`, type: "string" };
}

/** There is a value. */
export function presence(subject: Subject): KqlTerm {
  const [is, not] = subject.type === "string" ? ["isnotempty", "isempty"] : ["isnotnull", "isnull"];
  return term(subject, `${is}(${subject.text})`, `${not}(${subject.text})`);
}

function term({ made }: Subject, text: string, negated?: string): KqlTerm {
  return { kind: "term", text, ...(negated === undefined ? {} : { negated }), ...(made ? { made } : {}) };
}

function equalTerm(subject: Subject, operator: "==" | "=~", literal: string): KqlTerm {
  const { text } = subject;
  const not = operator === "==" ? "!=" : "!~";
  const equals = { subject: text, operator, literal };
  return { ...term(subject, `${text} ${operator} ${literal}`, `${text} ${not} ${literal}`), equals };
}

function numberNode(subject: Subject, value: number, written: string): KqlNode | NoForm {
  if (!numeric.has(subject.type)) return textNode(subject, [written], false);
  if (subject.type !== "real" && !Number.isInteger(value)) return { kind: "constant", value: false };
  // A number with more digits than JavaScript keeps is written as it was.
  return equalTerm(subject, "==", Number.isSafeInteger(value) || !Number.isInteger(value) ? String(value) : written);
}

function textNode(subject: Subject, pattern: Pattern, caseSensitive: boolean): KqlNode | NoForm {
  const literal = literalOf(pattern);
  if (literal !== undefined && subject.type !== "string" && subject.type !== "dynamic") {
    return typedEqual(subject, literal);
  }
  if (subject.type === "datetime") return { kind: "no-form", why: "a part of the text of a time" };
  const { text } = asText(subject);
  const own = asText(subject);
  if (literal !== undefined) {
    if (!caseSensitive) return equalTerm(own, /\p{L}/u.test(literal) ? "=~" : "==", kqlText(literal));
    const { equals: _equals, ...sensitive } = equalTerm(own, "==", kqlText(literal));
    return sensitive;
  }
  const spelled = spelledOut(pattern);
  if (spelled !== undefined) {
    return { kind: "any", parts: spelled.flatMap((one) => termOf(textNode(subject, one, caseSensitive))) };
  }
  const simple = simpleForm(pattern);
  if (simple !== undefined) {
    const operator = caseSensitive ? `${simple.operator}_cs` : simple.operator;
    const value = kqlText(simple.text);
    return term(own, `${text} ${operator} ${value}`, `${text} !${operator} ${value}`);
  }
  return term(own, `${text} matches regex ${kqlText(`(?${caseSensitive ? "" : "i"}s)${patternRegex(pattern)}`)}`);
}

function termOf(node: KqlNode | NoForm): readonly KqlNode[] {
  return node.kind === "no-form" ? [] : [node];
}

/** Characters of which one is meant, spelled out where that makes few texts. */
function spelledOut(pattern: Pattern): readonly Pattern[] | undefined {
  const choices = pattern.filter((piece) => typeof piece === "object");
  if (choices.length !== 1) return undefined;
  const plain = (piece: Piece): Pattern => [piece];
  return [...(choices[0]?.oneOf ?? "")].map((character) => {
    const pieces = pattern.flatMap((piece) => (typeof piece === "object" ? plain(character) : plain(piece)));
    return pieces.reduce<Piece[]>((whole, piece) => {
      const last = whole.at(-1);
      if (typeof last === "string" && typeof piece === "string") whole[whole.length - 1] = last + piece;
      else whole.push(piece);
      return whole;
    }, []);
  });
}

/** The form of text with `*` at its ends only. */
function simpleForm(pattern: Pattern): { readonly operator: string; readonly text: string } | undefined {
  const [before, after] = [pattern[0] === anyText, pattern.at(-1) === anyText];
  const inner = literalOf(pattern.slice(before ? 1 : 0, after ? -1 : undefined));
  if (inner === undefined || inner === "") return undefined;
  return { operator: before && after ? "contains" : before ? "endswith" : "startswith", text: inner };
}

/** A text against a column that holds no text. */
function typedEqual(subject: Subject, literal: string): KqlNode | NoForm {
  if (numeric.has(subject.type)) {
    const isNumber = /^\s*-?(?:\d+(?:\.\d+)?|0x[\da-f]+)\s*$/i.test(literal);
    return isNumber ? numberNode(subject, Number(literal), literal.trim()) : { kind: "constant", value: false };
  }
  if (subject.type === "bool") {
    const lower = literal.toLowerCase();
    return lower === "true" || lower === "false" ? equalTerm(subject, "==", lower) : { kind: "constant", value: false };
  }
  if (subject.type === "guid") return equalTerm(asText(subject), "=~", kqlText(literal));
  const isTime = /^\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,7})?)?Z?)?$/.test(literal);
  if (subject.type !== "datetime" || !isTime)
    return { kind: "no-form", why: `\`${literal}\` as ${typeName(subject.type)}` };
  return equalTerm(subject, "==", `datetime(${literal})`);
}

function cidrTerm(subject: Subject, network: string): KqlTerm {
  const name = network.includes(":") ? "ipv6_is_in_range" : "ipv4_is_in_range";
  return { ...term(subject, `${name}(${subject.text}, ${kqlText(network)})`), nullable: true };
}

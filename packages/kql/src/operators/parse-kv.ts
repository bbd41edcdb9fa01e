import { isRefused, translateRegex } from "../functions/regex.js";
import type { Expression } from "../plan/expression.js";
import type { Named } from "../plan/plan.js";
import { kqlTypeNamed } from "../schema/types.js";
import type { SyntaxNode } from "../syntax/node.js";
import { type Context, nothing, report } from "./context.js";
import type { OperatorEntry } from "./operators.js";
import { boundColumns, everyColumn, over, project } from "./rows.js";
import { call, convert, lowerScalar } from "./scalar.js";

export const parseKvOperator: OperatorEntry = {
  name: "parse-kv",
  about: "Takes columns out of a text of keys and values; of a key that comes twice, the first counts.",
  grouped: true,
  limit:
    "With `quote` or `greedy` a delimiter is one character. A greedy value ends before whatever key follows. Without delimiters a key's value is the word, or the quoted text, after its first appearance as a word.",
  lower: (node, input, cx) => {
    const rows = over(input, cx);
    const subject = node.child("Expression");
    const read = pairReader(node, cx);
    if (subject === undefined || read === undefined) return nothing();
    const text = convert(lowerScalar(subject, rows), "string", subject.location);
    const added = (node.child("Keys")?.list("Columns") ?? []).map((declared): Named => {
      const name = declared.child("Name")?.name ?? "";
      const type = kqlTypeNamed(declared.child("Type")?.text ?? "") ?? "string";
      return { name, expression: convert(read(text, constant(name)), type, declared.location) };
    });
    const all = new Map([...everyColumn(input), ...added].map((column) => [column.name, column]));
    const ordered = [...new Set(boundColumns(node).map(({ name }) => name))].flatMap((name) => all.get(name) ?? []);
    const placed = new Set(ordered.map(({ name }) => name));
    return project(input, [...ordered, ...[...all.values()].filter(({ name }) => !placed.has(name))], rows);
  },
};

type PairReader = (subject: Expression, key: Expression) => Expression;

/** How a value is read, by the options of the operator; undefined, with a diagnostic, where that is not translated. */
function pairReader(node: SyntaxNode, cx: Context): PairReader | undefined {
  const options = optionsOf(node, cx);
  const text = (name: string) => options.get(name) ?? "";
  const { location } = node;
  const greedy = /^(true|1)$/i.test(text("greedy"));
  if (text("regex") !== "") {
    const pattern = translateRegex(text("regex"));
    if (isRefused(pattern)) return refused(node, pattern.refused, cx);
    if (pattern.groups < 2) return refused(node, "the pattern takes a group for the key and one for the value", cx);
    return (subject, key) => call("#matched-value", [subject, key, constant(pattern.pattern)], "string", location);
  }
  const [between, inside, quote, escaping = ""] = ["pair_delimiter", "kv_delimiter", "quote", "escape"].map(text);
  if (!between !== !inside) return refused(node, "one delimiter without the other has no meaning", cx);
  if (!between || !inside) return wordReader(quote ?? "", escaping, node, cx);
  if (greedy) return greedyReader(between, inside, quote ?? "", node, cx);
  if (!quote) {
    const delimiters = [constant(between), constant(inside)];
    return (subject, key) => call("#pair-value", [subject, key, ...delimiters], "string", location);
  }
  const [open, close = open] = [...quote];
  const single = [...between].length === 1 && [...inside].length === 1 && [...escaping].length < 2;
  if (!single || open === undefined || close === undefined || [...quote].length > 2) {
    return refused(node, "with `quote`, delimiters of more than one character cannot be translated yet", cx);
  }
  const pattern = pairPattern({ between, inside, open, close, escaping });
  const constants = [constant(pattern), constant(escaping)];
  return (subject, key) => call("#quoted-value", [subject, key, ...constants], "string", location);
}

/** Values that go on up to the next key. */
function greedyReader(
  between: string,
  inside: string,
  quote: string,
  node: SyntaxNode,
  cx: Context,
): PairReader | undefined {
  if (quote !== "") return refused(node, "`greedy` together with `quote` cannot be translated yet", cx);
  if ([...between].length !== 1 || [...inside].length !== 1) {
    return refused(node, "with `greedy`, delimiters of more than one character cannot be translated yet", cx);
  }
  const [pair, kv] = [between, inside].map(codePoint);
  const start = constant(`(?:^|${pair})([^${pair}${kv}]*)${kv}`);
  return (subject, key) => call("#greedy-value", [subject, key, start], "string", node.location);
}

/** Values that are the word after their key, or the quoted text. */
function wordReader(quote: string, escaping: string, node: SyntaxNode, cx: Context): PairReader | undefined {
  const [open, close = open] = [...quote];
  if ([...quote].length > 2 || [...escaping].length > 1) {
    return refused(node, "`quote` takes one or two characters, and `escape` one", cx);
  }
  const { location } = node;
  const [word, other] = ["[\\p{L}\\p{N}]", "[^\\p{L}\\p{N}]"];
  const plain = `${other}+(${word}+)`;
  return (subject, key) => {
    const name = [...(key.kind === "literal" ? String(key.value) : "")].map(codePoint).join("");
    const before = `(?s)(?:^|${other})${name}`;
    const group = (pattern: string, index: bigint) =>
      call("#group", [subject, constant(pattern), { kind: "literal", type: "long", value: index }], "string", location);
    if (open === undefined || close === undefined) return group(`${before}${plain}`, 1n);
    const quoted = `[^\\p{L}\\p{N}${codePoint(open)}]*${codePoint(open)}(${quotedText(close, escaping)})${codePoint(close)}`;
    const pattern = `${before}(?:${quoted}|${plain})`;
    const inner = group(pattern, 1n);
    const unescaped =
      escaping === ""
        ? inner
        : call(
            "replace_regex",
            [inner, constant(`(?s)${codePoint(escaping)}(.)`), constant("\\1")],
            "string",
            location,
          );
    return call("strcat", [unescaped, group(pattern, 2n)], "string", location);
  };
}

function refused(node: SyntaxNode, message: string, cx: Context): undefined {
  report(cx, node.location, "unsupported-option", `\`parse-kv\`: ${message}`, {
    construct: "parse-kv",
    hint: "use `extract` with a regular expression for each column",
  });
  return undefined;
}

function optionsOf(node: SyntaxNode, cx: Context): ReadonlyMap<string, string> {
  const written = node.child("WithClause")?.list("Properties") ?? [];
  const names = written.map((option) => option.child("Name")?.name ?? "");
  const again = names.find((name, at) => names.indexOf(name) < at);
  if (again !== undefined) refused(node, `\`${again}\` more than once cannot be translated yet`, cx);
  return new Map(
    written.map((option) => {
      const given = option.child("Expression");
      const value = given === undefined ? undefined : lowerScalar(given, cx);
      const text = value?.kind === "literal" ? String(value.value) : "";
      return [(option.child("Name")?.name ?? "").toLowerCase(), text];
    }),
  );
}

interface Delimiters {
  readonly between: string;
  readonly inside: string;
  readonly open: string;
  readonly close: string;
  readonly escaping: string;
}

/** A pattern of one pair, with groups for a quoted and a plain key and for a quoted and a plain value. */
function pairPattern({ between, inside, open, close, escaping }: Delimiters): string {
  const [pair, kv, left, right] = [between, inside, open, close].map(codePoint);
  const blank = `[^\\S${pair}]*`;
  const quoted = `${left}(${quotedText(close, escaping)})${right}`;
  return `(?s)${blank}(?:${quoted}${blank}|([^${pair}${kv}]*))${kv}${blank}(?:${quoted}|([^${pair}]*))`;
}

/** What stands between quotes: no closing quote, but where it is escaped. */
function quotedText(close: string, escaping: string): string {
  const right = codePoint(close);
  return escaping === "" ? `[^${right}]*` : `(?:${codePoint(escaping)}.|[^${right}${codePoint(escaping)}])*`;
}

/** A character as a regular expression writes it, also inside of a class. */
function codePoint(character: string): string {
  return `\\x{${(character.codePointAt(0) ?? 0).toString(16)}}`;
}

function constant(value: string): Expression {
  return { kind: "literal", type: "string", value };
}

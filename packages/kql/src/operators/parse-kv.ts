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
    "Delimiters or a pattern have to be given; `greedy` is refused, and with `quote` a delimiter is one character.",
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
    const ordered = boundColumns(node).flatMap(({ name }) => all.get(name) ?? []);
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
  if (/^(true|1)$/i.test(text("greedy"))) return refused(node, "`greedy=true` cannot be translated yet", cx);
  if (text("regex") !== "") {
    const pattern = translateRegex(text("regex"));
    if (isRefused(pattern)) return refused(node, pattern.refused, cx);
    if (pattern.groups < 2) return refused(node, "the pattern takes a group for the key and one for the value", cx);
    return (subject, key) => call("#matched-value", [subject, key, constant(pattern.pattern)], "string", location);
  }
  const [between, inside, quote, escaping = ""] = ["pair_delimiter", "kv_delimiter", "quote", "escape"].map(text);
  if (!between || !inside) return refused(node, "without both delimiters it cannot be translated yet", cx);
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

function refused(node: SyntaxNode, message: string, cx: Context): undefined {
  report(cx, node.location, "unsupported-option", `\`parse-kv\`: ${message}`, {
    construct: "parse-kv",
    hint: "use `extract` with a regular expression for each column",
  });
  return undefined;
}

function optionsOf(node: SyntaxNode, cx: Context): ReadonlyMap<string, string> {
  return new Map(
    (node.child("WithClause")?.list("Properties") ?? []).map((option) => {
      const written = option.child("Expression");
      const value = written === undefined ? undefined : lowerScalar(written, cx);
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
  const content = escaping === "" ? `[^${right}]*` : `(?:${codePoint(escaping)}.|[^${right}${codePoint(escaping)}])*`;
  const quoted = `${left}(${content})${right}`;
  return `(?s)${blank}(?:${quoted}${blank}|([^${pair}${kv}]*))${kv}${blank}(?:${quoted}|([^${pair}]*))`;
}

/** A character as a regular expression writes it, also inside of a class. */
function codePoint(character: string): string {
  return `\\x{${(character.codePointAt(0) ?? 0).toString(16)}}`;
}

function constant(value: string): Expression {
  return { kind: "literal", type: "string", value };
}

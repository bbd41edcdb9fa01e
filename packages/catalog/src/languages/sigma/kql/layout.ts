import type { KqlNode, KqlTerm } from "./nodes.js";

/** The longest condition that stands on one line. */
const width = 110;

/** A condition on lines of its own, one test a line where they are many; the first line has no indent. */
export function conditionLines(node: KqlNode, indent: string): readonly string[] {
  const short = conditionText(node);
  const list = short.length <= width ? undefined : listOf(node);
  if (list !== undefined) return listLines(list, indent);
  if ((node.kind !== "any" && node.kind !== "all") || (short.length <= width && node.parts.length <= 3)) {
    if (short.length <= width || node.kind !== "not" || isOne(node.part)) return [short];
    return ["not(", ...indented(conditionLines(node.part, `${indent}    `), `${indent}    `), `${indent})`];
  }
  const word = node.kind === "any" ? "or " : "and ";
  return node.parts.flatMap((part, index) => {
    const lines = partLines(part, `${indent}    `);
    const [first = "", ...rest] = lines;
    return [index === 0 ? first : `${indent}    ${word}${first}`, ...rest];
  });
}

function isOne(node: KqlNode): boolean {
  return node.kind === "term" || node.kind === "constant" || node.kind === "within";
}

function partLines(part: KqlNode, indent: string): readonly string[] {
  const lines = conditionLines(part, indent);
  if (part.kind !== "any" && part.kind !== "all") return lines;
  if (lines.length === 1) return [`(${lines[0]})`];
  return ["(", ...indented(lines, `${indent}    `), `${indent})`];
}

/** The values of an `in`, also where it is negated. */
function listOf(node: KqlNode): KqlTerm["list"] {
  if (node.kind === "term") return node.list;
  if (node.kind !== "not" || node.part.kind !== "term" || node.part.list === undefined) return undefined;
  return { ...node.part.list, operator: `!${node.part.list.operator}` };
}

function listLines({ subject, operator, literals }: NonNullable<KqlTerm["list"]>, indent: string): readonly string[] {
  const values = literals.map((literal, index) => `${indent}    ${literal}${index < literals.length - 1 ? "," : ""}`);
  return [`${subject} ${operator} (`, ...values, `${indent})`];
}

/** The first line has no indent of its own. */
function indented([first = "", ...rest]: readonly string[], indent: string): readonly string[] {
  return [`${indent}${first}`, ...rest];
}

/** A condition on one line. */
export function conditionText(node: KqlNode): string {
  switch (node.kind) {
    case "all":
    case "any": {
      const word = node.kind === "any" ? " or " : " and ";
      return node.parts
        .map((part) => (part.kind === "all" || part.kind === "any" ? `(${conditionText(part)})` : conditionText(part)))
        .join(word);
    }
    case "not":
      return node.part.kind === "term" && node.part.negated !== undefined
        ? node.part.negated
        : `not(${conditionText(node.part)})`;
    case "constant":
      return String(node.value);
    case "within":
      return conditionText(node.part);
    default:
      return node.text;
  }
}

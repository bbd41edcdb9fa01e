import type { TestOperator } from "../../detections/condition.js";

/** A piece of a pattern: text as it is, any text, or any one character. */
type Part = { readonly text: string } | { readonly any: "text" | "character" };

/** How a language writes patterns. */
export interface PatternStyle {
  /** The sign for any text, and the one for any one character. */
  readonly many: string;
  readonly one?: string;
  /** The sign that takes away the meaning of the next. */
  readonly guard?: string;
}

/** What a pattern compares with. */
export interface PatternComparison {
  readonly operator: TestOperator;
  readonly value: string;
}

/**
 * A pattern in the one form: `*a*` is `contains`, `a*` and `*a` are `startswith` and `endswith`, without signs it is `equals`; of other
 * patterns with signs within the text `wildcard` is left, or `matches` where the text itself has `*` or `?`.
 */
export function comparisonOf(pattern: string, style: PatternStyle): PatternComparison {
  const parts = partsOf(pattern, style);
  const texts = parts.flatMap((part) => ("text" in part ? [part.text] : []));
  const [first, last] = [parts[0], parts.at(-1)];
  const onlyText = texts.join("");
  const signs = parts.filter((part) => "any" in part);
  if (signs.length === 0) return { operator: "equals", value: onlyText };
  const isMany = (part: Part | undefined) => part !== undefined && "any" in part && part.any === "text";
  if (texts.length === 0 && signs.some(isMany)) {
    if (signs.every(isMany)) return { operator: "exists", value: "" };
  } else if (texts.length === 1 && signs.every(isMany)) {
    if (isMany(first) && isMany(last)) return { operator: "contains", value: onlyText };
    return { operator: isMany(first) ? "endswith" : "startswith", value: onlyText };
  }
  if (!/[*?]/.test(onlyText)) {
    return {
      operator: "wildcard",
      value: parts.map((part) => ("text" in part ? part.text : part.any === "text" ? "*" : "?")).join(""),
    };
  }
  const expression = parts.map((part) => ("text" in part ? escaped(part.text) : part.any === "text" ? ".*" : "."));
  return { operator: "matches", value: `^(?s:${expression.join("")})$` };
}

/** True where the pattern has a sign that is not escaped. */
export function hasSigns(pattern: string, style: PatternStyle): boolean {
  return partsOf(pattern, style).some((part) => "any" in part);
}

/** A text as a regular expression that finds it. */
export function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");
}

/** A regular expression for the whole value, as one that is searched for. */
export function anchored(expression: string): string {
  return `^(?s:${expression})$`;
}

function partsOf(pattern: string, { many, one, guard }: PatternStyle): Part[] {
  const parts: Part[] = [];
  let text = "";
  const flush = () => {
    if (text !== "") parts.push({ text });
    text = "";
  };
  for (let at = 0; at < pattern.length; at += 1) {
    const sign = pattern.charAt(at);
    const next = pattern.charAt(at + 1);
    if (sign === guard && next !== "" && (next === many || next === one || next === guard)) {
      text += next;
      at += 1;
    } else if (sign === many) {
      flush();
      const before = parts.at(-1);
      if (before === undefined || "text" in before || before.any !== "text") parts.push({ any: "text" });
    } else if (sign === one) {
      flush();
      parts.push({ any: "character" });
    } else text += sign;
  }
  flush();
  return parts;
}

import type { TestValue, TextSpan } from "../../detections/condition.js";

/** An expression of a query language, as parsers of EQL, ES|QL and SPL leave it. */
export type Expression =
  | { readonly kind: "value"; readonly value: TestValue; readonly span: TextSpan }
  | { readonly kind: "name"; readonly name: string; readonly span: TextSpan }
  /** `name` is in lower case. */
  | {
      readonly kind: "call";
      readonly name: string;
      readonly parameters: readonly Expression[];
      readonly span: TextSpan;
    }
  | { readonly kind: "and" | "or"; readonly parts: readonly Expression[]; readonly span: TextSpan }
  | { readonly kind: "not"; readonly part: Expression; readonly span: TextSpan }
  /** `operator` as the language writes it, in lower case; with several operands one of them is enough. */
  | {
      readonly kind: "compare";
      readonly operator: string;
      readonly left: Expression;
      readonly right: readonly Expression[];
      readonly span: TextSpan;
    }
  | {
      readonly kind: "arithmetic";
      readonly operator: string;
      readonly left: Expression;
      readonly right: Expression;
      readonly span: TextSpan;
    }
  /** The field is there. */
  | { readonly kind: "exists"; readonly of: Expression; readonly span: TextSpan }
  /** What no parser follows, with the reason. */
  | { readonly kind: "unread"; readonly why: string; readonly span: TextSpan };

/** The expression laid flat with others of its kind. */
export function joined(kind: "and" | "or", parts: readonly Expression[], span: TextSpan): Expression {
  const flat = parts.flatMap((part) => (part.kind === kind ? part.parts : [part]));
  const [only] = flat;
  return flat.length === 1 && only !== undefined ? only : { kind, parts: flat, span };
}

/** The names of fields in an expression, in the order of the text. */
export function namesIn(expression: Expression): string[] {
  switch (expression.kind) {
    case "name":
      return [expression.name];
    case "call":
      return expression.parameters.flatMap(namesIn);
    case "and":
    case "or":
      return expression.parts.flatMap(namesIn);
    case "not":
      return namesIn(expression.part);
    case "exists":
      return namesIn(expression.of);
    case "compare":
      return [expression.left, ...expression.right].flatMap(namesIn);
    case "arithmetic":
      return [expression.left, expression.right].flatMap(namesIn);
    default:
      return [];
  }
}

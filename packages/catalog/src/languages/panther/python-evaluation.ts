import type { SyntaxNode } from "@lezer/common";
import type { Condition, TestValue } from "../../detections/condition.js";
import { type PythonFile, spanOf, textOf } from "./python-tree.js";
import type { PythonValue } from "./python-value.js";

/** What is known while expressions are followed. */
export interface Evaluation {
  readonly file: PythonFile;
  readonly scope: ReadonlyMap<string, PythonValue>;
  /** The constants of the file, which is all that its functions see beside their parameters. */
  readonly globals: ReadonlyMap<string, PythonValue>;
  readonly functions: ReadonlyMap<string, SyntaxNode>;
  /** How many branches deep. */
  readonly depth: number;
  /** How many calls deep. */
  readonly calls: number;
  /** Steps that may still be taken. */
  readonly budget: { left: number };
  /** The result of a function's body. */
  readonly call: (cx: Evaluation, body: SyntaxNode) => Condition;
}

/** A value that is not followed. */
export function unknown({ file }: Evaluation, node: SyntaxNode, why: string): PythonValue {
  return { kind: "unknown", text: textOf(file, node), why, span: spanOf(node) };
}

/** The constants of a list; undefined where one of them is none. */
export function constantsOf(value: PythonValue): readonly TestValue[] | undefined {
  if (value.kind === "constant") return [value.value];
  if (value.kind !== "list") return undefined;
  const items = value.items.flatMap((item) => (item.kind === "constant" ? [item.value] : []));
  return items.length === value.items.length ? items : undefined;
}

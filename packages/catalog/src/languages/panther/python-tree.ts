import type { SyntaxNode, Tree } from "@lezer/common";
import { parser } from "@lezer/python";
import type { TextSpan } from "../../detections/condition.js";

/** The text of a Python file, and its tree. */
export interface PythonFile {
  readonly text: string;
  readonly root: SyntaxNode;
}

/** Parses a file; gives the first place that is not Python, where there is one. */
export function parsePython(text: string): PythonFile | { readonly error: TextSpan; readonly why: string } {
  if (text.length > longestFile) {
    return { error: { start: 0, end: 0 }, why: `the file is longer than ${longestFile} characters` };
  }
  const tree = parser.parse(text);
  const error = firstError(tree);
  if (error !== undefined) return { error, why: "the text is not Python here" };
  if (depthOf(tree) > deepest)
    return { error: { start: 0, end: 0 }, why: `the code nests deeper than ${deepest} levels` };
  return { text, root: tree.topNode };
}

const longestFile = 500_000;
const deepest = 200;

function firstError(tree: Tree): TextSpan | undefined {
  let found: TextSpan | undefined;
  tree.iterate({
    enter: ({ type, from, to }) => {
      if (type.isError && found === undefined) found = { start: from, end: to };
      return found === undefined;
    },
  });
  return found;
}

function depthOf(tree: Tree): number {
  let [depth, most] = [0, 0];
  tree.iterate({
    enter: () => {
      depth += 1;
      most = Math.max(most, depth);
    },
    leave: () => {
      depth -= 1;
    },
  });
  return most;
}

/** The children of a node, words such as `if` and brackets among them, comments left out. */
export function childrenOf(node: SyntaxNode): SyntaxNode[] {
  const children: SyntaxNode[] = [];
  for (let child = node.firstChild; child !== null; child = child.nextSibling) {
    if (child.name !== "Comment") children.push(child);
  }
  return children;
}

/** The children that mean something of their own: no brackets and commas. */
export function partsOf(node: SyntaxNode): SyntaxNode[] {
  return childrenOf(node).filter(({ name }) => !/^[()[\]{},:]$/.test(name));
}

export function textOf({ text }: PythonFile, node: SyntaxNode): string {
  return text.slice(node.from, node.to);
}

export function spanOf(node: SyntaxNode): TextSpan {
  return { start: node.from, end: node.to };
}

/** The functions of a file by name; of two with the same name the last counts. */
export function functionsOf(file: PythonFile): ReadonlyMap<string, SyntaxNode> {
  const found = new Map<string, SyntaxNode>();
  for (const node of childrenOf(file.root)) {
    const name = node.name === "FunctionDefinition" ? node.getChild("VariableName") : null;
    if (name !== null) found.set(textOf(file, name), node);
  }
  return found;
}

/** The statements of a function or branch. */
export function statementsOf(body: SyntaxNode): SyntaxNode[] {
  return childrenOf(body).filter(({ name }) => name !== ":");
}

/** The names of a function's parameters; undefined where it has others than plain ones. */
export function parametersOf(file: PythonFile, definition: SyntaxNode): readonly string[] | undefined {
  const list = definition.getChild("ParamList");
  const parts = list === null ? [] : partsOf(list);
  return parts.every(({ name }) => name === "VariableName") ? parts.map((part) => textOf(file, part)) : undefined;
}

/** A string of Python without its quotes; undefined for a format string and for bytes. */
export function stringOf(written: string): string | undefined {
  const match = /^([a-zA-Z]*)("""|'''|"|')([\s\S]*)\2$/.exec(written);
  const [, prefix = "", , body] = match ?? [];
  if (body === undefined || /[fb]/i.test(prefix)) return undefined;
  if (/r/i.test(prefix)) return body;
  return body.replace(/\\(?:x[\da-fA-F]{2}|u[\da-fA-F]{4}|\r?\n|[\s\S])/g, (sequence) => {
    const sign = sequence.charAt(1);
    if ((sign === "x" || sign === "u") && sequence.length > 2)
      return String.fromCharCode(Number.parseInt(sequence.slice(2), 16));
    if (sign === "\n" || sign === "\r") return "";
    const known: Readonly<Record<string, string>> = { n: "\n", t: "\t", r: "\r", "\\": "\\", "'": "'", '"': '"' };
    return known[sign] ?? sequence;
  });
}

import { isScalar, type Scalar } from "yaml";
import { type Field, fieldProblem, type NodeReading, textOf } from "./fields.js";
import type { Problem } from "./problem.js";
import { cutShort, placeInFile, type QueryOrigin, type RuleQuery } from "./rule-query.js";

/** A rule's query, and why it cannot run. */
export interface ReadQuery {
  readonly query: RuleQuery;
  readonly obstacle?: Problem;
}

/** Reads the query under a key; `whole` is where a message points when there is none. */
export function readQuery(
  reading: NodeReading,
  field: Field | undefined,
  whole: Field,
  identity: { readonly rule?: string },
): ReadQuery {
  const written = field === undefined ? "" : (textOf(reading, field) ?? "");
  if (field === undefined || !isScalar(field.node) || written.trim() === "") {
    const message = field === undefined ? "the rule has no `query`" : "`query` is empty";
    const obstacle = fieldProblem(reading, field ?? whole, {
      code: "missing-key",
      severity: "error",
      message,
      ...identity,
    });
    const query: RuleQuery = {
      text: "",
      file: reading.file,
      key: "query",
      origin: { kind: "start", ...reading.place(whole.offset) },
    };
    return { query, obstacle };
  }
  const query = queryUnder(reading, field, identity);
  checkSize(reading, field, query.text);
  const obstacle = checkEnd(reading, query, identity);
  return { query, ...(obstacle === undefined ? {} : { obstacle }) };
}

/** The text under a key, and where it stands; a folded block is read by its lines. */
export function queryUnder(reading: NodeReading, field: Field, identity: { readonly rule?: string } = {}): RuleQuery {
  const { node, key, path } = field;
  const scalar = isScalar(node) ? node : undefined;
  const folded = scalar?.type === "BLOCK_FOLDED" ? scalar : undefined;
  if (folded !== undefined) {
    const message = `\`${key}: >\` joins its lines, so that a \`//\` comment hides all that follows; read as \`${key}: |\``;
    fieldProblem(reading, field, { code: "folded-query", severity: "warning", message, ...identity });
  }
  const text = folded === undefined ? (textOf(reading, field) ?? "") : blockLines(reading, folded).lines.join("\n");
  const origin: QueryOrigin =
    scalar === undefined ? { kind: "start", ...reading.place(field.offset) } : originOf(reading, scalar);
  return { text, file: reading.file, key: path, origin };
}

/** Reports a query that ends in the middle. */
export function checkEnd(
  reading: Pick<NodeReading, "problems" | "file">,
  query: RuleQuery,
  identity: { readonly rule?: string },
): Problem | undefined {
  const cut = cutShort(query.text);
  if (cut === undefined) return undefined;
  const problem: Problem = {
    code: "query-cut-short",
    severity: "error",
    message: `the query is cut short: ${cut.reason}`,
    file: reading.file,
    ...placeInFile(query, cut.place),
    key: query.key,
    ...identity,
  };
  reading.problems.push(problem);
  return problem;
}

function checkSize(reading: NodeReading, field: Field, text: string): void {
  if (text.length <= 10_000) return;
  const message = `Microsoft Sentinel takes queries of at most 10000 characters; this one has ${text.length}`;
  fieldProblem(reading, field, { code: "limit", severity: "warning", message });
}

function originOf(reading: NodeReading, scalar: Scalar): QueryOrigin {
  const [start, end] = scalar.range ?? [0, 0];
  const place = reading.place(start);
  const oneLine = !reading.text.slice(start, end).includes("\n");
  switch (scalar.type) {
    case "BLOCK_LITERAL":
    case "BLOCK_FOLDED": {
      const { offset, indent, lines } = blockLines(reading, scalar);
      const blank = Math.max(
        0,
        lines.findIndex((line) => line.trim() !== ""),
      );
      const firstText = nthLine(reading.text, offset, blank) + indent;
      const first = reading.place(firstText);
      return { kind: "lines", line: first.line - blank, indent: first.column - 1 };
    }
    case "PLAIN":
      return oneLine ? { kind: "lines", line: place.line, indent: place.column - 1 } : { kind: "start", ...place };
    case "QUOTE_SINGLE":
      return oneLine ? { kind: "lines", line: place.line, indent: place.column } : { kind: "start", ...place };
    case "QUOTE_DOUBLE":
      return oneLine
        ? { kind: "escaped", ...place, source: reading.text.slice(start, end) }
        : { kind: "start", ...place };
    default:
      return { kind: "start", ...place };
  }
}

/** The offset at which the nth line after another begins. */
function nthLine(text: string, offset: number, lines: number): number {
  for (let line = 0; line < lines; line += 1) offset = text.indexOf("\n", offset) + 1;
  return offset;
}

/** The lines of a block scalar as written, without their common indent, and the offset of the first. */
function blockLines(reading: NodeReading, scalar: Scalar): { lines: string[]; offset: number; indent: number } {
  const [start, end] = scalar.range ?? [0, 0];
  const newline = reading.text.indexOf("\n", start);
  const offset = newline < 0 || newline >= end ? end : newline + 1;
  const lines = reading.text.slice(offset, end).replace(/\n$/, "").split("\n");
  const indents = lines.filter((line) => line.trim() !== "").map((line) => line.length - line.trimStart().length);
  const indent = Math.min(...indents, Number.MAX_SAFE_INTEGER);
  const declared = /^[|>][-+]?([1-9])/.exec(reading.text.slice(start, start + 3))?.[1];
  const common =
    declared === undefined ? indent : Math.min(indent, parentIndent(reading.text, start) + Number(declared));
  return { lines: lines.map((line) => line.slice(common)), offset, indent: common };
}

/** The indent of the line on which a block's header stands. */
function parentIndent(text: string, offset: number): number {
  const line = text.slice(text.lastIndexOf("\n", offset - 1) + 1, offset);
  return line.length - line.trimStart().length;
}

import { isInternal } from "../plan/internal.js";
import type { Plan } from "../plan/plan.js";
import { columnsOf } from "../plan/plan.js";
import { kqlTypeNamed } from "../schema/types.js";
import type { Source } from "../source/source.js";
import type { BoundQuery } from "../syntax/bind.js";
import type { SyntaxNode } from "../syntax/node.js";
import { blockingAmong, isReadable } from "./blocking.js";
import { args } from "./calls.js";
import { absent, type Binding, type Context, type Gathered, nothing, report, type Scope } from "./context.js";
import { once, reportBrokenCalls } from "./functions.js";
import { needsGraph } from "./graph/lower-graph.js";
import { withoutNamings } from "./graph/namings.js";
import { anotherQueryAt, habitAt } from "./habits.js";
import { bindStatements } from "./let.js";
import { constantOf } from "./literals.js";
import { suggestion } from "./nearest.js";
import { lowerScalar } from "./scalar.js";
import { binOptions, requestWith, takenRecords } from "./set-options.js";
import { lowerTable } from "./table.js";

/** The same compilation with what `set` says; what is gathered stays in one place. */
function withOptions(bound: BoundQuery, gathered: Gathered): Gathered {
  return {
    ...gathered,
    request: requestWith(bound, gathered),
    binAuto: binOptions(bound, gathered),
    get visual() {
      return gathered.visual;
    },
    set visual(visual) {
      gathered.visual = visual;
    },
    get counter() {
      return gathered.counter;
    },
    set counter(count) {
      gathered.counter = count;
    },
  };
}

/** Turns a bound query into a plan; undefined, with diagnostics, where its text makes no sense. */
export function lowerQuery(source: Source, bound: BoundQuery, gathered: Gathered): Plan | undefined {
  const read = readStatements(source, bound, gathered);
  return read && withoutInternal(upTo(read.most, lowerTable(read.result, read.cx)));
}

/** The statements of a query whose text makes sense. */
export interface ReadStatements {
  readonly result: SyntaxNode;
  /** Where the result is lowered. */
  readonly cx: Context;
  /** Where a statement is lowered: the names of those before it are in sight. */
  readonly before: (statement: SyntaxNode) => Context;
  /** The most rows that the result may have, where the query says so. */
  readonly most: bigint | undefined;
}

/** Reads the statements before the result; undefined, with diagnostics, where the text makes no sense. */
export function readStatements(source: Source, bound: BoundQuery, gathered: Gathered): ReadStatements | undefined {
  const root: Context = {
    scope: { names: new Map() },
    gathered: bound.unbound ? gathered : withOptions(bound, gathered),
  };
  const blocking = blockingAmong(bound.diagnostics, source.text);
  if (blocking.length > 0) for (const statement of bound.statements) reportBrokenCalls(statement, root);
  if (blocking.length > 0 && isReadable(blocking)) reportUnknownTables(source, bound, root);
  for (const { code, message, span } of blocking) {
    const hint = anotherQueryAt(source.text, span) ?? (misread.has(code) ? habitAt(source.text, span) : undefined);
    report(root, { source, span }, code, message, hint === undefined ? {} : { hint });
  }
  if (bound.unbound && blocking.length === 0) reportUnbound(source, bound, root);
  if (blocking.length > 0 || bound.unbound) return undefined;
  const parameters = bound.statements.filter(({ kind }) => kind === "QueryParametersStatement");
  const scope: Scope = { names: new Map(parameters.flatMap((statement) => queryParameters(statement, root))) };
  for (const statement of bound.statements) checkStatement(statement, root);
  checkNames(source, bound, root);
  const cx = bindStatements(bound.statements, { ...root, scope });
  const statements = bound.statements.filter(({ kind }) => kind === "ExpressionStatement");
  const results = withoutNamings(statements, cx);
  const result = results?.at(-1)?.child("Expression");
  if (results === undefined) return undefined;
  if (results.length > 1) {
    const second = results[1]?.child("Expression");
    report(
      root,
      second?.location ?? { source, span: { start: 0, end: 1 } },
      "unsupported-option",
      "this is a second result, and a query gives one",
      {
        construct: "several results",
        hint: "run each as a query of its own, or join them with `union`",
      },
    );
    return undefined;
  }
  if (result === undefined) {
    report(
      root,
      { source, span: { start: 0, end: Math.max(1, source.text.length) } },
      "syntax-error",
      "the query has no result",
      {
        hint: "after the `let` statements comes the name of a table or another query",
      },
    );
    return undefined;
  }
  if (result.columns === undefined && result.type !== "error" && result.type !== "unknown") {
    report(root, result.location, "syntax-error", "a query gives a table; `print` shows a single value");
    return undefined;
  }
  const before = (statement: SyntaxNode) =>
    bindStatements(bound.statements.slice(0, bound.statements.indexOf(statement)), { ...root, scope });
  return { result, cx, before, most: takenRecords(bound, root) };
}

/** Names the tables that do not exist before what follows from that: values without a type that fit nowhere. */
function reportUnknownTables(source: Source, bound: BoundQuery, cx: Context): void {
  const { schema } = cx.gathered.request;
  const named = new Set([...source.text.matchAll(/\bas\s+(?:hint\.\w+\s*=\s*\w+\s+)*(\w+)/g)].map(([, name]) => name));
  for (const { code, span } of bound.diagnostics) {
    const name = source.text.slice(span.start, span.end);
    if (code !== "KS204" || named.has(name)) continue;
    const hint = suggestion(name, [...schema.tableNames, ...(schema.functionNames ?? [])]);
    report(cx, { source, span }, "unknown-table", `there is no table or function \`${name}\``, {
      name,
      ...(hint === undefined ? {} : { hint }),
    });
  }
}

/** What the binder says of a text that is not KQL; its other messages are about KQL, and say what is wrong. */
const misread: ReadonlySet<string> = new Set([
  "KS002",
  "KS005",
  "KS006",
  "KS106",
  "KS107",
  "KS117",
  "KS141",
  "KS144",
  "KS174",
  "KS176",
  "KS183",
  "KS191",
  "KS198",
  "KS236",
]);

/** Says what it is that the binder failed on: it fails where a pattern has no graph before it. */
function reportUnbound(source: Source, bound: BoundQuery, cx: Context): void {
  const kinds = ["GraphMatchOperator", "GraphShortestPathsOperator"];
  const naming = bound.statements.flatMap((statement) => statement.descendants("PipeExpression")).find(namesGraph);
  if (naming !== undefined) {
    report(cx, (naming.child("Operator") ?? naming).location, "type-mismatch", "`as` names rows, and a graph is none", {
      hint: "name the graph with `let`",
    });
    return;
  }
  const [operator] = bound.statements.flatMap((statement) => kinds.flatMap((kind) => statement.descendants(kind)));
  if (operator !== undefined) {
    needsGraph(operator, nothing(), cx);
    return;
  }
  const location = { source, span: { start: 0, end: Math.max(1, source.text.length) } };
  report(cx, location, "unsupported-operator", "this query cannot be translated to ClickHouse yet");
}

/** Whether `as` stands after an operator that gives a graph. */
function namesGraph(pipe: SyntaxNode): boolean {
  const before = pipe.child("Expression")?.child("Operator")?.kind ?? "";
  return pipe.child("Operator")?.kind === "AsOperator" && /^(MakeGraph|GraphMarkComponents|GraphWhere)/.test(before);
}

/** Refuses names that columns between operators have. */
function checkNames(source: Source, bound: BoundQuery, cx: Context): void {
  if (!/\[\s*["']#/.test(source.text)) return;
  const names = bound.statements.flatMap((statement) =>
    ["NameDeclaration", "NameReference"].flatMap((kind) => statement.descendants(kind)),
  );
  for (const { name, location } of names.filter((node) => isInternal(node.name))) {
    report(cx, location, "unsupported-option", `the name \`${name}\` begins with an invisible character`, {
      construct: "names with an invisible character",
      hint: "give it another name",
    });
  }
}

function checkStatement(statement: SyntaxNode, cx: Context): void {
  const known = /^(Let|Expression|SetOption|QueryParameters|Pattern)Statement$/;
  if (known.test(statement.kind)) return;
  if (statement.kind === "AliasStatement" && isAliased(statement, cx)) return;
  const name = statement.text.split(/\s+/).slice(0, 2).join(" ");
  const hint = hints[statement.kind];
  report(cx, statement.location, "unsupported-operator", `\`${name}\` cannot be translated to ClickHouse yet`, {
    construct: name,
    ...(hint === undefined ? {} : { hint }),
  });
}

const hints: Readonly<Record<string, string>> = {
  AliasStatement: "a workspace reads its own tables; give the alias to `database()`",
  RestrictStatement: "leave it out: a workspace has one user, who may read all of it",
};

/** Whether `alias database` gives another name to this workspace, which is then known. */
function isAliased(statement: SyntaxNode, { gathered }: Context): boolean {
  const target = statement.child("Expression");
  const [written] = target === undefined ? [] : args(target);
  const callee = target?.child("Name")?.name ?? "";
  const name = written?.constantString ?? "";
  if (!/^(database|workspace)$/.test(callee) || (name !== "" && name !== gathered.request.schema.name)) return false;
  gathered.aliases.add(statement.child("Name")?.name ?? "");
  return true;
}

/** The values of `declare query_parameters`: those of the request, or their defaults. */
function queryParameters(statement: SyntaxNode, cx: Context): readonly (readonly [string, Binding])[] {
  return statement.list("Parameters").map((parameter) => {
    const declared = parameter.child("NameAndType");
    const name = declared?.child("Name")?.name ?? "";
    const type = kqlTypeNamed(declared?.child("Type")?.text ?? "") ?? "string";
    const given = cx.gathered.request.parameters?.[name];
    const fallback = parameter.child("DefaultValue")?.child("Value");
    const expression = once(() => {
      if (given !== undefined) {
        const value = constantOf(given, type);
        if (value !== undefined) return { kind: "literal" as const, type, value };
        report(cx, parameter.location, "bad-argument", `the value given for \`${name}\` is not a ${type}`);
      } else if (fallback !== undefined) {
        return lowerScalar(fallback, cx);
      } else {
        report(cx, parameter.location, "bad-argument", `the query parameter \`${name}\` has no value`);
      }
      return absent(type);
    });
    return [name, { kind: "scalar", expression }] as const;
  });
}

/** The first rows of a result, where there is a number of them. */
export function upTo(count: bigint | undefined, input: Plan): Plan {
  return count === undefined ? input : { kind: "limit", input, count: { kind: "literal", type: "long", value: count } };
}

export function withoutInternal(plan: Plan): Plan {
  const columns = columnsOf(plan);
  const visible = columns.filter(({ name }) => !isInternal(name));
  if (visible.length === columns.length) return plan;
  return {
    kind: "project",
    input: plan,
    columns: visible.map(({ name, type }) => ({ name, expression: { kind: "column", name, type } })),
  };
}

import type { BoundColumn, SyntaxNode } from "../syntax/node.js";
import type { Dissection, LetBinding, Predicate } from "./dissection.js";
import { outputsOf } from "./outputs.js";
import { predicatesIn, type Variables } from "./predicates.js";
import { type BoundStage, sourceText, stagesOf } from "./stages.js";

/** Takes a query apart by its bound statements; `columns` are those of its result, where they are known better than here. */
export function dissect(statements: readonly SyntaxNode[], columns: readonly BoundColumn[] = []): Dissection {
  const variables = variablesOf(statements, new Map());
  const { lets, predicates } = bindingsOf(statements, variables, "");
  const result = statements.findLast(({ kind }) => kind === "ExpressionStatement")?.child("Expression");
  const stages = stagesOf(result);
  return {
    lets,
    stages: stages.map(plain),
    predicates: [...predicates, ...stages.flatMap((stage) => predicatesIn(stage, variables))],
    outputs: outputsOf(stages, columns),
  };
}

function variablesOf(statements: readonly SyntaxNode[], outer: Variables): Variables {
  const bound = statements.filter(({ kind }) => kind === "LetStatement");
  return new Map([
    ...outer,
    ...bound.flatMap((statement) => {
      const value = statement.child("Expression");
      return value === undefined ? [] : [[nameOf(statement), value] as const];
    }),
  ]);
}

/** The bindings of a query or of a function's body, those inside of which are named after it (`outer.inner`). */
function bindingsOf(
  statements: readonly SyntaxNode[],
  variables: Variables,
  prefix: string,
): Pick<Dissection, "lets" | "predicates"> {
  const lets: LetBinding[] = [];
  const predicates: Predicate[] = [];
  for (const statement of statements.filter(({ kind }) => kind === "LetStatement")) {
    const name = `${prefix}${nameOf(statement)}`;
    const value = statement.child("Expression");
    const body = value?.kind === "FunctionDeclaration" ? value.child("Body") : undefined;
    const inner = body?.list("Statements") ?? [];
    const inside = variablesOf(inner, variables);
    const result = body === undefined ? value : body.child("Expression");
    const stages = stagesOf(result);
    lets.push({ name, text: sourceText(statement), stages: stages.map(plain) });
    const read = stages.length === 0 ? wholeStage(result) : stages;
    predicates.push(...read.flatMap((stage) => predicatesIn(stage, inside).map((found) => ({ ...found, let: name }))));
    const nested = bindingsOf(inner, inside, `${name}.`);
    lets.push(...nested.lets);
    predicates.push(...nested.predicates);
  }
  return { lets, predicates };
}

function nameOf(statement: SyntaxNode): string {
  return statement.child("Name")?.name ?? "";
}

/** A scalar binding has conditions too, and no pipeline. */
function wholeStage(value: SyntaxNode | undefined): readonly BoundStage[] {
  return value === undefined ? [] : [{ node: value, index: 1, operator: "source", columns: [], before: [] }];
}

function plain({ node, index, operator, columns, before }: BoundStage) {
  const names = (list: BoundStage["columns"]) => list.map(({ name }) => name);
  return { index, operator, text: sourceText(node), in: names(before), out: names(columns), location: node.location };
}

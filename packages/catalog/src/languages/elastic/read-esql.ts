import type { Expression } from "../expressions/expression.js";
import { type Made, Pipeline, type ReadPipeline } from "../expressions/pipeline.js";
import type { Aggregate } from "../expressions/scope.js";
import { esqlDialect } from "./dialects.js";
import type { EsqlCommand, Named } from "./esql.js";

/** What a query of ES|QL reads, asks for and gives. */
export interface ReadEsql extends ReadPipeline {
  readonly sources: readonly string[];
}

/** Follows the commands of a query. */
export function readEsql(text: string, commands: readonly EsqlCommand[]): ReadEsql {
  const pipeline = new Pipeline(text, esqlDialect);
  const sources: string[] = [];
  for (const command of commands) {
    pipeline.begin(operatorOf(command), command.span);
    if (command.kind === "from") sources.push(...command.sources);
    follow(pipeline, text, command);
  }
  return { ...pipeline.done(), sources };
}

function operatorOf(command: EsqlCommand): string {
  if ("operator" in command) return command.operator;
  return command.kind === "stats" && command.isInline ? "inlinestats" : command.kind;
}

function follow(pipeline: Pipeline, text: string, command: EsqlCommand): void {
  switch (command.kind) {
    case "from":
      pipeline.add(command.metadata.map((name) => ({ name, meaning: { kind: "field", name, through: [] } })));
      return;
    case "where":
      pipeline.filter(command.condition);
      return;
    case "eval":
      for (const { name, expression } of command.names) {
        pipeline.add([{ name, meaning: { kind: "expression", expression, scope: pipeline.scope } }]);
      }
      return;
    case "stats":
      aggregate(pipeline, text, command);
      return;
    case "keep":
      pipeline.keep(command.patterns);
      return;
    case "drop":
      pipeline.drop(command.patterns);
      return;
    case "rename":
      for (const [from, to] of command.pairs) pipeline.rename(from, to);
      return;
    case "cut":
      pipeline.add(command.names.map((name) => cutOut(pipeline, command.of, name)));
      return;
    case "joined":
      pipeline.add(command.names.map((name) => ({ name, meaning: { kind: "made" } })));
      return;
    default:
      if (!withoutEffect.has(command.operator)) {
        pipeline.leave(command.span, `the command \`${command.operator}\` is not followed`);
      }
  }
}

/** Commands that neither keep rows out by a condition nor change what names stand for. */
const withoutEffect = new Set(["sort", "limit", "mv_expand", "row", "show", "sample"]);

function cutOut(pipeline: Pipeline, of: string, name: string): Made {
  const meaning = pipeline.scope.meaning(of);
  if (meaning.kind !== "field") return { name, meaning: { kind: "made" } };
  return { name, meaning: { ...meaning, through: [...meaning.through, `extract(${JSON.stringify(name)})`] } };
}

function aggregate(pipeline: Pipeline, text: string, command: EsqlCommand & { kind: "stats" }): void {
  const keys = pipeline.groupKeys(
    command.by.map(({ expression }) => expression),
    (key) => slotOf(pipeline, key),
  );
  const { scope } = pipeline;
  const groups = command.by.map(
    ({ name, expression }): Made => ({ name, meaning: { kind: "expression", expression, scope } }),
  );
  const made = command.names.map((named) => aggregated(pipeline, text, named, keys));
  if (command.isInline) pipeline.add(made);
  else pipeline.aggregate([...made, ...groups]);
}

/** Milliseconds of the time slot that a key is, also through a name. */
function slotOf(pipeline: Pipeline, key: Expression): number | undefined {
  if (key.kind === "name") {
    const meaning = pipeline.scope.meaning(key.name);
    return meaning.kind === "expression" ? slotOf(pipeline, meaning.expression) : undefined;
  }
  if (key.kind !== "call" || !/^(?:date_trunc|bucket|tbucket)$/.test(key.name)) return undefined;
  const length = key.parameters.find((part) => part.kind === "call" && part.name === "duration");
  const [value] = length?.kind === "call" ? length.parameters : [];
  return value?.kind === "value" && typeof value.value === "number" ? value.value : undefined;
}

const functions: Readonly<
  Record<string, { readonly name: string; readonly isNumber: boolean; readonly type?: string }>
> = {
  count: { name: "count", isNumber: true, type: "long" },
  count_distinct: { name: "dcount", isNumber: true, type: "long" },
  sum: { name: "sum", isNumber: true },
  avg: { name: "avg", isNumber: true, type: "double" },
  max: { name: "max", isNumber: true },
  min: { name: "min", isNumber: true },
  median: { name: "percentile", isNumber: true, type: "double" },
  percentile: { name: "percentile", isNumber: true },
  std_dev: { name: "stdev", isNumber: true, type: "double" },
  variance: { name: "variance", isNumber: true, type: "double" },
  values: { name: "make_set", isNumber: false },
  first: { name: "arg_min", isNumber: false },
  last: { name: "arg_max", isNumber: false },
  top: { name: "top", isNumber: false },
};

function aggregated(
  pipeline: Pipeline,
  text: string,
  { name, expression, where }: Named,
  keys: Pick<Aggregate, "by" | "within">,
): Made {
  const known =
    expression.kind === "call" && Object.hasOwn(functions, expression.name) ? functions[expression.name] : undefined;
  const textOfPart = ({ span }: Expression) => text.slice(span.start, span.end);
  if (expression.kind !== "call" || known === undefined) {
    const of = textOfPart(expression);
    return { name, meaning: { kind: "aggregate", aggregate: { function: "computed", of, ...keys, isNumber: true } } };
  }
  const [of] = expression.parameters;
  const isAll = of === undefined || (of.kind === "name" && of.name === "*") || of.kind === "value";
  const field = isAll ? undefined : pipeline.reader.nameOf(of, pipeline.scope);
  const condition = where === undefined ? "" : `where ${textOfPart(where)}`;
  const described = [field, condition].filter((part) => part !== undefined && part !== "").join(" ");
  const aggregate: Aggregate = {
    function: known.name,
    ...(described === "" ? {} : { of: described }),
    ...keys,
    isNumber: known.isNumber,
  };
  return { name, meaning: { kind: "aggregate", aggregate }, ...(known.type === undefined ? {} : { type: known.type }) };
}

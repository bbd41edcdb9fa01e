import type { BoundColumn, SyntaxNode } from "../syntax/node.js";
import type { Output } from "./dissection.js";
import type { BoundStage } from "./stages.js";

/** The columns of the result, or of the last stage where it is not known, each with the stage that made it. */
export function outputsOf(stages: readonly BoundStage[], columns: readonly BoundColumn[]): readonly Output[] {
  let makers = new Map<string, BoundStage>();
  for (const stage of stages) {
    const made = madeBy(stage);
    makers = new Map(
      stage.columns.map(({ name }) => {
        const earlier = made === "all" || made.has(name) ? undefined : makers.get(name);
        return [name, earlier ?? stage] as const;
      }),
    );
  }
  const last = stages.at(-1);
  return (columns.length > 0 ? columns : (last?.columns ?? [])).map(({ name, type }) => {
    const maker = makers.get(name) ?? last;
    return { name, type, source: maker?.operator ?? "source", stage: maker?.index ?? 1 };
  });
}

/** Operators all of whose columns are their own: groups, and rows of another kind. */
const makesAll =
  /^(?:summarize|count|distinct|make-series|top-nested|top-hitters|getschema|reduce|sample-distinct|evaluate|graph-match)$/;

/** The names that a stage gives values of its own; others that it lets through are those of before. */
function madeBy({ node, operator }: BoundStage): "all" | ReadonlySet<string> {
  if (makesAll.test(operator)) return "all";
  const named = node.list("Expressions").flatMap((item) => assigned(item));
  return new Set(named);
}

/** The name of `Name = expression`, where that is more than the column itself. */
function assigned(item: SyntaxNode): readonly string[] {
  if (item.kind === "CompoundNamedExpression")
    return (
      item
        .child("Names")
        ?.list("Names")
        .map(({ name }) => name) ?? []
    );
  return item.kind === "SimpleNamedExpression" ? [item.child("Name")?.name ?? ""] : [];
}

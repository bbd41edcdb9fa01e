import { separator } from "../functions/known-properties.js";
import type { Expression } from "../plan/expression.js";
import { internalName, isInternal } from "../plan/internal.js";
import { columnsOf, type Plan } from "../plan/plan.js";
import { type Column, type KqlType, kqlTypeNamed } from "../schema/types.js";
import type { Discovered } from "../syntax/discovered.js";
import type { SyntaxNode } from "../syntax/node.js";
import { type Context, report } from "./context.js";
import { partsAt } from "./plugins/parts.js";

/** Columns of a plan that asks for columns: the name of each, and a type that it was found to have. */
export const nameAndType: readonly Column[] = [
  { name: "name", type: "string" },
  { name: "type", type: "string" },
];

/** More columns than this are a mistake, and a burden on whoever reads them. */
const mostColumns = 2000;

/**
 * The columns that the rows of `asked`, in their order, say a plugin gives. Undefined where nobody has looked yet: the
 * question is noted, and the query will be compiled again with its answer.
 */
export function discover(call: SyntaxNode, asked: Plan, cx: Context): readonly Column[] | undefined {
  const { gathered } = cx;
  const construct = `evaluate ${call.child("Name")?.name ?? ""}`;
  const place = call.child("Name")?.discovery ?? `at ${call.location.span.start}`;
  const turn = gathered.turns.get(place) ?? 0;
  gathered.turns.set(place, turn + 1);
  const key = `${turn} ${place}`;
  const answer = gathered.request.answers?.get(key);
  if (answer === undefined) {
    // One at a time: what comes after an open question may be about columns that are not known yet.
    const isReady =
      gathered.questions.length === 0 && !gathered.diagnostics.some(({ severity }) => severity === "error");
    if (isReady) gathered.questions.push({ key, asked });
    return undefined;
  }
  const columns = columnsIn(answer);
  const first = columnsIn(gathered.request.answers?.get(`0 ${place}`) ?? []);
  const wrong = obstacle(columns, first);
  if (wrong === undefined) return columns;
  report(cx, call.location, "unsupported-option", `\`${construct}\` ${wrong}`, {
    construct,
    hint: `say which columns it gives: \`${construct}(…) : (Name: string, Age: long)\``,
  });
  return [];
}

/** Ends the query where a condition shows that the rows are others than those that were asked for columns. */
export function asAsked(input: Plan, call: SyntaxNode, holds: Expression): Plan {
  const construct = `evaluate ${call.child("Name")?.name ?? ""}`;
  const message = "the rows are others than a moment ago, when their columns were looked up";
  return { kind: "filter", input, condition: partsAt(call.location).settled(construct, holds, message) };
}

function obstacle(columns: readonly Column[], first: readonly Column[]): string | undefined {
  if (columns.length > mostColumns) return `gives more than ${mostColumns} columns`;
  if (columns.some(({ name }) => name === "")) return "finds an empty name for a column in the data";
  if (columns.some(({ name }) => isInternal(name) || name.includes(separator)))
    return "finds a column in the data whose name cannot be used";
  const same = JSON.stringify(columns) === JSON.stringify(first);
  return same ? undefined : "stands in a function that is called for several tables, whose data give different columns";
}

/** What the answers say, in the form in which the binder needs it; calls that do not agree are refused later. */
export function discoveredBy(answers: ReadonlyMap<string, readonly string[]> | undefined): Discovered {
  return new Map(
    [...(answers ?? [])].flatMap(([key, lines]) =>
      key.startsWith("0 ") ? [[key.slice(2), columnsIn(lines)] as const] : [],
    ),
  );
}

/** The columns that lines of `["name","type"]` tell of: of one type, or dynamic where a name has several. */
function columnsIn(lines: readonly string[]): readonly Column[] {
  const found = new Map<string, KqlType | undefined>();
  for (const line of lines) {
    const [name = "", written = ""]: readonly string[] = JSON.parse(line);
    const type = written === "null" ? undefined : (kqlTypeNamed(written) ?? "dynamic");
    const known = found.get(name);
    found.set(name, known === undefined || type === undefined || known === type ? (known ?? type) : "dynamic");
  }
  return [...found].map(([name, type]) => ({ name, type: type ?? "dynamic" }));
}

/** The different rows of `name` and `type`, by name, or in the order in which names come first. */
export function differentColumns(input: Plan, order: "by name" | "as they come", call: SyntaxNode): Plan {
  const { aggregate } = partsAt(call.location);
  const number = internalName("number");
  const first = internalName("first");
  const keys = columnsOf(input)
    .filter(({ name }) => nameAndType.some((column) => column.name === name))
    .map(({ name, type }) => ({ name, expression: { kind: "column" as const, name, type } }));
  const place = { kind: "column", name: number, type: "long" } as const;
  const grouped: Plan =
    order === "by name"
      ? { kind: "aggregate", input, keys, aggregates: [] }
      : {
          kind: "aggregate",
          input: { kind: "numbered", input, name: number },
          keys,
          aggregates: [aggregate(first, "min", [place])],
        };
  const by = order === "by name" ? { name: "name", type: "string" as const } : { name: first, type: "long" as const };
  const sorted: Plan = {
    kind: "sort",
    input: grouped,
    keys: [{ expression: { kind: "column", ...by }, descending: false, nullsFirst: true }],
  };
  return {
    kind: "limit",
    input: { kind: "project", input: sorted, columns: keys },
    count: { kind: "literal", type: "long", value: BigInt(mostColumns * 6) },
  };
}

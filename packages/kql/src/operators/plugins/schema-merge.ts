import type { Expression } from "../../plan/expression.js";
import type { Plan } from "../../plan/plan.js";
import { columnsOf } from "../../plan/plan.js";
import type { Column } from "../../schema/types.js";
import { freshName, nothing, report } from "../context.js";
import type { PluginEntry } from "../evaluate.js";
import { convert, lowerScalar, outside } from "../scalar.js";
import { share } from "../table.js";
import { pluginArguments } from "./arguments.js";
import { filtered, freshColumn, grouped, long, paired, partsAt, ref, same } from "./parts.js";

const plugin = "schema_merge";

/** The columns that `getschema` gives. */
const schemaColumns: readonly Column[] = [
  { name: "ColumnName", type: "string" },
  { name: "ColumnOrdinal", type: "int" },
  { name: "DataType", type: "string" },
  { name: "ColumnType", type: "string" },
];

/** What stands in place of the type of a column whose place is not the same in all schemas. */
const outOfOrder = "ERROR(columns are out of order)";

export const schemaMergePlugin: PluginEntry = {
  name: plugin,
  about: "Merges rows of `getschema` of several tables into those of one table that has all their columns.",
  limit:
    "A column of two types, and two columns at the same place, are refused when the query runs: how they are merged is not documented.",
  lower: (call, node, input, cx) => {
    const columns = columnsOf(input);
    const { placed, named } = pluginArguments(call);
    const flag = named.get("preserveorder") ?? placed[0];
    const preserves = flag === undefined ? undefined : lowerScalar(flag, outside(cx));
    const isFlag = preserves === undefined || (preserves.kind === "literal" && typeof preserves.value === "boolean");
    const isSchema = schemaColumns.every(({ name, type }) =>
      columns.some(
        (other) => other.name === name && (other.type === type || (type === "int" && other.type === "long")),
      ),
    );
    if (!isSchema || !isFlag) {
      report(
        cx,
        node.location,
        "bad-argument",
        `\`${plugin}\` takes the rows of \`getschema\`, and whether the order has to be kept`,
      );
      return nothing();
    }
    const keepsOrder = preserves?.kind !== "literal" || preserves.value === true;
    return merged(input, keepsOrder);

    function merged(rows: Plan, ordered: boolean): Plan {
      const { aggregate, and, compare, of, settled } = partsAt(node.location);
      const [name, ordinal, data, type] = schemaColumns.map(({ name: own }) => own);
      if (name === undefined || ordinal === undefined || data === undefined || type === undefined) return nothing();
      const text = (column: string): Column => ({ name: column, type: "string" });
      const place = convert(ref({ name: ordinal, type: "long" }), "long", node.location);
      const [low, high, at, many] = [
        freshColumn(cx, "low"),
        freshColumn(cx, "high"),
        freshColumn(cx, "at"),
        freshColumn(cx, "many"),
      ];
      const [other, dotnet] = [text(freshName(cx, "type")), text(freshName(cx, "data"))];
      const each = grouped(rows, same([text(name)]), [
        aggregate(low.name, "min", [place]),
        aggregate(high.name, "max", [place]),
        aggregate(type, "min", [ref(text(type))], "string"),
        aggregate(other.name, "max", [ref(text(type))], "string"),
        aggregate(dotnet.name, "max", [ref(text(data))], "string"),
      ]);
      const moves: Expression = ordered
        ? compare("!=", ref(low), ref(high))
        : { kind: "literal", type: "bool", value: false };
      const placed_: Plan = share(
        "columns",
        {
          kind: "project",
          input: each,
          columns: [
            ...same([text(name), text(type), other, dotnet, low, high]),
            { name: at.name, expression: of("iff", [moves, long(-1n), ref(high)], "long") },
          ],
        },
        cx,
      );
      const places = grouped(placed_, same([at]), [aggregate(many.name, "count")]);
      const plain = settled(
        plugin,
        and(
          compare("==", ref(text(type)), ref(other)),
          of("or", [compare("<", ref(at), long(0n)), compare("==", ref(many), long(1n))], "bool"),
        ),
        "a column has two types, or two columns are at the same place, and how they are merged is not documented",
      );
      const error = (value: string): Expression => ({ kind: "literal", type: "string", value });
      const wrong = compare("<", ref(at), long(0n));
      const result: Plan = {
        kind: "project",
        input: filtered(paired(placed_, places, [{ left: ref(at), right: ref(at) }]), plain),
        columns: [
          { name, expression: ref(text(name)) },
          { name: ordinal, expression: convert(ref(at), "int", node.location) },
          {
            name: data,
            expression: of("iff", [wrong, error(`ERROR(unknown CSL type:${outOfOrder})`), ref(dotnet)], "string"),
          },
          { name: type, expression: of("iff", [wrong, error(outOfOrder), ref(text(type))], "string") },
        ],
      };
      const ordinalColumn = ref({ name: ordinal, type: "int" });
      const last = compare("<", ordinalColumn, long(0n));
      return {
        kind: "sort",
        input: result,
        keys: [last, ordinalColumn].map((expression) => ({ expression, descending: false, nullsFirst: true })),
      };
    }
  },
};

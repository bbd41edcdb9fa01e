import type { Plan } from "../plan/plan.js";
import type { Context } from "./context.js";
import type { OperatorEntry } from "./operators.js";
import { share, visibleColumns } from "./table.js";

export const asOperator: OperatorEntry = {
  name: "as",
  about: "Names a result, for later joins and unions of the same query; the rows stay as they are.",
  grouped: true,
  lower: (node, input, cx) => {
    const name = node.child("Name")?.name;
    if (name === undefined) return input;
    if (cx.group !== undefined) {
      cx.gathered.namedParts.add(name);
      return input;
    }
    const plan = share(name, input, cx);
    cx.gathered.named.set(name, plan);
    return plan;
  },
};

/** The name that `as` gave to rows just before, where it did. */
export function namedBefore(input: Plan, cx: Context): string | undefined {
  return [...cx.gathered.named].findLast(([, plan]) => plan === input)?.[0];
}

export const consumeOperator: OperatorEntry = {
  name: "consume",
  about: "Reads all rows and gives none.",
  lower: (_node, input): Plan => ({
    kind: "filter",
    input,
    condition: { kind: "literal", type: "bool", value: false },
  }),
};

export const renderOperator: OperatorEntry = {
  name: "render",
  about: "Tells a client how to draw the result; the rows stay as they are.",
  lower: (node, input, cx) => {
    const properties = Object.fromEntries(
      [...node.list("Parameters"), ...(node.child("WithClause")?.list("Properties") ?? [])].map((parameter) => [
        parameter.child("Name")?.name ?? "",
        parameter.child("Expression")?.constantString ?? parameter.child("Expression")?.text ?? "",
      ]),
    );
    cx.gathered.visual = { kind: node.token("ChartType")?.trim() ?? "table", properties };
    return input;
  },
};

export const getschemaOperator: OperatorEntry = {
  name: "getschema",
  about: "Gives the input's columns and types as rows.",
  lower: (_node, input) => ({
    kind: "rows",
    columns: [
      { name: "ColumnName", type: "string" },
      { name: "ColumnOrdinal", type: "int" },
      { name: "DataType", type: "string" },
      { name: "ColumnType", type: "string" },
    ],
    rows: visibleColumns(input).map(({ name, type }, index) => [name, BigInt(index), dotnetTypes[type], type]),
  }),
};

const dotnetTypes = {
  bool: "System.SByte",
  int: "System.Int32",
  long: "System.Int64",
  real: "System.Double",
  decimal: "System.Data.SqlTypes.SqlDecimal",
  string: "System.String",
  datetime: "System.DateTime",
  timespan: "System.TimeSpan",
  guid: "System.Guid",
  dynamic: "System.Object",
} as const;

import type { Expression } from "../../plan/expression.js";
import type { Named } from "../../plan/plan.js";
import { freshName } from "../context.js";
import type { PluginEntry } from "../evaluate.js";
import { everyColumn, isInternal } from "../rows.js";
import { call, convert } from "../scalar.js";

/** Each cell as a row of its own. */
export const narrowPlugin: PluginEntry = {
  name: "narrow",
  about: "Gives a row for each cell: the row's number, the column's name and the value's text.",
  lower: (_, node, input, cx) => {
    const { location } = node;
    const cells = everyColumn(input).filter(({ name }) => !isInternal(name));
    const [row, names, values] = [freshName(cx, "row"), freshName(cx, "names"), freshName(cx, "values")];
    const pack = (items: readonly Expression[]) => call("pack_array", items, "dynamic", location);
    const expansion = (name: string, expression: Expression) => ({ name, expression, bagsAsArrays: false });
    const text = (name: string, from: string): Named => ({
      name,
      expression: call("#element-string", [{ kind: "column", name: from, type: "dynamic" }], "string", location),
    });
    return {
      kind: "project",
      input: {
        kind: "expand",
        input: { kind: "numbered", input, name: row },
        items: [
          expansion(names, pack(cells.map(({ name }) => ({ kind: "literal", type: "string", value: name })))),
          expansion(values, pack(cells.map(({ expression }) => convert(expression, "string", location)))),
        ],
        keepEmpty: false,
      },
      columns: [
        { name: "Row", expression: { kind: "column", name: row, type: "long" } },
        text("Column", names),
        text("Value", values),
      ],
    };
  },
};

import { nothing, report } from "./context.js";
import type { OperatorEntry } from "./operators.js";
import { lowerItems } from "./project.js";
import { boundColumns } from "./rows.js";
import { lowerScalar, resultType } from "./scalar.js";

export const printOperator: OperatorEntry = {
  name: "print",
  about: "Gives one row of computed values.",
  lower: (node, input, cx) => {
    const columns = lowerItems(node.list("Expressions"), boundColumns(node), cx);
    return { kind: "project", input, columns };
  },
};

export const rangeOperator: OperatorEntry = {
  name: "range",
  about: "Gives the values from one to another, a step apart, both ends included.",
  lower: (node, _input, cx) => {
    const [from, to, step] = [node.child("From"), node.child("To"), node.child("Step")];
    const column = boundColumns(node)[0];
    if (from === undefined || to === undefined || step === undefined || column === undefined) {
      report(cx, node.location, "bad-argument", "`range` takes `from`, `to` and `step`");
      return nothing();
    }
    const type = column.type === "unknown" ? resultType(from) : column.type;
    const [first, last, distance] = [lowerScalar(from, cx), lowerScalar(to, cx), lowerScalar(step, cx)];
    if ([first, last, distance].some((bound) => bound.kind === "literal" && bound.missing === true)) {
      report(cx, node.location, "bad-argument", "`range` takes values that are known where it stands", {
        hint: "columns of rows around a `toscalar` cannot be read inside it",
      });
      return nothing();
    }
    if ([first, last, distance].some((bound) => bound.kind === "literal" && bound.value === null)) {
      report(cx, node.location, "bad-argument", "`range` takes no null");
      return nothing();
    }
    return { kind: "range", column: { name: column.name, type }, from: first, to: last, step: distance };
  },
};

import { nothing, report } from "./context.js";
import { callFunction } from "./functions.js";
import type { OperatorEntry } from "./operators.js";
import { lowerBody } from "./table.js";

export const invokeOperator: OperatorEntry = {
  name: "invoke",
  about: "Calls a function with the input as its first argument.",
  lower: (node, input, cx) => {
    const call = node.child("Function");
    const name = call?.child("Name")?.name ?? call?.name;
    if (call === undefined || name === undefined) {
      report(cx, node.location, "bad-argument", "`invoke` takes a function");
      return nothing();
    }
    const body = callFunction(name, call, cx, input);
    return body === undefined ? nothing() : lowerBody(body.node, body.cx);
  },
};

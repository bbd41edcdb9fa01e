import type { Expression } from "../plan/expression.js";
import type { SyntaxNode } from "../syntax/node.js";
import { args } from "./calls.js";
import { absent, type Context, report } from "./context.js";
import { call, convert, lowerScalar } from "./scalar.js";

/** `geo_info_from_ip_address`: a call that knows its database, or a null and a warning where the workspace has none. */
export function placeOfAddress(node: SyntaxNode, cx: Context): Expression {
  const [written] = args(node);
  if (written === undefined) return absent("dynamic");
  const address = convert(lowerScalar(written, cx), "string", node.location);
  const database = cx.gathered.request.schema.addressDatabase;
  if (database !== undefined) {
    const path: Expression = { kind: "literal", type: "string", value: database };
    return call("geo_info_from_ip_address", [address, path], "dynamic", node.location);
  }
  report(cx, node.location, "no-data", "where addresses are is not known here: `geo_info_from_ip_address` gives null", {
    severity: "warning",
    hint: "name a database of cities in MaxMind's format with `--address-database`, or as `addressDatabase` in the workspace's calypso.json",
  });
  return { kind: "literal", type: "dynamic", value: "" };
}

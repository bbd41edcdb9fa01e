import type { Plan } from "../plan/plan.js";
import type { SyntaxNode } from "../syntax/node.js";
import { type Context, nothing, report } from "./context.js";
import { declaredColumns } from "./datatable.js";
import { lowerScalar } from "./scalar.js";

/** A file outside the workspace; whoever runs the query loads it first. */
export function lowerExternalData(node: SyntaxNode, cx: Context): Plan {
  const columns = declaredColumns(node.child("Schema"), cx);
  const urls = node.list("URIs").map((uri) => {
    const value = lowerScalar(uri, cx);
    return value.kind === "literal" && typeof value.value === "string" ? value.value : undefined;
  });
  const known = urls.filter((url) => url !== undefined);
  if (known.length !== urls.length || known.length === 0) {
    report(cx, node.location, "not-constant", "the addresses of `externaldata` have to be known before the query runs");
    return nothing();
  }
  const { format, ...options } = properties(node);
  const key = JSON.stringify([columns, known, format, options]);
  const index = cx.gathered.externals.findIndex(
    (other) => JSON.stringify([other.columns, other.urls, other.format, other.options]) === key,
  );
  const table = `_external_${fingerprint(key)}`;
  if (index < 0) {
    cx.gathered.externals.push({ table, columns, urls: known, ...(format === undefined ? {} : { format }), options });
  }
  return { kind: "external", table, columns };
}

function properties(node: SyntaxNode): Record<string, string> {
  const parameters = [...node.list("Parameters"), ...(node.child("WithClause")?.list("Properties") ?? [])];
  return Object.fromEntries(
    parameters.map((parameter) => {
      const value = parameter.child("Expression");
      return [parameter.child("Name")?.name ?? "", value?.constantString ?? value?.text ?? ""];
    }),
  );
}

/** A name part that differs between sources: queries of two processes may load different files into one database. */
function fingerprint(key: string): string {
  let [high, low] = [0xdeadbeef, 0x41c6ce57];
  for (let at = 0; at < key.length; at++) {
    const code = key.charCodeAt(at);
    high = Math.imul(high ^ code, 2654435761);
    low = Math.imul(low ^ code, 1597334677);
  }
  high = Math.imul(high ^ (high >>> 16), 2246822507) ^ Math.imul(low ^ (low >>> 13), 3266489909);
  low = Math.imul(low ^ (low >>> 16), 2246822507) ^ Math.imul(high ^ (high >>> 13), 3266489909);
  return (high >>> 0).toString(16).padStart(8, "0") + (low >>> 0).toString(16).padStart(8, "0");
}

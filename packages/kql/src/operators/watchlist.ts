import type { Plan } from "../plan/plan.js";
import { watchlistColumns, watchlistFunction, watchlistQuery } from "../schema/watchlist.js";
import type { Source } from "../source/source.js";
import { bind } from "../syntax/bind.js";
import type { SyntaxNode } from "../syntax/node.js";
import { args } from "./calls.js";
import { type Context, nothing, report } from "./context.js";
import { suggestion } from "./nearest.js";
import { lowerScalar } from "./scalar.js";
import { lowerTable } from "./table.js";

/** `_GetWatchlist("alias")`: the items of a watchlist, whatever the query's time window is. */
export function lowerWatchlist(node: SyntaxNode, cx: Context): Plan {
  const [argument] = args(node);
  const alias = argument === undefined ? undefined : lowerScalar(argument, cx);
  if (argument === undefined || alias?.kind !== "literal" || typeof alias.value !== "string" || alias.missing) {
    report(cx, node.location, "not-constant", "the alias of a watchlist has to be known before the query runs");
    return nothing();
  }
  const { schema, strict } = cx.gathered.request;
  const watchlist = schema.watchlist?.(alias.value);
  if (watchlist === undefined || watchlist.unloaded) {
    const known = suggestion(alias.value, schema.watchlistAliases ?? []);
    const hint = known ?? "load it with --watchlists, or put it into the folder `watchlists` of the workspace";
    const message = `there is no watchlist \`${alias.value}\`; it reads as empty`;
    const severity = strict === true ? "error" : "warning";
    report(cx, argument.location, "unknown-watchlist", message, { severity, hint, name: alias.value });
    return { kind: "rows", columns: watchlistColumns(watchlist), rows: [] };
  }
  const source: Source = {
    name: `the watchlist ${watchlist.alias}`,
    text: watchlistQuery(watchlist),
    call: { name: watchlistFunction, ...node.location },
  };
  const bound = bind(source, schema);
  const query = bound.statements[0]?.child("Expression");
  return query === undefined
    ? nothing()
    : lowerTable(query, { scope: { names: new Map() }, gathered: cx.gathered, unscoped: true });
}

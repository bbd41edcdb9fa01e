import type { Expression } from "../plan/expression.js";
import { ingestionTime, isInternal } from "../plan/internal.js";
import type { SyntaxNode } from "../syntax/node.js";
import { placeOfAddress } from "./address-place.js";
import { args, lowerArguments } from "./calls.js";
import { assertion, binAuto, columnNamesOf } from "./constant-forms.js";
import { absent, type Context, report } from "./context.js";
import { dataSize } from "./data-size.js";
import { call, convert, lowerScalar, outside, refuse } from "./scalar.js";

/** A function whose meaning is settled when the query is compiled, or that needs more than its arguments' values. */
export interface SpecialForm {
  readonly about: string;
  readonly lower: (node: SyntaxNode, cx: Context) => Expression;
  readonly limit?: string;
}

const columnIfExistsForm: SpecialForm = {
  about: "A column by its name, or another value where the rows have no such column.",
  lower: columnIfExists,
};

/** Every special form, by its KQL name. */
export const specialForms: Readonly<Record<string, SpecialForm>> = {
  now: {
    about: "The time at which the query was started, the same at each place of it, with an offset if one is given.",
    lower: (node, cx) => {
      const [offset] = args(node);
      return offset === undefined ? now(cx) : shift(now(cx), "+", lowerScalar(offset, cx), node);
    },
  },
  ago: {
    about: "The time so long before the query was started.",
    lower: (node, cx) => {
      const [span] = args(node);
      return span === undefined ? absent("datetime") : shift(now(cx), "-", lowerScalar(span, cx), node);
    },
  },
  toscalar: {
    about: "The first value of a query's result, as a constant.",
    lower: (node, cx) => {
      const [inner] = args(node);
      return inner === undefined ? absent() : lowerScalar(inner, outside(cx));
    },
  },
  column_ifexists: columnIfExistsForm,
  columnifexists: columnIfExistsForm,
  iscolumnexists: {
    about: "Whether the rows at this place have a column of this name.",
    lower: (node, cx) => {
      const name = args(node)[0]?.constantString ?? "";
      return { kind: "literal", type: "bool", value: (cx.rowNames ?? []).includes(name) };
    },
  },
  ingestion_time: {
    about: "When the row was stored; null for rows that come from no stored table.",
    lower: (_node, cx) => cx.row?.(ingestionTime) ?? { kind: "literal", type: "datetime", value: null },
  },
  geo_info_from_ip_address: {
    about: "Where an IPv4 or IPv6 address is: a bag of `country`, `state`, `city`, `latitude` and `longitude`.",
    lower: placeOfAddress,
    limit:
      "Needs a database of cities in MaxMind's format (see the command line); without one the result is null, with a warning. What the database does not know is left out of the bag.",
  },
  around: {
    about: "Whether a value is no further from a center than a distance; null where one of them is.",
    lower: around,
  },
  pack_all: {
    about: "All columns of the row as one bag; with `true`, without those that are null or empty.",
    lower: (node, cx) => packAll(node, cx, []),
  },
  bag_pack_columns: {
    about: "The named columns of the row as one bag.",
    lower: (node, cx) => packColumns(args(node), node, cx),
  },
  column_names_of: {
    about: "The names of a table's columns, as an array.",
    lower: columnNamesOf,
  },
  estimate_data_size: {
    about: "How many bytes the values of the named columns take, or with `*` those of all.",
    lower: dataSize,
    limit:
      "Columns of type bool, guid, decimal and dynamic are refused: how large the engine counts them is not public.",
  },
  assert: {
    about: "True where a condition on constants holds; otherwise the query is refused with the message.",
    lower: assertion,
    limit: "A condition that rows, other queries or chance have a part in is refused.",
  },
  bin_auto: {
    about: "The start of the value's bin, with the size and fixed point that `set query_bin_auto_size` and `_at` give.",
    lower: binAuto,
  },
  current_database: {
    about: "The name of the workspace.",
    lower: (_node, cx) => ({ kind: "literal", type: "string", value: cx.gathered.request.schema.name }),
  },
  datetime_diff: {
    about: "How many borders of a unit (days, months, …) lie between two times.",
    lower: (node, cx) => {
      const lowered = lowerArguments(node, cx);
      const unit = lowered[0];
      // Weeks are the one unit that the engine counts as a real.
      const weeks = unit?.kind === "literal" && /^weeks?$/i.test(String(unit.value));
      const counted = call("datetime_diff", lowered, "long", node.location);
      return weeks ? convert(counted, "real", node.location) : counted;
    },
  },
};

function now(cx: Context): Expression {
  return { kind: "literal", type: "datetime", value: cx.gathered.request.now };
}

function shift(from: Expression, operator: "+" | "-", by: Expression, node: SyntaxNode): Expression {
  if (
    from.kind === "literal" &&
    typeof from.value === "bigint" &&
    by.kind === "literal" &&
    typeof by.value === "bigint"
  ) {
    return { ...from, value: operator === "+" ? from.value + by.value : from.value - by.value };
  }
  return call(operator, [from, convert(by, "timespan", node.location)], "datetime", node.location);
}

function around(node: SyntaxNode, cx: Context): Expression {
  const [value, center, distance] = args(node).map((argument) => lowerScalar(argument, cx));
  if (value === undefined || center === undefined || distance === undefined) return absent("bool");
  const types = [center.type, distance.type];
  const widest = (["datetime", "timespan", "real", "decimal"] as const).find((type) => types.includes(type)) ?? "long";
  const bound = (operator: string) => call(operator, [center, distance], widest, node.location);
  const above = call(">=", [value, bound("-")], "bool", node.location);
  const below = call("<=", [value, bound("+")], "bool", node.location);
  return call("and", [above, below], "bool", node.location);
}

function columnIfExists(node: SyntaxNode, cx: Context): Expression {
  const [name, fallback] = args(node);
  const written = name?.constantString;
  if (written === undefined || fallback === undefined) {
    report(cx, node.location, "not-constant", "the column's name has to be known before the query runs");
    return absent();
  }
  return cx.row?.(written) ?? lowerScalar(fallback, cx);
}

function packAll(node: SyntaxNode, cx: Context, without: readonly string[]): Expression {
  const [ignoreEmpty] = args(node);
  const option = ignoreEmpty === undefined ? undefined : lowerScalar(ignoreEmpty, cx);
  if (option !== undefined && !(option.kind === "literal" && typeof option.value === "boolean")) {
    return refuse(cx, node.location, "pack_all", "needs an option that is known before the query runs");
  }
  const present = option !== undefined && option.value === true;
  const columns = (cx.rowNames ?? []).filter((name) => !without.includes(name) && !isInternal(name));
  return pack(columns, node, cx, present ? "#pack-present" : "bag_pack");
}

function packColumns(columns: readonly SyntaxNode[], node: SyntaxNode, cx: Context): Expression {
  return pack(
    columns.map((column) => column.name),
    node,
    cx,
  );
}

function pack(columns: readonly string[], node: SyntaxNode, cx: Context, name = "bag_pack"): Expression {
  const parts = columns.flatMap((title): Expression[] => {
    const column = cx.row?.(title);
    return column === undefined ? [] : [{ kind: "literal", type: "string", value: title }, column];
  });
  return call(name, parts, "dynamic", node.location);
}

import type { Expression } from "../../plan/expression.js";
import { columnsOf, type JoinColumn, type Plan } from "../../plan/plan.js";
import type { SyntaxNode } from "../../syntax/node.js";
import { type Context, freshName, nothing, report } from "../context.js";
import type { PluginEntry } from "../evaluate.js";
import { boundColumns } from "../rows.js";
import { call, convert, lowerScalar, outside } from "../scalar.js";
import { lowerTable, share, visibleColumns } from "../table.js";
import { pluginArguments } from "./arguments.js";

const limit = "Every row is held against every shape, so the table of shapes should be small.";

export const geoPolygonLookupPlugin: PluginEntry = {
  name: "geo_polygon_lookup",
  about: "Joins rows to those of a table of GeoJSON polygons that their point is in, or is as near as a radius to.",
  lower: (written, node, input, cx) => lookup(written, node, input, cx, "polygon"),
  limit,
};

export const geoLineLookupPlugin: PluginEntry = {
  name: "geo_line_lookup",
  about: "Joins rows to those of a table of GeoJSON lines that their point is as near as a radius to.",
  lower: (written, node, input, cx) => lookup(written, node, input, cx, "line"),
  limit,
};

function lookup(written: SyntaxNode, node: SyntaxNode, input: Plan, cx: Context, kind: "polygon" | "line"): Plan {
  const { location } = node;
  const { placed, named } = pluginArguments(written);
  const [table, ...columns] = placed;
  const right = table === undefined ? undefined : share("shapes", lowerTable(table, outside(cx)), cx);
  const option = (name: string, place: number) => named.get(name) ?? placed[place];
  const constant = (written_: SyntaxNode | undefined) => written_ && lowerScalar(written_, outside(cx));
  const radius = constant(option("radius", 4));
  const keep = constant(option("return_unmatched", 5));
  const [id, ...rest] = ["id", "x", "y", "shape"].map((hint) => freshName(cx, hint));
  const [x, y, shape] = rest;
  const point = right === undefined ? undefined : pointAndShape(columns, input, right);
  const isGiven = [radius, keep].every((value) => value === undefined || value.kind === "literal");
  if (right === undefined || point === undefined || !isGiven || (kind === "line" && radius === undefined)) {
    report(
      cx,
      location,
      "bad-argument",
      `the plugin takes a table, its column of ${kind}s, the columns of longitude and latitude, and constants`,
    );
    return nothing();
  }
  if (id === undefined || x === undefined || y === undefined || shape === undefined) return nothing();
  const left = share("rows", { kind: "numbered", input, name: id }, cx);
  const outer = visibleColumns(input);
  const bound = boundColumns(node).map(({ name }) => name);
  const all = visibleColumns(right);
  // The column of shapes comes back only where the call asks for it.
  const given = bound.length === outer.length + all.length ? all : all.filter(({ name }) => name !== point.shape);
  const copies = new Map(given.map(({ name }) => [name, freshName(cx, "c")]));
  const one: Expression = { kind: "literal", type: "long", value: 1n };
  const pairs: Plan = {
    kind: "join",
    join: "inner",
    left,
    right,
    on: [{ left: one, right: one }],
    columns: [
      { name: id, side: "left", source: id, type: "long" },
      { name: x, side: "left", source: point.longitude, type: typeIn(left, point.longitude) },
      { name: y, side: "left", source: point.latitude, type: typeIn(left, point.latitude) },
      { name: shape, side: "right", source: point.shape, type: "dynamic" },
      ...given.map(
        ({ name, type }): JoinColumn => ({ name: copies.get(name) ?? name, side: "right", source: name, type }),
      ),
    ],
  };
  const place = [x, y].map((name) => convert({ kind: "column", name, type: typeIn(pairs, name) }, "real", location));
  const args = [...place, { kind: "column", name: shape, type: "dynamic" } as const];
  const near = (reach: Expression) =>
    call(
      "<=",
      [call(`geo_distance_point_to_${kind}`, args, "real", location), convert(reach, "real", location)],
      "bool",
      location,
    );
  const condition = radius === undefined ? call("geo_point_in_polygon", args, "bool", location) : near(radius);
  const key: Expression = { kind: "column", name: id, type: "long" };
  return {
    kind: "join",
    join: keep?.kind === "literal" && keep.value === true ? "leftouter" : "inner",
    left,
    right: { kind: "filter", input: pairs, condition },
    on: [{ left: key, right: key }],
    columns: [
      ...outer.map(
        ({ name, type }, index): JoinColumn => ({ name: bound[index] ?? name, side: "left", source: name, type }),
      ),
      ...given.map(
        ({ name, type }, index): JoinColumn => ({
          name: bound[outer.length + index] ?? name,
          side: "right",
          source: copies.get(name) ?? name,
          type,
        }),
      ),
    ],
  };
}

interface PointAndShape {
  readonly longitude: string;
  readonly latitude: string;
  readonly shape: string;
}

/** The columns that the arguments name: the shape first, or last, as the two forms of the reference have it. */
function pointAndShape(columns: readonly SyntaxNode[], input: Plan, right: Plan): PointAndShape | undefined {
  const [first, second, third] = columns.map(({ name }) => name);
  if (first === undefined || second === undefined || third === undefined) return undefined;
  const has = (plan: Plan, name: string) => columnsOf(plan).some((column) => column.name === name);
  const isShape = (name: string) => has(right, name) && typeIn(right, name) === "dynamic";
  const isFirst = isShape(first) && has(input, second) && has(input, third);
  const isLast = isShape(third) && has(input, first) && has(input, second);
  if (isFirst) return { shape: first, longitude: second, latitude: third };
  return isLast ? { longitude: first, latitude: second, shape: third } : undefined;
}

function typeIn(plan: Plan, name: string): Expression["type"] {
  return columnsOf(plan).find((column) => column.name === name)?.type ?? "dynamic";
}

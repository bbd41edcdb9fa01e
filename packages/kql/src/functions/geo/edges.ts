import { float, joinSql, type Sql, sql } from "../../sql/sql.js";
import { bindOnce } from "../bind.js";
import type { Value } from "../value.js";
import { isPlace } from "./coordinates.js";
import { type Chain, linesOf, polygonsOf } from "./rings.js";

/**
 * Works on the polygons of a GeoJSON Polygon or MultiPolygon: an Array of Arrays of edges, each a tuple of longitude,
 * latitude, longitude, latitude; `nothing` where the value is no such shape.
 */
export function withPolygons(polygon: Value, use: (polygons: Sql) => Sql, nothing: Sql): Sql {
  if (typeof polygon.constant === "string") {
    const polygons = polygonsOf(polygon.constant);
    return polygons === undefined ? nothing : use(sql`[${joinSql(polygons.map(edgesOf))}]`);
  }
  const kind = sql`JSONExtractString(${polygon}, 'type')`;
  const several = sql`JSONExtract(${polygon}, 'coordinates', 'Array(Array(Array(Array(Nullable(Float64)))))')`;
  const single = sql`[JSONExtract(${polygon}, 'coordinates', 'Array(Array(Array(Nullable(Float64))))')]`;
  const written = sql`multiIf(${kind} = 'Polygon', ${single}, ${kind} = 'MultiPolygon', ${several}, [])`;
  return bindOnce(written, (shapes) => {
    const distinct = sql`length(arrayDistinct(_r)) = length(_r) - 1 AND _r[1] = _r[-1]`;
    const isRing = sql`length(_r) >= 4 AND ${distinct} AND ${isChain}`;
    const isGood = sql`notEmpty(${shapes}) AND arrayAll(_s -> notEmpty(_s) AND arrayAll(_r -> ${isRing}, _s), ${shapes})`;
    const polygons = sql`arrayMap(_s -> arrayFlatten(arrayMap(_r -> ${edgesOfRow}, _s)), ${shapes})`;
    return sql`if(${isGood}, ${bindOnce(polygons, use)}, ${nothing})`;
  });
}

/** Works on the edges of a GeoJSON LineString or MultiLineString, in one Array of tuples as above. */
export function withLine(line: Value, use: (edges: Sql) => Sql, nothing: Sql): Sql {
  if (typeof line.constant === "string") {
    const lines = linesOf(line.constant);
    return lines === undefined ? nothing : use(edgesOf(lines));
  }
  const kind = sql`JSONExtractString(${line}, 'type')`;
  const several = sql`JSONExtract(${line}, 'coordinates', 'Array(Array(Array(Nullable(Float64))))')`;
  const single = sql`[JSONExtract(${line}, 'coordinates', 'Array(Array(Nullable(Float64)))')]`;
  const written = sql`multiIf(${kind} = 'LineString', ${single}, ${kind} = 'MultiLineString', ${several}, [])`;
  return bindOnce(written, (chains) => {
    const isGood = sql`notEmpty(${chains}) AND arrayAll(_r -> length(_r) >= 2 AND ${isChain}, ${chains})`;
    return sql`if(${isGood}, ${bindOnce(sql`arrayFlatten(arrayMap(_r -> ${edgesOfRow}, ${chains}))`, use)}, ${nothing})`;
  });
}

function edgesOf(chains: readonly Chain[]): Sql {
  const edges = chains.flatMap((chain) => chain.slice(1).map((to, index) => [...(chain[index] ?? to), ...to]));
  return sql`[${joinSql(edges.map((edge) => sql`(${joinSql(edge.map(float))})`))}]`;
}

/** The edges of the list of positions `_r`. */
const edgesOfRow = (() => {
  const corner = (index: Sql): Sql => sql`ifNull(_r[${index}][1], 0), ifNull(_r[${index}][2], 0)`;
  return sql`arrayMap(_i -> (${corner(sql`_i`)}, ${corner(sql`_i + 1`)}), range(1, length(_r)))`;
})();

/** Whether all of the list `_r` are places, and no two that follow each other are opposite ends of the Earth. */
const isChain = (() => {
  const isPoint = sql`ifNull(length(_p) >= 2 AND ${isPlace(sql`_p[1]`, sql`_p[2]`)}, 0)`;
  const [a, b] = [sql`_r[_i]`, sql`_r[_i + 1]`];
  const across = sql`abs(${a}[1] - ${b}[1]) = 180 OR abs(${a}[2]) = 90`;
  const opposite = sql`ifNull(${a}[2] = -(${b}[2]) AND (${across}), 0)`;
  return sql`arrayAll(_p -> ${isPoint}, _r) AND NOT arrayExists(_i -> ${opposite}, range(1, length(_r)))`;
})();

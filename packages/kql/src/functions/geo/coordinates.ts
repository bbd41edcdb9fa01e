import { joinSql, type Sql, sql } from "../../sql/sql.js";
import { bind } from "../bind.js";
import { joined } from "../json-text.js";
import type { Value } from "../value.js";

/** Binds numbers as reals that are never NULL (NaN where they are), so that no engine function meets a NULL. */
export function withReals(args: readonly Value[], use: (...names: readonly Sql[]) => Sql): Sql {
  const [first, ...rest] = args;
  if (first === undefined) return use();
  return bind(sql`ifNull(toFloat64(${first}), nan)`, (name) => withReals(rest, (...names) => use(name, ...names)));
}

/** Whether a longitude and a latitude in degrees name a place on the Earth. */
export function isPlace(longitude: Sql, latitude: Sql): Sql {
  return sql`(abs(${longitude}) <= 180 AND abs(${latitude}) <= 90)`;
}

/** Degrees as radians. */
export function radians(degrees: Sql): Sql {
  return sql`(${degrees} * (pi() / 180))`;
}

/** The GeoJSON of a point. */
export function pointJson(longitude: Sql, latitude: Sql): Sql {
  return sql`concat('{"type":"Point","coordinates":', ${positionJson(longitude, latitude)}, '}')`;
}

/** The GeoJSON of a polygon of one ring, an Array of (longitude, latitude) that ends where it starts. */
export function polygonJson(ring: Sql): Sql {
  const positions = sql`arrayMap(_p -> ${positionJson(sql`_p.1`, sql`_p.2`)}, ${ring})`;
  return sql`concat('{"type":"Polygon","coordinates":[', ${joined(positions)}, ']}')`;
}

/** A unit vector towards a place, as a tuple of three reals. */
export function vector(longitude: Sql, latitude: Sql): Sql {
  const [x, y] = [radians(longitude), radians(latitude)];
  return sql`(cos(${y}) * cos(${x}), cos(${y}) * sin(${x}), sin(${y}))`;
}

/** The cross product of two vectors. */
export function cross(a: Sql, b: Sql): Sql {
  const part = (i: Sql, j: Sql): Sql => sql`${a}.${i} * ${b}.${j} - ${a}.${j} * ${b}.${i}`;
  return sql`(${joinSql([part(sql`2`, sql`3`), part(sql`3`, sql`1`), part(sql`1`, sql`2`)])})`;
}

/** The dot product of two vectors. */
export function dot(a: Sql, b: Sql): Sql {
  return sql`(${a}.1 * ${b}.1 + ${a}.2 * ${b}.2 + ${a}.3 * ${b}.3)`;
}

/** Whole degrees have no fraction, and zero no sign. */
function positionJson(longitude: Sql, latitude: Sql): Sql {
  return sql`concat('[', toString(${longitude} + 0), ',', toString(${latitude} + 0), ']')`;
}

import { integer, type Sql, sql } from "../../sql/sql.js";
import { bindOnce } from "../bind.js";
import { constantInteger } from "../constant-elements.js";
import { scalars } from "../entry.js";
import { joined } from "../json-text.js";
import { type Refusal, type Value, value } from "../value.js";
import { isPlace, pointJson, polygonJson, withReals } from "./coordinates.js";

/** Cells of the geohash grid. */
export const geohashFunctions = scalars({
  geo_point_to_geohash: {
    about: "The geohash of a point, of 1 to 18 letters (5 by default); empty for a point or length that is none.",
    emit: (longitude: Value, latitude: Value, accuracy?: Value) => toGeohash(longitude, latitude, accuracy),
    notNull: true,
    limit: "The length must be a constant.",
    examples: {
      "geo_point_to_geohash(139.806115, 35.554128, 12)": "xn76m27ty9g4",
      "geo_point_to_geohash(-80.195829, 25.802215, 8)": "dhwfz15h",
      "geo_point_to_geohash(-122.303404, 47.570482)": "c23n8",
      "geo_point_to_geohash(200, 1, 8)": "",
      "geo_point_to_geohash(1, 1, int(null))": "",
    },
  },
  geo_geohash_to_central_point: {
    about: "The centre of a geohash's cell, as GeoJSON; null where the text is no geohash.",
    emit: (geohash: Value) =>
      dynamic(withCell(geohash, (x, y, w, h) => pointJson(sql`(${x} + ${w} / 2)`, sql`(${y} + ${h} / 2)`))),
    examples: {
      "geo_geohash_to_central_point('sunny').coordinates": [42.47314453125, 23.70849609375],
      "tostring(geo_geohash_to_central_point('s'))": '{"type":"Point","coordinates":[22.5,22.5]}',
      "tostring(geo_geohash_to_polygon('s').coordinates[0][2])": "[45,45]",
      "geo_geohash_to_central_point('a')": null,
    },
  },
  geo_geohash_to_polygon: {
    about: "The outline of a geohash's cell, as GeoJSON; null where the text is no geohash.",
    emit: (geohash: Value) =>
      dynamic(
        withCell(geohash, (x, y, w, h) => {
          const [right, top] = [sql`${x} + ${w}`, sql`${y} + ${h}`];
          return polygonJson(sql`[(${x}, ${y}), (${right}, ${y}), (${right}, ${top}), (${x}, ${top}), (${x}, ${y})]`);
        }),
      ),
    examples: {
      "geo_geohash_to_polygon('dr72h').coordinates[0][0]": [-74.00390625, 40.78125],
      "geo_geohash_to_polygon('a')": null,
    },
  },
  geo_geohash_neighbors: {
    about: "The eight geohashes around one; null where the text is no geohash.",
    emit: (geohash: Value) => dynamic(neighbours(geohash)),
    limit: "The neighbours may come in another order.",
    examples: {
      "geo_geohash_neighbors('sunny')": ["sunnt", "sunpj", "sunnx", "sunpn", "sunnv", "sunpp", "sunnz", "sunnw"],
      "geo_geohash_neighbors('a')": null,
    },
  },
});

const alphabet = sql`'0123456789bcdefghjkmnpqrstuvwxyz'`;

function toGeohash(longitude: Value, latitude: Value, accuracy: Value | undefined): Sql | Refusal {
  if (accuracy?.constant === null) return sql`''`;
  const size = accuracy === undefined ? 5 : constantInteger(accuracy);
  if (size === undefined) return { refused: "geo_point_to_geohash with an accuracy that is not a constant" };
  if (size < 1 || size > 18) return sql`''`;
  return withReals([longitude, latitude], (x, y) => {
    const [columns, rows] = [Math.ceil((size * 5) / 2), Math.floor((size * 5) / 2)];
    const step = (degrees: Sql, whole: Sql, bits: number): Sql =>
      sql`toInt64(least(floor((${degrees} + ${whole} / 2) / ${whole} * exp2(${integer(bits)})), exp2(${integer(bits)}) - 1))`;
    const safe = (degrees: Sql): Sql => sql`if(${isPlace(x, y)}, ${degrees}, 0.)`;
    const own = encoded(step(safe(x), sql`360`, columns), step(safe(y), sql`180`, rows), integer(size));
    // Twelve letters are as many as the engine's own function makes.
    const found = size <= 12 ? sql`geohashEncode(${safe(x)}, ${safe(y)}, toUInt8(${integer(size)}))` : own;
    return sql`if(${isPlace(x, y)}, ${found}, '')`;
  });
}

/** The letters of the cell in a column and a row of the grid. */
function encoded(column: Sql, row: Sql, size: Sql): Sql {
  return bindOnce(column, (x) =>
    bindOnce(row, (y) => {
      const place = sql`(5 * _i + _q)`;
      const [columns, rows] = [sql`toInt64(intDiv(5 * ${size} + 1, 2))`, sql`toInt64(intDiv(5 * ${size}, 2))`];
      const fromColumn = sql`bitTest(${x}, greatest(0, ${columns} - 1 - intDiv(${place}, 2)))`;
      const fromRow = sql`bitTest(${y}, greatest(0, ${rows} - 1 - intDiv(${place}, 2)))`;
      const bit = sql`if(${place} % 2 = 0, ${fromColumn}, ${fromRow})`;
      const letter = sql`substring(${alphabet}, 1 + arraySum(arrayMap(_q -> ${bit} * exp2(4 - _q), range(5))), 1)`;
      return sql`arrayStringConcat(arrayMap(_i -> ${letter}, range(${size})))`;
    }),
  );
}

/** Works on the grid's column and row of a geohash, with the number of bits of each; null where it is none. */
function withGrid(geohash: Value, use: (bits: Sql) => Sql): Sql {
  const letters = sql`arrayMap(_i -> position(${alphabet}, substring(_g, _i, 1)) - 1, range(1, length(_g) + 1))`;
  const bits = sql`arrayFlatten(arrayMap(_v -> arrayMap(_q -> bitTest(_v, 4 - _q), range(5)), ${letters}))`;
  const found = bindOnce(bits, use);
  const isGeohash = sql`match(${geohash}, '^[0-9b-hjkmnp-z]{1,18}$')`;
  return sql`if(${isGeohash}, arrayMap(_g -> ${found}, [${geohash}])[1], '')`;
}

/** The bits of longitude (those at even places) or latitude. */
function every(bits: Sql, rest: Sql): Sql {
  return sql`arrayFilter((_t, _n) -> _n % 2 = ${rest}, ${bits}, arrayEnumerate(${bits}))`;
}

function number(bits: Sql): Sql {
  return bindOnce(
    bits,
    (own) => sql`arraySum((_t, _n) -> _t * exp2(length(${own}) - _n), ${own}, arrayEnumerate(${own}))`,
  );
}

function withCell(geohash: Value, use: (x: Sql, y: Sql, width: Sql, height: Sql) => Sql): Sql {
  return withGrid(geohash, (bits) => {
    const width = sql`(360. / exp2(intDiv(length(${bits}) + 1, 2)))`;
    const height = sql`(180. / exp2(intDiv(length(${bits}), 2)))`;
    return bindOnce(sql`(${number(every(bits, sql`1`))}, ${number(every(bits, sql`0`))})`, (cell) =>
      use(sql`(-180 + ${cell}.1 * ${width})`, sql`(-90 + ${cell}.2 * ${height})`, width, height),
    );
  });
}

function neighbours(geohash: Value): Sql {
  return withGrid(geohash, (bits) => {
    const columns = sql`toInt64(exp2(intDiv(length(${bits}) + 1, 2)))`;
    const rows = sql`toInt64(exp2(intDiv(length(${bits}), 2)))`;
    const cell = sql`(toInt64(${number(every(bits, sql`1`))}), toInt64(${number(every(bits, sql`0`))}))`;
    return bindOnce(cell, (own) => {
      const column = sql`toInt64(positiveModulo(${own}.1 + _w.1, ${columns}))`;
      const row = sql`(${own}.2 + _w.2)`;
      const size = sql`intDiv(length(${bits}), 5)`;
      const ways = sql`arrayFilter(_w -> ${row} BETWEEN 0 AND ${rows} - 1, ${around})`;
      return joined(sql`arrayMap(_w -> toJSONString(${encoded(column, row, size)}), ${ways})`);
    });
  });
}

/** Steps to the neighbours, in the order in which KQL gives them. */
const around = sql`[(-1, -1), (-1, 1), (1, -1), (0, 1), (-1, 0), (1, 1), (1, 0), (0, -1)]`;

function dynamic(expression: Sql): Value {
  return value(expression, "dynamic");
}

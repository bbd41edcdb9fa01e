import { type Sql, sql } from "../../sql/sql.js";
import { bindOnce } from "../bind.js";
import { scalars } from "../entry.js";
import { joined } from "../json-text.js";
import { type Value, value } from "../value.js";
import { isPlace, pointJson, polygonJson, vector, withReals } from "./coordinates.js";

/** Cells of the S2 grid, as texts of hexadecimal digits; the engine has no functions of its own for them. */
export const s2Functions = scalars({
  geo_point_to_s2cell: {
    about: "The S2 cell in which a point lies; empty for a point or level (0 to 30, by default 11) that is none.",
    emit: (longitude: Value, latitude: Value, level?: Value) => toCell(longitude, latitude, level),
    notNull: true,
    examples: {
      "geo_point_to_s2cell(-80.195829, 25.802215, 8)": "88d9b",
      "geo_point_to_s2cell(300, 1, 8)": "",
      "geo_point_to_s2cell(1, 1, 35)": "",
      "geo_point_to_s2cell(1, 1, int(null))": "",
    },
  },
  geo_s2cell_to_central_point: {
    about: "The centre of an S2 cell, as GeoJSON; null where the text is no cell.",
    emit: (cell: Value) =>
      dynamic(
        withCell(cell, (own, level) => {
          const middle = (index: Sql): Sql => curved(sql`((${index} + 0.5) / exp2(${level}))`);
          return place(sql`${own}.1`, middle(sql`${own}.2`), middle(sql`${own}.3`), (x, y) => pointJson(x, y));
        }),
      ),
    examples: {
      "round(toreal(geo_s2cell_to_central_point('1234567').coordinates[1]), 10)": 27.4683929258,
      "geo_s2cell_to_central_point('a')": null,
    },
  },
  geo_s2cell_to_polygon: {
    about: "The outline of an S2 cell, as GeoJSON; null where the text is no cell.",
    emit: (cell: Value) =>
      dynamic(
        withCell(cell, (own, level) => {
          const edge = (index: Sql): Sql => curved(sql`(${index} / exp2(${level}))`);
          const corner = place(
            sql`${own}.1`,
            edge(sql`(${own}.2 + _k.1)`),
            edge(sql`(${own}.3 + _k.2)`),
            (x, y) => sql`(${x}, ${y})`,
          );
          return polygonJson(sql`arrayMap(_k -> ${corner}, [(0, 0), (1, 0), (1, 1), (0, 1), (0, 0)])`);
        }),
      ),
    examples: {
      "round(toreal(geo_s2cell_to_polygon('89c259').coordinates[0][0][0]), 10)": -74.0300122498,
      "array_length(geo_s2cell_to_polygon('89c259').coordinates[0])": 5,
      "geo_s2cell_to_polygon('a')": null,
    },
  },
  geo_s2cell_neighbors: {
    about: "The S2 cells that touch a cell; null where the text is no cell.",
    emit: (cell: Value) => dynamic(withCell(cell, neighbours)),
    limit: "The neighbours may come in another order.",
    examples: {
      "geo_s2cell_neighbors('89c259')": [
        "89c25d",
        "89c2f9",
        "89c251",
        "89c257",
        "89c25f",
        "89c25b",
        "89c2f7",
        "89c2f5",
      ],
      "array_length(geo_s2cell_neighbors(geo_point_to_s2cell(45, 35.2643896827547, 30)))": 7,
      "geo_s2cell_neighbors('a')": null,
    },
  },
});

// How the curve runs through the four quarters of a cell, for each of its four orientations, and how it turns in each.
const toPlace = sql`[0, 1, 3, 2, 0, 3, 1, 2, 2, 3, 1, 0, 2, 1, 3, 0]`;
const toQuarter = sql`[0, 1, 3, 2, 0, 2, 3, 1, 3, 2, 0, 1, 3, 1, 0, 2]`;
const turns = sql`[1, 0, 0, 3]`;

function toCell(longitude: Value, latitude: Value, level: Value | undefined): Sql {
  const wanted = level === undefined ? sql`toInt64(11)` : sql`toInt64(ifNull(${level}, -1))`;
  return withReals([longitude, latitude], (x, y) =>
    bindOnce(wanted, (depth) => {
      const found = bindOnce(vector(x, y), (direction) =>
        onFace(direction, (face, u, v) => token(face, leaf(straightened(u)), leaf(straightened(v)), depth)),
      );
      return sql`if(${isPlace(x, y)} AND ${depth} BETWEEN 0 AND 30, ${found}, '')`;
    }),
  );
}

/** The face of the cube that a vector meets, and where. */
function onFace(direction: Sql, use: (face: Sql, u: Sql, v: Sql) => Sql): Sql {
  const [x, y, z] = [sql`${direction}.1`, sql`${direction}.2`, sql`${direction}.3`];
  const axis = sql`multiIf(abs(${x}) > abs(${y}) AND abs(${x}) > abs(${z}), if(${x} < 0, 3, 0), abs(${x}) <= abs(${y}) AND abs(${y}) > abs(${z}), if(${y} < 0, 4, 1), if(${z} < 0, 5, 2))`;
  const spots = sql`[(${y} / ${x}, ${z} / ${x}), (-${x} / ${y}, ${z} / ${y}), (-${x} / ${z}, -${y} / ${z}), (${z} / ${x}, ${y} / ${x}), (${z} / ${y}, -${x} / ${y}), (-${y} / ${z}, -${x} / ${z})]`;
  return bindOnce(axis, (face) =>
    bindOnce(sql`arrayElement(${spots}, ${face} + 1)`, (spot) => use(face, sql`${spot}.1`, sql`${spot}.2`)),
  );
}

/** The grid's even steps, 0 to 1, out of a place on a face, -1 to 1. */
function straightened(u: Sql): Sql {
  return sql`if(${u} >= 0, 0.5 * sqrt(1 + 3 * ${u}), 1 - 0.5 * sqrt(1 - 3 * ${u}))`;
}

/** A place on a face, -1 to 1, out of the grid's even steps, 0 to 1. */
function curved(s: Sql): Sql {
  return sql`if(${s} >= 0.5, (4 * ${s} * ${s} - 1) / 3, (1 - 4 * (1 - ${s}) * (1 - ${s})) / 3)`;
}

/** The column or row of the finest grid. */
function leaf(s: Sql): Sql {
  return sql`toInt64(greatest(0, least(1073741823, floor(${s} * 1073741824))))`;
}

/** Longitude and latitude of a place on a face. */
function place(face: Sql, u: Sql, v: Sql, use: (longitude: Sql, latitude: Sql) => Sql): Sql {
  return bindOnce(sql`(${u}, ${v})`, (spot) =>
    bindOnce(offFace(face, sql`${spot}.1`, sql`${spot}.2`), (to) => {
      const degrees = (angle: Sql): Sql => sql`(${angle} * (180 / pi()))`;
      const flat = sql`sqrt(${to}.1 * ${to}.1 + ${to}.2 * ${to}.2)`;
      return use(degrees(sql`atan2(${to}.2, ${to}.1)`), degrees(sql`atan2(${to}.3, ${flat})`));
    }),
  );
}

/** The vector to a place on a face. */
function offFace(face: Sql, u: Sql, v: Sql): Sql {
  return sql`arrayElement([(1., ${u}, ${v}), (-${u}, 1., ${v}), (-${u}, -${v}, 1.), (-1., -${v}, -${u}), (${v}, -1., -${u}), (${v}, ${u}, -1.)], ${face} + 1)`;
}

/** The text of the cell of a level that holds a column and row of the finest grid. */
function token(face: Sql, column: Sql, row: Sql, level: Sql): Sql {
  const first = sql`(toUInt64(0), toUInt8(${face} % 2), ${column}, ${row})`;
  const bit = (of: Sql): Sql => sql`bitTest(${of}, 29 - _n)`;
  const next = sql`arrayElement(${toPlace}, 1 + 4 * _a.2 + 2 * ${bit(sql`_a.3`)} + ${bit(sql`_a.4`)})`;
  const step = sql`arrayMap(_p -> (toUInt64(4 * _a.1 + _p), toUInt8(bitXor(_a.2, arrayElement(${turns}, 1 + _p))), _a.3, _a.4), [${next}])[1]`;
  const path = sql`arrayFold((_a, _n) -> ${step}, range(toUInt64(greatest(0, least(30, ${level})))), ${first}).1`;
  const depth = sql`(2 * greatest(0, least(30, ${level})))`;
  const number = sql`bitOr(bitOr(bitShiftLeft(toUInt64(${face}), 61), bitShiftLeft(${path}, 61 - ${depth})), bitShiftLeft(toUInt64(1), 60 - ${depth}))`;
  return sql`replaceRegexpOne(leftPad(lower(hex(${number})), 16, '0'), '0+$', '')`;
}

/** Works on face, column and row of a cell within the grid of its level; `''` where the text is no cell. */
function withCell(cell: Value, use: (own: Sql, level: Sql) => Sql): Sql {
  const digits = sql`reinterpretAsUInt64(reverse(unhex(rightPad(${cell}, 16, '0'))))`;
  return bindOnce(sql`if(match(${cell}, '^[0-9a-f]{1,16}$'), ${digits}, toUInt64(0))`, (code) => {
    // The lowest bit that is set ends the path; it stands at an even place.
    const last = sql`bitCount(bitXor(${code}, ${code} - 1)) - 1`;
    return bindOnce(sql`if(${code} = 0, 61, ${last})`, (end) => {
      const isCell = sql`${code} != 0 AND bitShiftRight(${code}, 61) < 6 AND ${end} % 2 = 0 AND ${end} <= 60`;
      const level = sql`toInt64(greatest(0, 30 - intDiv(${end}, 2)))`;
      const found = bindOnce(level, (depth) => bindOnce(unwound(code, depth), (own) => use(own, depth)));
      return sql`if(${isCell}, ${found}, '')`;
    });
  });
}

function unwound(code: Sql, level: Sql): Sql {
  const face = sql`toUInt8(bitShiftRight(${code}, 61))`;
  const part = sql`toUInt8(bitAnd(bitShiftRight(${code}, 59 - 2 * _n), 3))`;
  const next = sql`(toUInt8(bitXor(_a.1, arrayElement(${turns}, 1 + _p))), toInt64(2 * _a.2 + intDiv(_q, 2)), toInt64(2 * _a.3 + _q % 2))`;
  const quarter = sql`arrayElement(${toQuarter}, 1 + 4 * _a.1 + _p)`;
  const step = sql`arrayMap(_p -> arrayMap(_q -> ${next}, [${quarter}])[1], [${part}])[1]`;
  const start = sql`(toUInt8(${face} % 2), toInt64(0), toInt64(0))`;
  const end = sql`arrayFold((_a, _n) -> ${step}, range(toUInt64(${level})), ${start})`;
  return bindOnce(end, (found) => sql`(${face}, ${found}.2, ${found}.3)`);
}

function neighbours(own: Sql, level: Sql): Sql {
  const size = sql`toInt64(exp2(30 - ${level}))`;
  const beside = (index: Sql, way: Sql): Sql =>
    sql`greatest(toInt64(-1), least(toInt64(1073741824), (${index} + ${way}) * ${size}))`;
  const found = bindOnce(sql`(${beside(sql`${own}.2`, sql`_w.1`)}, ${beside(sql`${own}.3`, sql`_w.2`)})`, (at) => {
    const inside = sql`${at}.1 BETWEEN 0 AND 1073741823 AND ${at}.2 BETWEEN 0 AND 1073741823`;
    return sql`if(${inside}, ${token(sql`${own}.1`, sql`${at}.1`, sql`${at}.2`, level)}, ${overEdge(own, at, level)})`;
  });
  return joined(sql`arrayDistinct(arrayFilter(_t -> _t != '', arrayMap(_w -> toJSONString(${found}), ${around})))`);
}

/** The cell on the next face for a column and row just over the edge of this one. */
function overEdge(own: Sql, at: Sql, level: Sql): Sql {
  // No more over the edge than a double can tell, so that the cell beyond a corner of the cube is one that touches it.
  const beyond = (index: Sql): Sql =>
    sql`greatest(-1.0000000000000002, least(1.0000000000000002, (2 * (${index} - 536870912) + 1) / 1073741824))`;
  return bindOnce(offFace(sql`${own}.1`, beyond(sql`${at}.1`), beyond(sql`${at}.2`)), (direction) =>
    onFace(direction, (face, u, v) => token(face, leaf(sql`(0.5 * (${u} + 1))`), leaf(sql`(0.5 * (${v} + 1))`), level)),
  );
}

/** Steps to the neighbours, in the order in which KQL gives them. */
const around = sql`[(1, 1), (-1, -1), (1, -1), (0, -1), (0, 1), (1, 0), (-1, 0), (-1, 1)]`;

function dynamic(expression: Sql): Value {
  return value(expression, "dynamic");
}

import { type Sql, sql } from "../../sql/sql.js";
import { bindOnce } from "../bind.js";
import { constantInteger } from "../constant-elements.js";
import { scalars } from "../entry.js";
import { joined } from "../json-text.js";
import { type Refusal, type Value, value } from "../value.js";
import { isPlace, pointJson, polygonJson, withReals } from "./coordinates.js";

/** Cells of the H3 grid, as texts of hexadecimal digits. */
export const h3Functions = scalars({
  geo_point_to_h3cell: {
    about: "The H3 cell in which a point lies; empty for a point or resolution (0 to 15, by default 6) that is none.",
    emit: (longitude: Value, latitude: Value, resolution?: Value) => toCell(longitude, latitude, resolution),
    notNull: true,
    examples: {
      "geo_point_to_h3cell(-73.956683, 40.807907, 5)": "852a100bfffffff",
      "geo_point_to_h3cell(1, 1, 16)": "",
      "geo_point_to_h3cell(200, 1)": "",
    },
  },
  geo_h3cell_level: {
    about: "The resolution of an H3 cell; null where the text is no cell.",
    emit: (cell: Value) =>
      withCell(cell, (code) => sql`toNullable(toInt32(h3GetResolution(${code})))`, sql`CAST(NULL AS Nullable(Int32))`),
    examples: { "geo_h3cell_level('862a1072fffffff')": 6, "geo_h3cell_level('abc')": null },
  },
  geo_h3cell_parent: {
    about: "The H3 cell that holds a cell, one resolution up or at a given one; empty where there is none.",
    emit: (cell: Value, resolution?: Value) =>
      withCell(
        cell,
        (code) => {
          const own = sql`toInt64(h3GetResolution(${code}))`;
          return bindOnce(wanted(resolution, sql`${own} - 1`), (level) => {
            const safe = sql`toUInt8(greatest(0, least(${level}, ${own})))`;
            return sql`if(${level} BETWEEN 0 AND ${own}, h3ToString(h3ToParent(${code}, ${safe})), '')`;
          });
        },
        sql`''`,
      ),
    notNull: true,
    examples: {
      "geo_h3cell_parent('862a1072fffffff')": "852a1073fffffff",
      "geo_h3cell_parent('862a1072fffffff', 1)": "812a3ffffffffff",
      "geo_h3cell_parent('862a1072fffffff', 15)": "",
      "geo_h3cell_parent('abc', 1)": "",
    },
  },
  geo_h3cell_children: {
    about:
      "The H3 cells within a cell, one resolution down or at a given one up to five down; null where there is none.",
    emit: (cell: Value, resolution?: Value) =>
      withCell(
        cell,
        (code) => {
          const own = sql`toInt64(h3GetResolution(${code}))`;
          const last = sql`least(${own} + 5, 15)`;
          return bindOnce(wanted(resolution, sql`${own} + 1`), (level) => {
            const safe = sql`toUInt8(greatest(${own}, least(${level}, ${last})))`;
            return sql`if(${level} BETWEEN ${own} AND ${last}, ${tokens(sql`h3ToChildren(${code}, ${safe})`)}, '')`;
          });
        },
        sql`''`,
      ),
    examples: {
      "geo_h3cell_children('862a1072fffffff')": [
        "872a10728ffffff",
        "872a10729ffffff",
        "872a1072affffff",
        "872a1072bffffff",
        "872a1072cffffff",
        "872a1072dffffff",
        "872a1072effffff",
      ],
      "array_length(geo_h3cell_children('862a1072fffffff', 9))": 343,
      "geo_h3cell_children('862a1072fffffff', 5)": null,
      "geo_h3cell_children('862a1072fffffff', 12)": null,
    },
  },
  geo_h3cell_neighbors: {
    about: "The H3 cells that touch a cell; null where the text is no cell.",
    emit: (cell: Value) =>
      withCell(cell, (code) => tokens(sql`arrayFilter(_c -> _c != ${code}, h3kRing(${code}, toUInt16(1)))`), sql`''`),
    limit: "The neighbours of one of the grid's twelve pentagons may come in another order.",
    examples: {
      "geo_h3cell_neighbors('862a1072fffffff')": [
        "862a10727ffffff",
        "862a10707ffffff",
        "862a1070fffffff",
        "862a10777ffffff",
        "862a100dfffffff",
        "862a100d7ffffff",
      ],
      "geo_h3cell_neighbors('')": null,
    },
  },
  geo_h3cell_rings: {
    about: "Arrays of the H3 cells at each distance from a cell, 0 up to 142; null where cell or distance are none.",
    emit: (cell: Value, distance: Value) => rings(cell, distance),
    limit:
      "The distance must be a constant; rings that meet one of the grid's twelve pentagons may be ordered otherwise.",
    examples: {
      "geo_h3cell_rings('861f8894fffffff', 1)": [
        ["861f8894fffffff"],
        [
          "861f88947ffffff",
          "861f8895fffffff",
          "861f88867ffffff",
          "861f8d497ffffff",
          "861f8d4b7ffffff",
          "861f8896fffffff",
        ],
      ],
      "geo_h3cell_rings('861f8894fffffff', 150)": null,
      "geo_h3cell_rings('abc', 1)": null,
    },
  },
  geo_h3cell_to_central_point: {
    about: "The centre of an H3 cell, as GeoJSON; null where the text is no cell.",
    emit: (cell: Value) =>
      dynamic(
        withCell(
          cell,
          (code) => bindOnce(sql`h3ToGeo(${code})`, (place) => pointJson(sql`${place}.2`, sql`${place}.1`)),
          sql`''`,
        ),
      ),
    examples: {
      "round(toreal(geo_h3cell_to_central_point('862a1072fffffff').coordinates[0]), 10)": -74.0160084798,
      "geo_h3cell_to_central_point('1')": null,
    },
  },
  geo_h3cell_to_polygon: {
    about: "The outline of an H3 cell, as GeoJSON; null where the text is no cell.",
    emit: (cell: Value) =>
      dynamic(
        withCell(
          cell,
          (code) => {
            const corners = sql`arrayMap(_p -> (_p.2, _p.1), h3ToGeoBoundary(${code}))`;
            return bindOnce(corners, (ring) => polygonJson(sql`arrayPushBack(${ring}, arrayElement(${ring}, 1))`));
          },
          sql`''`,
        ),
      ),
    examples: {
      "geo_h3cell_to_polygon('862a1072fffffff').type": "Polygon",
      "array_length(geo_h3cell_to_polygon('862a1072fffffff').coordinates[0])": 7,
      "geo_h3cell_to_polygon('@')": null,
    },
  },
});

// A cell of the coarsest resolution, for the engine to work on where the text is no cell.
const anyCell = sql`toUInt64(577199624117288959)`;

function toCell(longitude: Value, latitude: Value, resolution: Value | undefined): Sql {
  return withReals([longitude, latitude], (x, y) =>
    bindOnce(wanted(resolution, sql`toInt64(6)`), (level) => {
      const fits = sql`${isPlace(x, y)} AND ${level} BETWEEN 0 AND 15`;
      const [safeX, safeY] = [sql`if(${fits}, ${x}, 0.)`, sql`if(${fits}, ${y}, 0.)`];
      return sql`if(${fits}, h3ToString(geoToH3(${safeY}, ${safeX}, toUInt8(if(${fits}, ${level}, 0)))), '')`;
    }),
  );
}

/** Works on the number of a cell, or gives `otherwise` where the text is none. */
function withCell(cell: Value, use: (code: Sql) => Sql, otherwise: Sql): Sql {
  const digits = sql`reinterpretAsUInt64(reverse(unhex(leftPad(${cell}, 16, '0'))))`;
  return bindOnce(sql`if(match(${cell}, '^[0-9a-fA-F]{15,16}$'), ${digits}, toUInt64(0))`, (code) =>
    bindOnce(
      sql`if(h3IsValid(${code}), ${code}, ${anyCell})`,
      (safe) => sql`if(h3IsValid(${code}), ${use(safe)}, ${otherwise})`,
    ),
  );
}

/** A resolution, -1 where it is null. */
function wanted(resolution: Value | undefined, otherwise: Sql): Sql {
  return resolution === undefined ? otherwise : sql`toInt64(ifNull(${resolution}, -1))`;
}

function rings(cell: Value, distance: Value): Sql | Refusal {
  if (distance.constant === null) return sql`''`;
  const most = constantInteger(distance);
  if (most === undefined) return { refused: "geo_h3cell_rings with a distance that is not a constant" };
  if (most < 0 || most > 142) return sql`''`;
  const disk = (code: Sql, size: Sql): Sql => sql`h3kRing(${code}, toUInt16(${size}))`;
  return withCell(
    cell,
    (code) => {
      const before = disk(code, sql`greatest(toInt64(_d) - 1, 0)`);
      const ring = sql`if(_d = 0, [${code}], arrayFilter(_c -> NOT has(${before}, _c), ${disk(code, sql`_d`)}))`;
      return joined(sql`arrayMap(_d -> ${tokens(ring)}, range(${distance} + 1))`);
    },
    sql`''`,
  );
}

function tokens(cells: Sql): Sql {
  return sql`toJSONString(arrayMap(_c -> h3ToString(_c), ${cells}))`;
}

function dynamic(expression: Sql): Value {
  return value(expression, "dynamic");
}

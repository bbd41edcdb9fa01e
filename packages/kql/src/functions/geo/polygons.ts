import { type Sql, sql } from "../../sql/sql.js";
import { constantText } from "../constant-elements.js";
import { constantValue } from "../constants.js";
import { scalars } from "../entry.js";
import { nullOf, type Value } from "../value.js";
import { isPlace, radians, withReals } from "./coordinates.js";
import { withPolygons } from "./edges.js";
import { shapeOf } from "./well-known-text.js";

const halves =
  "Polygons must be smaller than half of the Earth; where the polygon is not a constant, edges that cross are not found.";
const limit = `${halves} A point on the very border may count to the other side than in the engine.`;

/** Polygons on the Earth, whose edges are the shortest lines between their corners. */
export const polygonFunctions = scalars({
  geo_point_in_polygon: {
    about: "Whether a point lies in a GeoJSON polygon; null where one of them is none.",
    emit: (longitude: Value, latitude: Value, polygon: Value) =>
      withReals([longitude, latitude], (x, y) =>
        withPolygons(
          polygon,
          (polygons) => sql`if(${isPlace(x, y)}, toNullable(${isInside(x, y, polygons)}), NULL)`,
          nullOf("bool"),
        ),
      ),
    limit,
    examples: {
      "geo_point_in_polygon(1, 1, dynamic({'type':'Polygon','coordinates':[[[0,0],[10,0],[10,10],[0,10],[0,0]]]}))": true,
      "geo_point_in_polygon(5, 10.02, dynamic({'type':'Polygon','coordinates':[[[0,0],[10,0],[10,10],[0,10],[0,0]]]}))": true,
      'geo_point_in_polygon(5, 11, parse_json(\'{"type":"Polygon","coordinates":[[[0,0],[10,0],[10,10],[0,10],[0,0]]]}\'))': false,
      "geo_point_in_polygon(179.5, 0.5, dynamic({'type':'Polygon','coordinates':[[[179,0],[-179,0],[-179,1],[179,1],[179,0]]]}))": true,
      "geo_point_in_polygon(10, 85, dynamic({'type':'Polygon','coordinates':[[[0,80],[120,80],[-120,80],[0,80]]]}))": true,
      "geo_point_in_polygon(6, 6, dynamic({'type':'MultiPolygon','coordinates':[[[[0,0],[8,0],[8,8],[0,8],[0,0]]],[[[5,5],[9,5],[9,9],[5,9],[5,5]]]]}))": true,
      "geo_point_in_polygon(1, 1, dynamic({'type':'Polygon','coordinates':[[[0,0],[10,10],[10,10],[0,0]]]}))": null,
      'geo_point_in_polygon(1, 1, parse_json(\'{"type":"Polygon","coordinates":[[["a",0],[9,0],[9,9],["a",0]]]}\'))':
        null,
    },
  },
  geo_from_wkt: {
    about: "The GeoJSON of a shape in well-known text; null where the text is none.",
    emit: (wellKnown: Value) => constantValue("dynamic", shapeOf(constantText(wellKnown) ?? "") ?? ""),
    outside: "unless-constant",
    examples: {
      "geo_from_wkt('POINT (1 2)')": { type: "Point", coordinates: [1, 2] },
      "geo_from_wkt('MULTIPOINT (1 1, 2 2, 3 3)').coordinates": [
        [1, 1],
        [2, 2],
        [3, 3],
      ],
      "geo_from_wkt('POLYGON ((0 0, 2 0, 2 2, 0 0))').coordinates[0][1]": [2, 0],
      "array_length(geo_from_wkt('GEOMETRYCOLLECTION (POINT (1 1),LINESTRING (2 2, 3 3, 4 4))').geometries)": 2,
      "geo_from_wkt(strcat('point', '(-1.5 ', tostring(2), ')'))": { type: "Point", coordinates: [-1.5, 2] },
      "geo_from_wkt('LINESTRING')": null,
    },
  },
});

/** Whether a place lies in one of several polygons, whose edges are listed for each. */
export function isInside(x: Sql, y: Sql, polygons: Sql): Sql {
  const turns = sql`(arrayCount(_e -> ${crosses(x, y)}, _g) + ${holdsPole(sql`_g`)})`;
  return sql`arrayExists(_g -> ${turns} % 2 = 1, ${polygons})`;
}

/** Whether the edge `_e` passes north of a point, or through it. */
function crosses(x: Sql, y: Sql): Sql {
  const from = west(sql`(_e.1 - ${x})`);
  const to = west(sql`(_e.3 - ${x})`);
  const height = sql`(tan(${radians(sql`_e.2`)}) * sin(${radians(to)}) - tan(${radians(sql`_e.4`)}) * sin(${radians(from)})) / sin(${radians(sql`(${to} - ${from})`)})`;
  return sql`((${from} < 0) != (${to} < 0) AND abs(${to} - ${from}) < 180 AND ${height} >= tan(${radians(y)}))`;
}

/** Whether the polygon holds the north pole: its edges go all around it, and lie rather to the north. */
function holdsPole(edges: Sql): Sql {
  const step = west(sql`(_e.3 - _e.1)`);
  const half = (degrees: Sql): Sql => sql`tan(${radians(degrees)} / 2)`;
  const [a, b] = [half(sql`_e.2`), half(sql`_e.4`)];
  const area = sql`2 * atan2(tan(${radians(step)} / 2) * (${a} + ${b}), 1 + ${a} * ${b})`;
  const turned = sql`arraySum(arrayMap(_e -> ${step}, ${edges}))`;
  return sql`(abs(${turned}) > 180 AND ${turned} * arraySum(arrayMap(_e -> ${area}, ${edges})) > 0)`;
}

/** A difference of longitudes from -180 up to 180 degrees. */
function west(difference: Sql): Sql {
  return sql`multiIf(${difference} < -180, ${difference} + 360, ${difference} >= 180, ${difference} - 360, ${difference})`;
}

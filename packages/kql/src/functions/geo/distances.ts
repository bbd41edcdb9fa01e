import { type Sql, sql } from "../../sql/sql.js";
import { bindOnce } from "../bind.js";
import { scalars } from "../entry.js";
import { nullOf, type Value, value } from "../value.js";
import { isPlace, pointJson, withReals } from "./coordinates.js";
import { withLine, withPolygons } from "./edges.js";
import { isInside } from "./polygons.js";
import { crossOf, dotOf, minus, plus, times, towards, tupleOf, type Vector, vectorAt } from "./vectors.js";

const limit = "Results agree with the engine's in their first twelve digits.";

/** The shortest ways from a point to a shape on the Earth. */
export const distanceFunctions = scalars({
  geo_distance_point_to_line: {
    about: "The shortest way from a point to a GeoJSON line, in metres; null where one of them is none.",
    emit: (longitude: Value, latitude: Value, line: Value) =>
      withReals([longitude, latitude], (x, y) =>
        withLine(line, (edges) => sql`if(${isPlace(x, y)}, ${distance(x, y, edges)}, NULL)`, nullOf("real")),
      ),
    limit,
    examples: {
      "round(geo_distance_point_to_line(-115.199625, 36.210419, dynamic({'type':'LineString','coordinates':[[-115.183289,36.175007],[-115.192612,36.176736],[-115.202485,36.173439]]})), 6)": 3797.888873,
      "round(geo_distance_point_to_line(5, 10, dynamic({'type':'LineString','coordinates':[[0,0],[10,0]]})) / 6371010, 12)": 0.174532925199,
      'geo_distance_point_to_line(1, 1, parse_json(\'{"type":"MultiLineString","coordinates":[[[9,9],[8,8]],[[1,1],[2,2]]]}\'))': 0,
      "geo_distance_point_to_line(1, 1, dynamic({'type':'LineString'}))": null,
      "geo_distance_point_to_line(300, 3, dynamic({'type':'LineString','coordinates':[[1,1],[2,2]]}))": null,
      "geo_distance_point_to_line(3, 3, dynamic({'type':'LineString','coordinates':[[0,0],[180,0]]}))": null,
    },
  },
  geo_distance_point_to_polygon: {
    about:
      "The shortest way from a point to a GeoJSON polygon, in metres, 0 within it; null where one of them is none.",
    emit: (longitude: Value, latitude: Value, polygon: Value) =>
      withReals([longitude, latitude], (x, y) =>
        withPolygons(
          polygon,
          (polygons) => {
            const outside = distance(x, y, sql`arrayFlatten(${polygons})`);
            return sql`if(${isPlace(x, y)}, if(${isInside(x, y, polygons)}, 0., ${outside}), NULL)`;
          },
          nullOf("real"),
        ),
      ),
    limit: `${limit} Where the polygon is not a constant, edges that cross are not found.`,
    examples: {
      "round(geo_distance_point_to_polygon(-73.9839, 40.7705, dynamic({'type':'Polygon','coordinates':[[[-73.9495,40.7969],[-73.95807266235352,40.80068603561921],[-73.98201942443848,40.76825672305777],[-73.97317886352539,40.76455136505513],[-73.9495,40.7969]]]})), 9)": 259.940756071,
      "geo_distance_point_to_polygon(5, 5, dynamic({'type':'Polygon','coordinates':[[[0,0],[10,0],[10,10],[0,10],[0,0]]]}))": 0,
      "geo_distance_point_to_polygon(500, 1, dynamic({'type':'Polygon','coordinates':[[[0,0],[10,10],[10,1],[0,0]]]}))":
        null,
      "geo_distance_point_to_polygon(1, 1, dynamic({'type':'Polygon','coordinates':[[[0,0],[10,10],[10,10],[0,0]]]}))":
        null,
    },
  },
  geo_closest_point_on_line: {
    about: "The place on a GeoJSON line that is nearest to a point, as GeoJSON; null where one of them is none.",
    emit: (longitude: Value, latitude: Value, line: Value) =>
      dynamic(
        withReals([longitude, latitude], (x, y) =>
          withLine(line, (edges) => sql`if(${isPlace(x, y)}, ${nearest(x, y, edges)}, '')`, sql`''`),
        ),
      ),
    limit,
    examples: {
      "geo_closest_point_on_line(-115.199625, 36.210419, dynamic({'type':'LineString','coordinates':[[-115.183289,36.175007],[-115.192612,36.176736],[-115.202485,36.173439]]})).coordinates":
        [-115.192612, 36.176736],
      "geo_closest_point_on_line(1, 1, dynamic({'type':'LineString'}))": null,
      "geo_closest_point_on_line(300, 3, dynamic({'type':'LineString','coordinates':[[1,1],[2,2]]}))": null,
    },
  },
  geo_closest_point_on_polygon: {
    about:
      "The place of a GeoJSON polygon that is nearest to a point, which is the point itself within it, as GeoJSON; null where one of them is none.",
    emit: (longitude: Value, latitude: Value, polygon: Value) =>
      dynamic(
        withReals([longitude, latitude], (x, y) =>
          withPolygons(
            polygon,
            (polygons) => {
              const outside = nearest(x, y, sql`arrayFlatten(${polygons})`);
              return sql`if(${isPlace(x, y)}, if(${isInside(x, y, polygons)}, ${pointJson(x, y)}, ${outside}), '')`;
            },
            sql`''`,
          ),
        ),
      ),
    limit: `${limit} Where the polygon is not a constant, edges that cross are not found.`,
    examples: {
      "round(toreal(geo_closest_point_on_polygon(-73.9839, 40.7705, dynamic({'type':'Polygon','coordinates':[[[-73.9495,40.7969],[-73.95807266235352,40.80068603561921],[-73.98201942443848,40.76825672305777],[-73.97317886352539,40.76455136505513],[-73.9495,40.7969]]]})).coordinates[0]), 11)":
        -73.98120558015,
      "geo_closest_point_on_polygon(5, 5, dynamic({'type':'Polygon','coordinates':[[[0,0],[10,0],[10,10],[0,10],[0,0]]]})).coordinates":
        [5, 5],
      "geo_closest_point_on_polygon(500, 1, dynamic({'type':'Polygon','coordinates':[[[0,0],[10,10],[10,1],[0,0]]]}))":
        null,
    },
  },
});

/** The way from a place to the nearest of some edges, in metres. */
function distance(x: Sql, y: Sql, edges: Sql): Sql {
  const least = bindOnce(tupleOf(towards(x, y)), (point) => {
    const p = vectorAt(point, 1);
    return sql`arrayMin(arrayMap(_v -> ${across(p, (squared) => squared)}, ${planes(edges)}))`;
  });
  return sql`2 * 6371010. * asin(least(1., sqrt(${least}) / 2))`;
}

/** The place on some edges that is nearest to a place, as GeoJSON. */
function nearest(x: Sql, y: Sql, edges: Sql): Sql {
  return bindOnce(tupleOf(towards(x, y)), (point) => {
    const p = vectorAt(point, 1);
    const ends = [sql`(_e.1, _e.2)`, sql`(_e.3, _e.4)`] as const;
    const foot = bindOnce(
      tupleOf(minus(p, times(sql`(${dotOf(p, normal)} / ${dotOf(normal, normal)})`, normal))),
      (to) => degreesOf(vectorAt(to, 1)),
    );
    const spots = sql`arrayMap((_v, _e) -> ${across(p, (squared, isInner) => sql`(${squared}, if(${isInner}, ${foot}, if(${gap(p, start)} <= ${gap(p, end)}, ${ends[0]}, ${ends[1]})))`)}, ${planes(edges)}, ${edges})`;
    return bindOnce(sql`arraySort(_s -> _s.1, ${spots})[1].2`, (spot) => pointJson(sql`${spot}.1`, sql`${spot}.2`));
  });
}

// An edge `_v` is a tuple of its two ends and the normal of its plane.
const [start, end, normal] = [vectorAt(sql`_v`, 1), vectorAt(sql`_v`, 4), vectorAt(sql`_v`, 7)];

function planes(edges: Sql): Sql {
  const ends = sql`arrayMap(_e -> ${tupleOf(towards(sql`_e.1`, sql`_e.2`), towards(sql`_e.3`, sql`_e.4`))}, ${edges})`;
  // Twice the cross product, without the loss of digits that it has for ends that are near each other.
  const plane = crossOf(plus(start, end), minus(end, start));
  return sql`arrayMap(_v -> ${tupleOf(start, end, plane)}, ${ends})`;
}

/** Works on the square of the straight way from a point to an edge, and on whether it meets the edge between its ends. */
function across(p: Vector, use: (squared: Sql, isInner: Sql) => Sql): Sql {
  return bindOnce(tupleOf(crossOf(normal, p)), (turned) => {
    const w = vectorAt(turned, 1);
    const isInner = sql`(${dotOf(minus(start, p), w)} < 0 AND ${dotOf(minus(end, p), w)} > 0)`;
    const size = dotOf(normal, normal);
    const inner = sql`pow(${dotOf(p, normal)}, 2) / ${size} + pow(1 - sqrt(${dotOf(w, w)} / ${size}), 2)`;
    return use(sql`if(${isInner}, ${inner}, least(${gap(p, start)}, ${gap(p, end)}))`, isInner);
  });
}

/** The square of the straight way between two vectors. */
function gap(a: Vector, b: Vector): Sql {
  return dotOf(minus(a, b), minus(a, b));
}

function degreesOf([x, y, z]: Vector): Sql {
  const degrees = (angle: Sql): Sql => sql`(${angle} * (180 / pi()))`;
  return sql`(${degrees(sql`atan2(${y}, ${x})`)}, ${degrees(sql`atan2(${z}, sqrt(${x} * ${x} + ${y} * ${y}))`)})`;
}

function dynamic(expression: Sql): Value {
  return value(expression, "dynamic");
}

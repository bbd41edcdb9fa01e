import { type Sql, sql } from "../sql/sql.js";
import { bind } from "./bind.js";
import { scalars } from "./entry.js";

// The radius of the sphere that KQL's geospatial functions measure on, in metres.
const earthRadius = sql`6371010.`;

/** Distances on the Earth. */
export const geoFunctions = scalars({
  geo_distance_2points: {
    about: "The shortest way between two points on the Earth, in metres; longitude comes first, in degrees.",
    emit: (longitude1, latitude1, longitude2, latitude2) =>
      bind(real(longitude1!.sql), (x1) =>
        bind(real(latitude1!.sql), (y1) =>
          bind(real(longitude2!.sql), (x2) => bind(real(latitude2!.sql), (y2) => distance(x1, y1, x2, y2))),
        ),
      ),
    examples: {
      "round(geo_distance_2points(-122.407628, 47.578557, -118.275287, 34.019056), 3)": 1546754.352,
      "geo_distance_2points(10.5, 50.25, 10.5, 50.25)": 0,
      "geo_distance_2points(300.0, 47.5, -118.25, 34.0)": null,
      "geo_distance_2points(10.5, -91.0, -118.25, 34.0)": null,
      "geo_distance_2points(real(null), 47.5, -118.25, 34.0)": null,
    },
  },
});

const real = (expression: Sql) => sql`toFloat64(${expression})`;
const radians = (degrees: Sql) => sql`(${degrees} * (pi() / 180))`;
const squaredHalfSine = (degrees: Sql) => sql`pow(sin(${radians(degrees)} / 2), 2)`;

/** The haversine formula; null where a coordinate does not exist. */
function distance(x1: Sql, y1: Sql, x2: Sql, y2: Sql): Sql {
  const exists = sql`abs(${x1}) <= 180 AND abs(${x2}) <= 180 AND abs(${y1}) <= 90 AND abs(${y2}) <= 90`;
  const across = sql`cos(${radians(y1)}) * cos(${radians(y2)}) * ${squaredHalfSine(sql`(${x2} - ${x1})`)}`;
  const chord = sql`${squaredHalfSine(sql`(${y2} - ${y1})`)} + ${across}`;
  return sql`if(${exists}, 2 * ${earthRadius} * asin(sqrt(least(1., ${chord}))), NULL)`;
}

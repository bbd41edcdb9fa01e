import { type Sql, sql } from "../../sql/sql.js";
import { bindOnce } from "../bind.js";
import { scalars } from "../entry.js";
import type { Value } from "../value.js";
import { cross, dot, isPlace, radians, vector, withReals } from "./coordinates.js";

// The radius of the sphere that KQL's geospatial functions measure on, in metres.
const earthRadius = sql`6371010.`;

/** Angles and distances on the Earth, which is taken for a sphere. */
export const sphereFunctions = scalars({
  geo_distance_2points: {
    about: "The shortest way between two points on the Earth, in metres; longitude comes first, in degrees.",
    emit: (...ends: readonly Value[]) =>
      withReals(ends, (...at) => {
        const [x1, y1, x2, y2] = four(at);
        return sql`if(${isPlace(x1, y1)} AND ${isPlace(x2, y2)}, ${distance(x1, y1, x2, y2)}, NULL)`;
      }),
    examples: {
      "round(geo_distance_2points(-122.407628, 47.578557, -118.275287, 34.019056), 3)": 1546754.352,
      "geo_distance_2points(10.5, 50.25, 10.5, 50.25)": 0,
      "geo_distance_2points(300.0, 47.5, -118.25, 34.0)": null,
      "geo_distance_2points(10.5, -91.0, -118.25, 34.0)": null,
      "geo_distance_2points(real(null), 47.5, -118.25, 34.0)": null,
    },
  },
  geo_point_in_circle: {
    about: "Whether a point lies in a circle on the Earth: the point, the circle's centre and its radius in metres.",
    emit: (longitude: Value, latitude: Value, x: Value, y: Value, radius: Value) =>
      withReals([longitude, latitude, x, y, radius], (...at) => {
        const [x1, y1, x2, y2, reach] = [...four(at), at[4] ?? sql`nan`];
        const fits = sql`${isPlace(x1, y1)} AND ${isPlace(x2, y2)} AND ${reach} > 0 AND isFinite(${reach})`;
        return sql`if(${fits}, toNullable(toUInt8(${distance(x1, y1, x2, y2)} <= ${reach})), NULL)`;
      }),
    examples: {
      "geo_point_in_circle(-122.143564, 47.535677, -122.100896, 47.527351, 3500)": true,
      "geo_point_in_circle(-122.137575, 47.630683, -122.100896, 47.527351, 3500)": false,
      "geo_point_in_circle(200, 1, 1, 1, 1)": null,
      "geo_point_in_circle(1, 1, 1, 1, -1)": null,
    },
  },
  geo_azimuth: {
    about: "The direction from a point to another, clockwise from north, in radians; null for one and the same point.",
    emit: (...ends: readonly Value[]) =>
      withReals(ends, (...at) => {
        const [x1, y1, x2, y2] = four(at);
        const known = isLine(x1, y1, x2, y2);
        return sql`if(${known}, toNullable(${turn(direction(x1, y1, x2, y2))}), NULL)`;
      }),
    examples: {
      "round(geo_azimuth(5, 10, 10, -40), 12)": 3.054599397964,
      "geo_azimuth(0, 0, 10, 0) == pi() / 2": true,
      "geo_azimuth(0, 0, -10, 0) == 3 * pi() / 2": true,
      "geo_azimuth(5, 10, 5, 10)": null,
    },
  },
  geo_angle: {
    about: "The angle between the lines from a second point to the first and to a third, clockwise, in radians.",
    emit: (...points: readonly Value[]) =>
      withReals(points, (...at) => {
        const [x1, y1, x2, y2] = four(at);
        const [x3, y3] = [at[4] ?? sql`nan`, at[5] ?? sql`nan`];
        const known = sql`${isLine(x1, y1, x2, y2)} AND ${isLine(x2, y2, x3, y3)}`;
        const angle = turn(sql`(${direction(x2, y2, x3, y3)} - ${direction(x2, y2, x1, y1)})`);
        return sql`if(${known}, toNullable(${angle}), NULL)`;
      }),
    examples: {
      "round(geo_angle(0, 10, 0, 5, 3, -10), 12)": 2.944938434069,
      "geo_angle(0, 10, 0, 10, 3, -10)": null,
    },
  },
});

function four(at: readonly Sql[]): readonly [Sql, Sql, Sql, Sql] {
  const none = sql`nan`;
  return [at[0] ?? none, at[1] ?? none, at[2] ?? none, at[3] ?? none];
}

/** The haversine formula. */
function distance(x1: Sql, y1: Sql, x2: Sql, y2: Sql): Sql {
  const squaredHalfSine = (degrees: Sql): Sql => sql`pow(sin(${radians(degrees)} / 2), 2)`;
  const across = sql`cos(${radians(y1)}) * cos(${radians(y2)}) * ${squaredHalfSine(sql`(${x2} - ${x1})`)}`;
  const chord = sql`${squaredHalfSine(sql`(${y2} - ${y1})`)} + ${across}`;
  return sql`2 * ${earthRadius} * asin(sqrt(least(1., ${chord})))`;
}

/** Whether two points exist and one shortest line joins them: they are neither one point nor opposite ones. */
function isLine(x1: Sql, y1: Sql, x2: Sql, y2: Sql): Sql {
  const apart = bindOnce(sql`(${vector(x1, y1)}, ${vector(x2, y2)})`, (ends) => {
    const normal = cross(sql`${ends}.1`, sql`${ends}.2`);
    return bindOnce(normal, (n) => sql`${dot(n, n)} > 1e-30`);
  });
  return sql`(${isPlace(x1, y1)} AND ${isPlace(x2, y2)} AND ${apart})`;
}

function direction(x1: Sql, y1: Sql, x2: Sql, y2: Sql): Sql {
  const across = radians(sql`(${x2} - ${x1})`);
  const [from, to] = [radians(y1), radians(y2)];
  return sql`atan2(sin(${across}) * cos(${to}), cos(${from}) * sin(${to}) - sin(${from}) * cos(${to}) * cos(${across}))`;
}

/** An angle within a full turn, from 0 on. */
function turn(angle: Sql): Sql {
  return bindOnce(angle, (one) => sql`if(${one} < 0, ${one} + 2 * pi(), ${one})`);
}

import { type Constant, type Corner, linesOf, polygonsOf, shapeOfWellKnownText } from "@calypso/kql";
import { cellsOfLines, cellsOfPolygons } from "./cells.js";
import { densified, isTolerance } from "./densify.js";
import { linesJson, polygonsJson } from "./geojson.js";
import {
  intersectionOfLines,
  intersectionOfLineWithPolygon,
  lineIntersectsPolygon,
  linesIntersect,
  unionOfLines,
} from "./line-relations.js";
import { interpolatedPoint, lineCentroid, lineLength, locatedPoint } from "./lines.js";
import {
  intersectionOfPolygons,
  polygonArea,
  polygonCentroid,
  polygonPerimeter,
  polygonsIntersect,
  unionOfPolygons,
} from "./polygons.js";
import { Unanswerable } from "./unanswerable.js";

/** A scalar function of KQL: arguments and result as constants, a dynamic as its JSON. Pure; may throw `Unanswerable`. */
export type GeoFunction = (args: readonly Constant[]) => Constant;

/** Geospatial functions that the engine has no form for, by their KQL names. */
export const geoFunctions: ReadonlyMap<string, GeoFunction> = new Map<string, GeoFunction>(
  Object.entries({
    geo_line_centroid: ([line]) => of(lines(line), lineCentroid),
    geo_from_wkt: ([text]) => shapeOfWellKnownText(String(text)) ?? null,
    geo_line_length: ([line]) => of(lines(line), lineLength),
    geo_line_interpolate_point: ([line, share]) => of(lines(line), (known) => interpolatedPoint(known, real(share))),
    geo_line_locate_point: ([line, longitude, latitude]) =>
      of(lines(line), (known) => of(corner(longitude, latitude), (place) => locatedPoint(known, place))),
    geo_line_densify: ([line, tolerance]) =>
      of(lines(line), (known) => {
        const metres = or(tolerance, 10);
        return isTolerance(metres) ? linesJson(single(known, line).map((one) => densified(one, metres))) : null;
      }),
    geo_polygon_densify: ([polygon, tolerance]) =>
      of(polygons(polygon), (known) => {
        const metres = or(tolerance, 10);
        if (!isTolerance(metres)) return null;
        return polygonsJson(single(known, polygon).map((rings) => rings.map((ring) => densified(ring, metres))));
      }),
    geo_polygon_perimeter: ([polygon]) => of(polygons(polygon), polygonPerimeter),
    geo_polygon_area: ([polygon]) => of(polygons(polygon), polygonArea),
    geo_polygon_centroid: ([polygon]) => of(polygons(polygon), polygonCentroid),
    geo_intersects_2lines: ([one, other]) => both(lines(one), lines(other), linesIntersect),
    geo_intersects_2polygons: ([one, other]) => both(polygons(one), polygons(other), polygonsIntersect),
    geo_intersects_line_with_polygon: ([line, polygon]) => both(lines(line), polygons(polygon), lineIntersectsPolygon),
    geo_intersection_2lines: ([one, other]) => both(lines(one), lines(other), intersectionOfLines),
    geo_intersection_2polygons: ([one, other]) => both(polygons(one), polygons(other), intersectionOfPolygons),
    geo_intersection_line_with_polygon: ([line, polygon]) =>
      both(lines(line), polygons(polygon), intersectionOfLineWithPolygon),
    geo_union_lines_array: ([array]) => of(membersOf(array, lines), unionOfLines),
    geo_union_polygons_array: ([array]) => of(membersOf(array, polygons), unionOfPolygons),
    geo_line_to_s2cells: ([line, level, radius]) =>
      of(lines(line), (known) => json(cellsOfLines(known, or(level, 11), or(radius, 0)))),
    geo_polygon_to_s2cells: ([polygon, level, radius]) =>
      of(polygons(polygon), (known) => json(cellsOfPolygons(known, or(level, 11), or(radius, 0)))),
  } satisfies Record<string, GeoFunction>),
);

function lines(json: Constant | undefined): ReturnType<typeof linesOf> {
  return typeof json === "string" ? linesOf(json) : undefined;
}

function polygons(json: Constant | undefined): ReturnType<typeof polygonsOf> {
  return typeof json === "string" ? polygonsOf(json) : undefined;
}

function of<T>(known: T | undefined, use: (known: T) => Constant): Constant {
  return known === undefined ? null : use(known);
}

function both<A, B>(one: A | undefined, other: B | undefined, use: (one: A, other: B) => Constant): Constant {
  return one === undefined || other === undefined ? null : use(one, other);
}

function corner(longitude: Constant | undefined, latitude: Constant | undefined): Corner | undefined {
  const place: Corner = [real(longitude), real(latitude)];
  return Math.abs(place[0]) <= 180 && Math.abs(place[1]) <= 90 ? place : undefined;
}

function real(value: Constant | undefined): number {
  return typeof value === "number" || typeof value === "bigint" ? Number(value) : Number.NaN;
}

/** A number that may be left out; a null that is given is none. */
function or(value: Constant | undefined, ifAbsent: number): number {
  return value === undefined ? ifAbsent : real(value);
}

function json(texts: readonly string[] | null): string | null {
  return texts === null ? null : JSON.stringify(texts);
}

/** All members of a JSON array, each read; undefined where there is none, or one of them cannot be read. */
function membersOf<T>(array: Constant | undefined, read: (json: string) => T | undefined): readonly T[] | undefined {
  const members: unknown = typeof array === "string" && array !== "" ? JSON.parse(array) : undefined;
  if (!Array.isArray(members)) return undefined;
  const known = members.map((member) => read(JSON.stringify(member)));
  const found = known.filter((one) => one !== undefined);
  return found.length === known.length ? found : undefined;
}

/** Shapes as they are, where it is known how a shape of so many is written. */
function single<T>(shapes: readonly T[], written: Constant | undefined): readonly T[] {
  const isMulti = typeof written === "string" && /"type"\s*:\s*"Multi/.test(written);
  if (isMulti && shapes.length === 1) throw new Unanswerable("a shape of several that has one");
  return shapes;
}

import type { Chain } from "@calypso/kql";
import { collectionJson, pointJson, polygonsJson } from "./geojson.js";
import { metresOf } from "./lines.js";
import { overlay } from "./overlay.js";
import { cornerOf, earthRadius } from "./places.js";
import { bordersOf, polygonsOfRegion, type Region, regionOf, regionOfRings } from "./regions.js";
import { Unanswerable } from "./unanswerable.js";

/** A polygon of GeoJSON: its members, each a list of rings. */
export type Polygons = readonly (readonly Chain[])[];

/** The area in square metres; where members lie on each other, it counts once. */
export function polygonArea(polygons: Polygons): number {
  return whole(polygons).polygon.area() * earthRadius * earthRadius;
}

/** The length of all borders in metres; members that lie on each other, or next to each other, count as one. */
export function polygonPerimeter(polygons: Polygons): number {
  return metresOf(bordersOf(whole(polygons)));
}

/** The centre of mass; where members lie on each other, they count once. */
export function polygonCentroid(polygons: Polygons): string | null {
  const sum = whole(polygons).polygon.centroid().vector;
  return sum.norm() === 0 ? null : pointJson(cornerOf(sum));
}

/** All polygons as one. */
export function unionOfPolygons(list: readonly Polygons[]): string {
  if (list.length === 0) throw new Unanswerable("no polygons");
  return polygonsJson(polygonsOfRegion(union(list.map(plain))));
}

/** What two polygons have in common. */
export function intersectionOfPolygons(one: Polygons, other: Polygons): string {
  const { loops, touching, adjoining } = overlay(plain(one), plain(other), "intersection");
  if (adjoining) throw new Unanswerable("polygons that have a border in common");
  if (touching.length > 1) throw new Unanswerable("polygons that touch each other at several places");
  if (loops.length > 1 && one.length + other.length > 2) throw new Unanswerable("several parts of several polygons");
  const points = touching.map((place) => pointJson(cornerOf(place)));
  const areas = loops.length === 0 ? [] : [polygonsJson(polygonsOfRegion(regionOf(loops)))];
  const shapes = [...points, ...areas];
  const [only] = shapes;
  return only !== undefined && shapes.length === 1 ? only : collectionJson(shapes);
}

/** Whether two polygons have a place in common. */
export function polygonsIntersect(one: Polygons, other: Polygons): boolean {
  const [ours, theirs] = [plain(one), plain(other)];
  const { loops, touching, adjoining } = overlay(ours, theirs, "intersection");
  if (loops.length > 0) return true;
  if (adjoining || touching.length > 0) throw new Unanswerable("polygons that touch each other, and no more");
  return false;
}

/** The region of a polygon of which it counts which place lies in it, and no more. */
export function whole(polygons: Polygons): Region {
  return polygons.length === 1 ? regionOfRings(polygons[0] ?? []) : union(polygons.map(regionOfRings));
}

/** The region of a polygon whose members, where it has several, lie apart. */
export function plain(polygons: Polygons): Region {
  const regions = polygons.map(regionOfRings);
  const meet = regions.some((one, index) => regions.slice(index + 1).some((other) => haveCommon(one, other)));
  if (meet) throw new Unanswerable("a polygon with members that meet");
  return regions.length === 1 ? regionOfRings(polygons[0] ?? []) : regionOf(regions.flatMap(({ loops }) => loops));
}

function haveCommon(one: Region, other: Region): boolean {
  const { loops, touching, adjoining } = overlay(one, other, "intersection");
  return loops.length > 0 || touching.length > 0 || adjoining;
}

/** Regions put together two by two, the two with the fewest corners first, as S2 does it. */
function union(regions: readonly Region[]): Region {
  const queue = regions.map((region) => ({ region, corners: bordersOf(region).length }));
  for (;;) {
    queue.sort((a, b) => a.corners - b.corners);
    const [first, second] = queue.splice(0, 2);
    if (first === undefined) return regionOf([]);
    if (second === undefined) return first.region;
    const region = regionOf(overlay(first.region, second.region, "union").loops);
    // Loops are read as around the smaller part, which is the wrong one then.
    const least = Math.max(first.region.polygon.area(), second.region.polygon.area());
    if (region.polygon.area() < least * (1 - 1e-9)) throw new Unanswerable("more than half of the Earth");
    queue.push({ region, corners: first.corners + second.corners });
  }
}

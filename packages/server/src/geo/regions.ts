import type { Chain } from "@calypso/kql";
import { s2 } from "s2js";
import type { Edge } from "./lines.js";
import { cornerOf, pointOf, type Vector, vectorOf } from "./places.js";
import { Unanswerable } from "./unanswerable.js";

/** A part of the Earth: loops with it on their left. */
export interface Region {
  readonly loops: readonly (readonly Vector[])[];
  /** The same loops for questions about what is inside. */
  readonly polygon: s2.Polygon;
}

/** The region within loops that are given with it on their left, or the other way round. */
export function regionOf(loops: readonly (readonly Vector[])[]): Region {
  const polygon = new s2.Polygon(
    loops.map((loop) => {
      const made = new s2.Loop(loop.map(pointOf));
      made.normalize();
      return made;
    }),
  );
  return { polygon, loops: polygon.loops.map((_, index) => orientedLoop(polygon, index)) };
}

/** The region of one polygon of GeoJSON. */
export function regionOfRings(rings: readonly Chain[]): Region {
  return regionOf(rings.map((ring) => ring.slice(0, -1).map(vectorOf)));
}

export function contains(region: Region, place: Vector): boolean {
  return region.polygon.containsPoint(pointOf(place));
}

/** The borders of a region, in order. */
export function bordersOf({ loops }: Region): readonly Edge[] {
  return loops.flatMap((loop) => loop.map((from, index): Edge => [from, loop[(index + 1) % loop.length] ?? from]));
}

/** A region as polygons of GeoJSON. */
export function polygonsOfRegion({ polygon, loops }: Region): readonly (readonly Chain[])[] {
  if (polygon.loops.some(({ depth }) => depth > 0)) throw new Unanswerable("a result with holes");
  return loops.map((loop) => [[...loop, ...loop.slice(0, 1)].map(cornerOf)]);
}

function orientedLoop(polygon: s2.Polygon, index: number): readonly Vector[] {
  const loop = polygon.loop(index);
  return loop.vertices.map((_, at) => loop.orientedVertex(at).vector);
}

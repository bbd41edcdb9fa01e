import type { Chain, Corner } from "@calypso/kql";
import { s2 } from "s2js";
import { pointJson } from "./geojson.js";
import { cornerOf, earthRadius, isBetween, isSame, planeOf, pointOf, type Vector, vectorOf } from "./places.js";
import { Unanswerable } from "./unanswerable.js";

/** The way between two places. */
export type Edge = readonly [Vector, Vector];

/** The centre of mass of lines; where they lie on each other, they count once. */
export function lineCentroid(lines: readonly Chain[]): string | null {
  let sum = new s2.Point(0, 0, 0).vector;
  for (const edge of lines.length === 1 ? edgesOf(lines) : unitedEdges(lines)) {
    sum = sum.add(new s2.Polyline(edge.map(pointOf)).centroid().vector);
  }
  return sum.norm() === 0 ? null : pointJson(cornerOf(sum));
}

/** The length of lines in metres; where they lie on each other, it counts once. */
export function lineLength(lines: readonly Chain[]): number {
  return metresOf(lines.length === 1 ? edgesOf(lines) : unitedEdges(lines));
}

/** The length of edges together, in metres. */
export function metresOf(edges: readonly Edge[]): number {
  const angles = edges.map(([from, to]) => Math.atan2(planeOf(from, to).norm() / 2, from.dot(to)));
  return earthRadius * angles.reduce((sum, angle) => sum + angle, 0);
}

/** The place at a fraction of a line's length, 0 at its start and 1 at its end. */
export function interpolatedPoint(lines: readonly Chain[], fraction: number): string | null {
  if (!(fraction >= 0 && fraction <= 1)) return null;
  return pointJson(cornerOf(polylineOf(onlyLine(lines)).interpolate(fraction)[0].vector));
}

/** At which fraction of a line's length the place is that is nearest to a point. */
export function locatedPoint(lines: readonly Chain[], place: Corner): number {
  const line = polylineOf(onlyLine(lines));
  const [nearest, next] = line.project(pointOf(vectorOf(place)));
  return line.uninterpolate(nearest, next);
}

export function polylineOf(line: Chain): s2.Polyline {
  return new s2.Polyline(line.map((corner) => pointOf(vectorOf(corner))));
}

/** The edges of lines, in order. */
export function edgesOf(lines: readonly Chain[]): readonly Edge[] {
  return lines.flatMap((line) => {
    const places = line.map(vectorOf);
    return places.slice(1).map((to, index): Edge => [places[index] ?? to, to]);
  });
}

/** The edges of lines, each part once, whichever way it is gone, and however often. */
function unitedEdges(lines: readonly Chain[]): readonly Edge[] {
  const edges = edgesOf(lines).filter(([from, to]) => !isSame(from, to));
  const ends = edges.flat();
  const parts = edges.flatMap((edge) => partsOf(edge, ends));
  const isAgain = ([a, b]: Edge, [c, d]: Edge) => (isSame(a, c) && isSame(b, d)) || (isSame(a, d) && isSame(b, c));
  const distinct: Edge[] = [];
  for (const part of parts) if (!distinct.some((other) => isAgain(part, other))) distinct.push(part);
  return distinct;
}

function partsOf([from, to]: Edge, places: readonly Vector[]): readonly Edge[] {
  const cuts = places.filter((place) => isBetween(place, from, to) && !isSame(place, from) && !isSame(place, to));
  const stops = [...cuts.sort((a, b) => from.sub(a).norm() - from.sub(b).norm()), to];
  return stops.map((stop, index): Edge => [stops[index - 1] ?? from, stop]).filter(([a, b]) => !isSame(a, b));
}

function onlyLine(lines: readonly Chain[]): Chain {
  const [line] = lines;
  if (line === undefined || lines.length > 1) throw new Unanswerable("several lines where one is wanted");
  return line;
}

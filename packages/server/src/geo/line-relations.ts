import type { Chain } from "@calypso/kql";
import { collectionJson, linesJson, pointJson } from "./geojson.js";
import { type Edge, edgesOf } from "./lines.js";
import { cornerOf, crossingOf, isBetween, isSame, type Vector, vectorOf } from "./places.js";
import { type Polygons, plain } from "./polygons.js";
import { bordersOf, contains, type Region } from "./regions.js";
import { Unanswerable } from "./unanswerable.js";

type Lines = readonly Chain[];

/** Whether two lines have a place in common. */
export function linesIntersect(one: Lines, other: Lines): boolean {
  const theirs = edgesOf(other);
  return edgesOf(one).some((edge) => theirs.some((near) => touch(edge, near) || crossingOf(edge, near) !== undefined));
}

/** What two lines have in common: nothing, the place where they cross, or the whole line where they are the same. */
export function intersectionOfLines(one: Lines, other: Lines): string {
  const [ours, theirs] = [edgesOf(one), edgesOf(other)];
  if (isSameWay(ours, theirs)) {
    if (one.length > 1 || isTangled(ours)) throw new Unanswerable("lines that lie on each other");
    return linesJson(one.map((line) => line.map((corner) => cornerOf(vectorOf(corner)))));
  }
  const crossings: Vector[] = [];
  for (const edge of ours) {
    for (const near of theirs) {
      if (touch(edge, near)) throw new Unanswerable("lines that touch each other, or lie on each other");
      const crossing = crossingOf(edge, near);
      if (crossing !== undefined) crossings.push(crossing);
    }
  }
  const [only] = crossings;
  if (crossings.length > 1) throw new Unanswerable("lines that cross at several places");
  return only === undefined ? collectionJson([]) : pointJson(cornerOf(only));
}

/** Whether a line has a place in common with a polygon. */
export function lineIntersectsPolygon(line: Lines, polygons: Polygons): boolean {
  return partsWithin(line, plain(polygons)).length > 0;
}

/** The parts of a line that are within a polygon. */
export function intersectionOfLineWithPolygon(line: Lines, polygons: Polygons): string {
  const parts = partsWithin(line, plain(polygons));
  if (parts.length > 0 && isTangled(edgesOf(line))) throw new Unanswerable("a line that meets itself");
  return parts.length === 0 ? collectionJson([]) : linesJson(parts.map((part) => part.map(cornerOf)));
}

/** All lines as one: parts that several have are there once, and lines that go on from another are joined to it. */
export function unionOfLines(list: readonly Lines[]): string {
  const all = list.flatMap((lines) => edgesOf(lines));
  if (all.length === 0) throw new Unanswerable("no lines");
  const edges: Edge[] = [];
  for (const edge of all) {
    const [from, to] = edge;
    if (edges.some(([a, b]) => isSame(a, from) && isSame(b, to))) continue;
    const isClear = edges.every((other) => crossingOf(edge, other) === undefined && !liesOn(edge, other));
    if (!isClear) throw new Unanswerable("lines that cross, or partly lie on each other");
    edges.push(edge);
  }
  return linesJson(joined(edges).map((line) => line.map(cornerOf)));
}

/** Edges that follow each other as lines, in the order in which the lines begin. */
function joined(edges: readonly Edge[]): readonly (readonly Vector[])[] {
  const after = (place: Vector) => edges.filter(([from]) => isSame(from, place));
  const before = (place: Vector) => edges.filter(([, to]) => isSame(to, place));
  if (edges.some(([from, to]) => after(from).length > 1 || before(to).length > 1)) {
    throw new Unanswerable("lines of which several meet at one place");
  }
  const starts = edges.filter(([from]) => before(from).length === 0);
  const lines = starts.map(([start]) => {
    const line = [start];
    for (let next = after(start)[0]; next !== undefined; next = after(next[1])[0]) line.push(next[1]);
    return line;
  });
  if (lines.reduce((sum, line) => sum + line.length - 1, 0) < edges.length)
    throw new Unanswerable("lines that end where they start");
  return lines;
}

function partsWithin(lines: Lines, region: Region): readonly (readonly Vector[])[] {
  const borders = bordersOf(region);
  const parts: Vector[][] = [];
  for (const line of lines) {
    let part: Vector[] = [];
    for (const [from, to] of edgesOf([line])) {
      const stops = [...crossingsOf([from, to], borders), to];
      stops.forEach((stop, index) => {
        const start = stops[index - 1] ?? from;
        if (!contains(region, start.add(stop).normalize())) {
          part = [];
          return;
        }
        // A part goes on where the one before it ended.
        if (part.length === 0) {
          part = [start];
          parts.push(part);
        }
        part.push(stop);
      });
    }
  }
  return parts;
}

/** Where an edge crosses borders, in order. */
function crossingsOf(edge: Edge, borders: readonly Edge[]): readonly Vector[] {
  const found: Vector[] = [];
  for (const border of borders) {
    if (touch(edge, border)) throw new Unanswerable("a line that touches the border of a polygon");
    const crossing = crossingOf(edge, border);
    if (crossing !== undefined) found.push(crossing);
  }
  return found.sort((a, b) => edge[0].sub(a).norm() - edge[0].sub(b).norm());
}

/** Whether an end of one of two edges lies on the other. */
function touch(one: Edge, other: Edge): boolean {
  const meets = (end: Vector, [from, to]: Edge) => isSame(end, from) || isSame(end, to) || isBetween(end, from, to);
  return one.some((end) => meets(end, other)) || other.some((end) => meets(end, one));
}

/** Whether two edges that differ lie on each other in part, or one ends on the other. */
function liesOn(one: Edge, other: Edge): boolean {
  const isInner = one.some((end) => isBetween(end, ...other)) || other.some((end) => isBetween(end, ...one));
  return isInner || (isSame(one[0], other[1]) && isSame(one[1], other[0]));
}

function isSameWay(ours: readonly Edge[], theirs: readonly Edge[]): boolean {
  const isEqual = ([a, b]: Edge, other: Edge | undefined) =>
    other !== undefined && isSame(a, other[0]) && isSame(b, other[1]);
  return ours.length === theirs.length && ours.every((edge, index) => isEqual(edge, theirs[index]));
}

/** Whether a line meets itself other than where its edges follow each other. */
function isTangled(edges: readonly Edge[]): boolean {
  return edges.some((one, index) =>
    edges
      .slice(index + 1)
      .some((other, next) => (next > 0 && touch(one, other)) || crossingOf(one, other) !== undefined),
  );
}

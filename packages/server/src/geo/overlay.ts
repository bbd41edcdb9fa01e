import { s2 } from "s2js";
import type { Edge } from "./lines.js";
import { crossingOf, isBetween, isSame, pointOf, sameAngle, type Vector } from "./places.js";
import { bordersOf, contains, type Region } from "./regions.js";
import { Unanswerable } from "./unanswerable.js";

/** What two regions have together, or in common. */
export interface Overlay {
  readonly loops: readonly (readonly Vector[])[];
  /** Places where borders of both end, which are on no loop. */
  readonly touching: readonly Vector[];
  /** Whether the regions lie on either side of a border that they share. */
  readonly adjoining: boolean;
}

/**
 * Lays two regions over each other, and gives loops in the order, and each from the place on, that S2 gives them: the
 * edge that was read last comes last. Borders are cut where they meet; those on the right side of the other region stay.
 */
export function overlay(first: Region, second: Region, operation: "union" | "intersection"): Overlay {
  const places = new Places();
  const [ours, theirs] = cut(bordersOf(first), bordersOf(second), places);
  const names = [ours, theirs].map((pieces) => new Set(pieces.map(nameOf)));
  const isWanted = (piece: Piece, region: Region) =>
    contains(region, middleOf(piece, places)) === (operation === "intersection");
  const isShared = (piece: Piece, other: number) => names[other]?.has(nameOf(piece)) ?? false;
  const isOpposed = (piece: Piece, other: number) => names[other]?.has(nameOf(turned(piece))) ?? false;
  const kept = [
    ...ours.filter((piece) => isShared(piece, 1) || (!isOpposed(piece, 1) && isWanted(piece, second))),
    ...theirs.filter((piece) => !isShared(piece, 0) && !isOpposed(piece, 0) && isWanted(piece, first)),
  ];
  const loops = loopsOf(kept, places);
  const onLoops = new Set(kept.map(({ from }) => from));
  const ends = new Set(theirs.map(({ from }) => from));
  const touching = [...new Set(ours.map(({ from }) => from))].filter((end) => ends.has(end) && !onLoops.has(end));
  return {
    loops: loops.map((loop) => loop.map(({ from }) => places.at(from))),
    touching: touching.map((end) => places.at(end)),
    adjoining: ours.some((piece) => isOpposed(piece, 1)),
  };
}

/** Places by number; those that are the same, but for rounding, have one. */
class Places {
  private readonly known: Vector[] = [];
  /** Numbers by the slice of the sphere that a place is in, so that few have to be compared. */
  private readonly slices = new Map<number, number[]>();

  numberOf(place: Vector): number {
    const near = new Set([-sameAngle, sameAngle].map((shift) => sliceOf(place.x + shift)));
    for (const slice of near) {
      const found = this.slices.get(slice)?.find((number) => isSame(this.at(number), place));
      if (found !== undefined) return found;
    }
    const slice = sliceOf(place.x);
    this.slices.set(slice, [...(this.slices.get(slice) ?? []), this.known.length]);
    return this.known.push(place) - 1;
  }

  at(number: number): Vector {
    const place = this.known[number];
    if (place === undefined) throw new RangeError(`no place ${number}`);
    return place;
  }
}

function sliceOf(x: number): number {
  return Math.floor(x * 1e9);
}

/** A part of a border between two places, and the number of the border it is of. */
interface Piece {
  readonly from: number;
  readonly to: number;
  readonly border: number;
}

/** The borders of two regions, cut where they meet. */
function cut(ours: readonly Edge[], theirs: readonly Edge[], places: Places): readonly [Piece[], Piece[]] {
  const cuts = [ours, theirs].map((edges) => edges.map((): Vector[] => []));
  const note = (side: 0 | 1, index: number, place: Vector) => cuts[side]?.[index]?.push(place);
  const spans = theirs.map(spanOf);
  for (const [i, one] of ours.entries()) {
    const span = spanOf(one);
    for (const [j, other] of theirs.entries()) {
      if (isFar(span, spans[j] ?? span)) continue;
      const onOne = other.filter((end) => isBetween(end, ...one));
      const onOther = one.filter((end) => isBetween(end, ...other));
      for (const end of onOne) note(0, i, end);
      for (const end of onOther) note(1, j, end);
      const meet = onOne.length + onOther.length > 0 || one.some((a) => other.some((b) => isSame(a, b)));
      const crossing = meet ? undefined : crossingOf(one, other);
      if (crossing === undefined) continue;
      note(0, i, crossing);
      note(1, j, crossing);
    }
  }
  const [first = [], second = []] = cuts;
  return [piecesOf(ours, first, 0, places), piecesOf(theirs, second, ours.length, places)];
}

/** Where the middle of an edge is, and how far the edge reaches from there. */
interface Span {
  readonly middle: Vector;
  readonly reach: number;
}

function spanOf([from, to]: Edge): Span {
  // An arc bulges out of the straight line between its ends by less than this line is long.
  return { middle: from.add(to).mul(0.5), reach: to.sub(from).norm() + sameAngle };
}

function isFar(one: Span, other: Span): boolean {
  const [x, y, z] = [one.middle.x - other.middle.x, one.middle.y - other.middle.y, one.middle.z - other.middle.z];
  return x * x + y * y + z * z > (one.reach + other.reach) ** 2;
}

function piecesOf(
  edges: readonly Edge[],
  cuts: readonly (readonly Vector[])[],
  first: number,
  places: Places,
): Piece[] {
  return edges.flatMap(([from, to], index) => {
    const inner = [...(cuts[index] ?? [])].sort((a, b) => from.sub(a).norm() - from.sub(b).norm());
    const stops = [from, ...inner, to].map((place) => places.numberOf(place));
    const distinct = stops.filter((stop, at) => at === 0 || stop !== stops[at - 1]);
    return distinct.slice(1).map((stop, at) => ({ from: distinct[at] ?? stop, to: stop, border: first + index }));
  });
}

function nameOf({ from, to }: Piece): string {
  return `${from} ${to}`;
}

function turned({ from, to, border }: Piece): Piece {
  return { from: to, to: from, border };
}

function middleOf({ from, to }: Piece, places: Places): Vector {
  return places.at(from).add(places.at(to)).normalize();
}

/** Pieces put together to loops that meet no place twice. */
function loopsOf(pieces: readonly Piece[], places: Places): readonly (readonly Piece[])[] {
  const leaving = new Map<number, Piece[]>();
  for (const piece of pieces) leaving.set(piece.from, [...(leaving.get(piece.from) ?? []), piece]);
  const used = new Set<Piece>();
  const loops: Piece[][] = [];
  for (const start of pieces) {
    const path: Piece[] = [];
    for (let piece: Piece | undefined = start; piece !== undefined && !used.has(piece); ) {
      used.add(piece);
      path.push(piece);
      const end: number = piece.to;
      const again = path.findIndex(({ from }) => from === end);
      if (again >= 0) loops.push(path.splice(again));
      piece = leftmost(
        piece,
        (leaving.get(end) ?? []).filter((next) => !used.has(next)),
        places,
      );
    }
    if (path.length > 0) throw new Unanswerable("borders that nearly meet");
  }
  return loops.map((loop) => inOrder(loop, places)).sort((a, b) => (a[0]?.border ?? 0) - (b[0]?.border ?? 0));
}

/** The piece that turns most to the left of one before it. */
function leftmost(piece: Piece, choices: readonly Piece[], places: Places): Piece | undefined {
  if (choices.length < 2) return choices[0];
  const at = places.at(piece.to);
  const back = places.at(piece.from).sub(at);
  const turn = (next: Piece): number => {
    const ahead = places.at(next.to).sub(at);
    const angle = Math.atan2(back.cross(ahead).dot(at), back.dot(ahead));
    return angle <= 0 ? angle + 2 * Math.PI : angle;
  };
  return [...choices].sort((a, b) => turn(b) - turn(a))[0];
}

/**
 * A loop turned so that its border with the highest number comes last: found from the place on whose cell of the S2 grid
 * has the lowest number, and of several runs of that border the first.
 */
function inOrder(loop: readonly Piece[], places: Places): readonly Piece[] {
  const cells = loop.map(({ from }) => s2.cellid.fromPoint(pointOf(places.at(from))));
  const lowest = cells.reduce((best, cell, index) => (cell < (cells[best] ?? cell) ? index : best), 0);
  const walked = [...loop.slice(lowest), ...loop.slice(0, lowest)];
  let last = 0;
  let isBroken = false;
  for (const [index, { border }] of walked.entries()) {
    if (index === 0) continue;
    const more = border - (walked[last]?.border ?? 0);
    if (more < 0) isBroken = true;
    else if (more > 0 || !isBroken) {
      last = index;
      isBroken = false;
    }
  }
  return [...walked.slice(last + 1), ...walked.slice(0, last + 1)];
}

import type { Chain, Corner } from "@calypso/kql";
import { earthRadius, type Vector, vectorOf } from "./places.js";
import { Unanswerable } from "./unanswerable.js";

/** The distances in metres that are allowed between an edge on the map and the shortest way that takes its place. */
export function isTolerance(metres: number): boolean {
  return metres >= 0.1 && metres <= 10_000;
}

/**
 * A chain whose edges are straight on a map, with corners added so that the shortest ways between them stay within a
 * tolerance of the straight ones. This is the method of S2's edge tessellator: edges are halved until they fit.
 */
export function densified(chain: Chain, tolerance: number): Chain {
  const corners: Corner[] = [];
  const limit = 2 * Math.sin((scale * tolerance) / earthRadius / 2);
  const halve = (from: Corner, to: Corner): void => {
    if (deviation(from, to) <= limit) {
      corners.push(to);
      return;
    }
    const middle = onMap(0.5, from, to);
    halve(from, middle);
    halve(middle, to);
  };
  chain.forEach((to, index) => {
    const from = chain[index - 1];
    if (from === undefined) corners.push(to);
    else if (Math.abs(to[0] - from[0]) > 180) throw new Unanswerable("an edge across the 180th meridian");
    else halve(from, to);
  });
  return corners;
}

// Where the two ways of an edge are about farthest apart, and what share of the tolerance makes up for the rest.
const farthest = 0.31215691082248315;
const scale = 0.8382999256988851;

/** How far the shortest way is from the straight one on the map, as a chord; infinite beyond a quarter of the Earth. */
function deviation(from: Corner, to: Corner): number {
  const [a, b] = [vectorOf(from), vectorOf(to)];
  if (a.dot(b) < -1e-14) return Number.POSITIVE_INFINITY;
  const apart = (share: number) =>
    onWay(share, a, b)
      .sub(vectorOf(onMap(share, from, to)))
      .norm();
  return Math.max(apart(farthest), apart(1 - farthest));
}

function onMap(share: number, from: Corner, to: Corner): Corner {
  return [(1 - share) * from[0] + share * to[0], (1 - share) * from[1] + share * to[1]];
}

/** The place at a share of the shortest way. */
function onWay(share: number, a: Vector, b: Vector): Vector {
  const across = a.cross(b);
  const angle = Math.atan2(across.norm(), a.dot(b)) * share;
  const ahead = across.norm() === 0 ? a.mul(0) : across.cross(a).normalize();
  return a
    .mul(Math.cos(angle))
    .add(ahead.mul(Math.sin(angle)))
    .normalize();
}

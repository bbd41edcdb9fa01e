import type { Corner } from "@calypso/kql";
import { type r3, s2 } from "s2js";

/** A unit vector from the middle of the Earth to a place on it. */
export type Vector = r3.Vector;

/** The radius in metres of the sphere that KQL measures on. */
export const earthRadius = 6_371_010;

/** How far, as an angle, two places may be apart and still count as one: what rounding makes of it, and no more. */
export const sameAngle = 4e-15;

export function vectorOf([longitude, latitude]: Corner): Vector {
  return s2.Point.fromLatLng(s2.LatLng.fromDegrees(latitude, longitude)).vector;
}

/** The place's longitude and latitude to fifteen digits, with which corners come back as they were written. */
export function cornerOf({ x, y, z }: Vector): Corner {
  const degrees = (angle: number) => Number(((180 / Math.PI) * angle).toPrecision(15));
  return [degrees(Math.atan2(y, x)), degrees(Math.atan2(z, Math.sqrt(x * x + y * y)))];
}

export function pointOf(vector: Vector): s2.Point {
  return s2.Point.fromVector(vector);
}

/** Whether two places are one. */
export function isSame(a: Vector, b: Vector): boolean {
  return a.sub(b).norm() <= sameAngle;
}

/** Twice the normal of the plane through two places, without the digits that the cross product loses. */
export function planeOf(a: Vector, b: Vector): Vector {
  return a.add(b).cross(b.sub(a));
}

/** Whether a place lies on the way between two others, and is neither of them. */
export function isBetween(place: Vector, from: Vector, to: Vector): boolean {
  const plane = planeOf(from, to);
  const across = plane.cross(place);
  const inner = from.sub(place).dot(across) < 0 && to.sub(place).dot(across) > 0;
  return inner && Math.abs(place.dot(plane)) <= sameAngle * plane.norm();
}

/** Where the ways between two pairs of places cross, each between its ends; undefined where they do not. */
export function crossingOf([a, b]: readonly [Vector, Vector], [c, d]: readonly [Vector, Vector]): Vector | undefined {
  const [one, other] = [planeOf(a, b), planeOf(c, d)];
  const [first, second, third, fourth] = [one.dot(c), one.dot(d), other.dot(a), other.dot(b)];
  if (first * second >= 0 || third * fourth >= 0 || first > 0 !== fourth > 0) return undefined;
  const line = one.normalize().cross(other.normalize()).normalize();
  const place = line.dot(a.add(b)) < 0 ? line.mul(-1) : line;
  return place.dot(c.add(d)) > 0 ? place : undefined;
}

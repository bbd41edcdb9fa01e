import { integer, joinSql, type Sql, sql } from "../../sql/sql.js";
import { radians } from "./coordinates.js";

/** Three components of a vector, each as SQL; short ones, since they are written several times. */
export type Vector = readonly [Sql, Sql, Sql];

/** The components of a unit vector towards a place. */
export function towards(longitude: Sql, latitude: Sql): Vector {
  const [x, y] = [radians(longitude), radians(latitude)];
  return [sql`cos(${y}) * cos(${x})`, sql`cos(${y}) * sin(${x})`, sql`sin(${y})`];
}

/** A vector that stands in a tuple of numbers from a place on, counted from 1. */
export function vectorAt(tuple: Sql, first: number): Vector {
  return [0, 1, 2].map((index) => sql`${tuple}.${integer(first + index)}`) as unknown as Vector;
}

export function tupleOf(...vectors: readonly Vector[]): Sql {
  return sql`(${joinSql(vectors.flat())})`;
}

export function plus(a: Vector, b: Vector): Vector {
  return [sql`(${a[0]} + ${b[0]})`, sql`(${a[1]} + ${b[1]})`, sql`(${a[2]} + ${b[2]})`];
}

export function minus(a: Vector, b: Vector): Vector {
  return [sql`(${a[0]} - ${b[0]})`, sql`(${a[1]} - ${b[1]})`, sql`(${a[2]} - ${b[2]})`];
}

export function times(factor: Sql, a: Vector): Vector {
  return [sql`(${factor} * ${a[0]})`, sql`(${factor} * ${a[1]})`, sql`(${factor} * ${a[2]})`];
}

export function crossOf(a: Vector, b: Vector): Vector {
  const part = (i: 0 | 1 | 2, j: 0 | 1 | 2): Sql => sql`(${a[i]} * ${b[j]} - ${a[j]} * ${b[i]})`;
  return [part(1, 2), part(2, 0), part(0, 1)];
}

export function dotOf(a: Vector, b: Vector): Sql {
  return sql`(${a[0]} * ${b[0]} + ${a[1]} * ${b[1]} + ${a[2]} * ${b[2]})`;
}

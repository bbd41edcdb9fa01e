import type { Chain } from "@calypso/kql";
import { s1, s2 } from "s2js";
import { polylineOf } from "./lines.js";
import { earthRadius } from "./places.js";
import type { Polygons } from "./polygons.js";
import { regionOfRings } from "./regions.js";

/** As many cells as KQL gives at most; more are none. */
const mostCells = 65_536;

/** The S2 cells of a level, as texts, that lines meet, or come as near as a radius in metres; null where they are too many. */
export function cellsOfLines(lines: readonly Chain[], level: number, radius: number): readonly string[] | null {
  const shapes = lines.map(polylineOf);
  const near = (cell: s2.Cell) => shapes.some((shape) => shape.intersectsCell(cell));
  return covering(shapes, near, () => false, level, radius);
}

/** The same for a polygon. */
export function cellsOfPolygons(polygons: Polygons, level: number, radius: number): readonly string[] | null {
  const shapes = polygons.map((rings) => regionOfRings(rings).polygon);
  const near = (cell: s2.Cell) => shapes.some((shape) => shape.intersectsCell(cell));
  const within = (cell: s2.Cell) => shapes.some((shape) => shape.containsCell(cell));
  return covering(shapes, near, within, level, radius);
}

function covering(
  shapes: readonly (s2.Polygon | s2.Polyline)[],
  meets: (cell: s2.Cell) => boolean,
  isWithin: (cell: s2.Cell) => boolean,
  level: number,
  radius: number,
): readonly string[] | null {
  if (!(level >= 0 && level <= 30 && radius >= 0 && Number.isFinite(radius))) return null;
  const isNear = radius === 0 ? meets : nearer(shapes, radius);
  const found: bigint[] = [];
  const visit = (id: bigint): void => {
    if (found.length > mostCells) return;
    const cell = s2.Cell.fromCellID(id);
    const left = level - s2.cellid.level(id);
    if (isWithin(cell) && 4 ** left > mostCells) found.length = mostCells + 1;
    else if (!isNear(cell)) return;
    else if (left === 0) found.push(id);
    else for (const child of s2.cellid.children(id)) visit(child);
  };
  for (let face = 0; face < 6; face++) visit(s2.cellid.fromFace(face));
  return found.length > mostCells ? null : found.map((id) => s2.cellid.toToken(id));
}

function nearer(shapes: readonly (s2.Polygon | s2.Polyline)[], radius: number): (cell: s2.Cell) => boolean {
  const index = new s2.ShapeIndex();
  for (const shape of shapes) index.add(shape);
  const query = new s2.ClosestEdgeQuery(index);
  const reach = s1.chordangle.fromAngle(radius / earthRadius);
  return (cell) => query.isDistanceLessOrEqual(new s2.EdgeQueryCellTarget(cell), reach);
}

import type { Chain, Corner } from "@calypso/kql";

/** One shape of each kind as GeoJSON text. Whole degrees have no fraction, and zero no sign. */
export function pointJson(corner: Corner): string {
  return shapeJson("Point", corner);
}

/** A LineString, or a MultiLineString of several lines. */
export function linesJson(lines: readonly Chain[]): string {
  return lines.length === 1 ? shapeJson("LineString", lines[0]) : shapeJson("MultiLineString", lines);
}

/** A Polygon, or a MultiPolygon of several, each with its rings. */
export function polygonsJson(polygons: readonly (readonly Chain[])[]): string {
  return polygons.length === 1 ? shapeJson("Polygon", polygons[0]) : shapeJson("MultiPolygon", polygons);
}

/** Several shapes; none is what two shapes have in common that do not meet. */
export function collectionJson(shapes: readonly string[]): string {
  return `{"type":"GeometryCollection","geometries":[${shapes.join(",")}]}`;
}

function shapeJson(type: string, coordinates: unknown): string {
  return JSON.stringify({ type, coordinates });
}

/** A corner as longitude and latitude, in degrees. */
type Corner = readonly [number, number];

type Ring = readonly Corner[];

/** The rings of a GeoJSON Polygon or MultiPolygon, each ending where it starts; undefined where it is none. */
export function constantRings(json: string): readonly Ring[] | undefined {
  const shape = shapeOf(json);
  const polygons =
    shape?.type === "Polygon" ? [shape.coordinates] : shape?.type === "MultiPolygon" ? shape.coordinates : [];
  if (!Array.isArray(polygons)) return undefined;
  const rings: Ring[] = [];
  for (const polygon of polygons) {
    if (!Array.isArray(polygon)) return undefined;
    for (const written of polygon) {
      const ring = ringOf(written);
      if (ring === undefined) return undefined;
      rings.push(ring);
    }
  }
  return rings.length === 0 || rings.some(crossesItself) ? undefined : rings;
}

function shapeOf(json: string): { readonly type?: unknown; readonly coordinates?: unknown } | undefined {
  try {
    // Coordinates are reals, so nothing is lost by reading them as such.
    const shape: unknown = JSON.parse(json);
    return typeof shape === "object" && shape !== null ? shape : undefined;
  } catch {
    return undefined;
  }
}

function ringOf(written: unknown): Ring | undefined {
  if (!Array.isArray(written) || written.length < 4) return undefined;
  const corners = written.map(cornerOf);
  const ring = corners.filter((corner) => corner !== undefined);
  if (ring.length < corners.length) return undefined;
  const spots = new Set(ring.map(String));
  const closed = String(ring[0]) === String(ring.at(-1));
  return closed && spots.size === ring.length - 1 ? ring : undefined;
}

function cornerOf(written: unknown): Corner | undefined {
  if (!Array.isArray(written)) return undefined;
  const [longitude, latitude]: readonly unknown[] = written;
  if (typeof longitude !== "number" || typeof latitude !== "number") return undefined;
  return Math.abs(longitude) <= 180 && Math.abs(latitude) <= 90 ? [longitude, latitude] : undefined;
}

/** Whether two edges of a ring that do not follow each other meet. */
function crossesItself(ring: Ring): boolean {
  const points = ring.slice(1).map(vector);
  const count = points.length;
  for (let i = 0; i < count; i++) {
    for (let j = i + 2; j < count; j++) {
      if (i === 0 && j === count - 1) continue;
      const [a, b, c, d] = [points[i], points[i + 1], points[j], points[(j + 1) % count]];
      if (a !== undefined && b !== undefined && c !== undefined && d !== undefined && meet(a, b, c, d)) return true;
    }
  }
  return false;
}

type Vector = readonly [number, number, number];

function vector([longitude, latitude]: Corner): Vector {
  const [x, y] = [(longitude * Math.PI) / 180, (latitude * Math.PI) / 180];
  return [Math.cos(y) * Math.cos(x), Math.cos(y) * Math.sin(x), Math.sin(y)];
}

/** Whether the shortest lines from a to b and from c to d cross. */
function meet(a: Vector, b: Vector, c: Vector, d: Vector): boolean {
  const side = (p: Vector, q: Vector, r: Vector): number => Math.sign(dot(cross(p, q), r));
  const turn = side(a, b, c);
  return turn !== 0 && side(a, b, d) === -turn && side(c, d, a) === -turn && side(c, d, b) === turn;
}

function cross(a: Vector, b: Vector): Vector {
  return [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
}

function dot(a: Vector, b: Vector): number {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

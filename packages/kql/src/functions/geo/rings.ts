/** A corner as longitude and latitude, in degrees. */
export type Corner = readonly [number, number];

/** Corners that follow each other; those of a ring end where they start. */
export type Chain = readonly Corner[];

/** The polygons of a GeoJSON Polygon or MultiPolygon, each as its rings; undefined where it is none. */
export function constantPolygons(json: string): readonly (readonly Chain[])[] | undefined {
  const shape = shapeOf(json);
  const written = shape?.type === "Polygon" ? [shape.coordinates] : shape?.type === "MultiPolygon" && shape.coordinates;
  const polygons = allOf(written, (polygon) => allOf(polygon, ringOf));
  return polygons?.some((rings) => rings.some(crossesItself)) ? undefined : polygons;
}

/** The lines of a GeoJSON LineString or MultiLineString; undefined where it is none. */
export function constantLines(json: string): readonly Chain[] | undefined {
  const shape = shapeOf(json);
  const lines =
    shape?.type === "LineString" ? [shape.coordinates] : shape?.type === "MultiLineString" && shape.coordinates;
  return allOf(lines, (line) => {
    const chain = chainOf(line);
    return chain !== undefined && chain.length >= 2 ? chain : undefined;
  });
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

/** What all members of a list that has some are; undefined where one is not, or there is no such list. */
function allOf<T>(list: unknown, read: (member: unknown) => T | undefined): readonly T[] | undefined {
  if (!Array.isArray(list) || list.length === 0) return undefined;
  const members = list.map(read);
  const known = members.filter((member) => member !== undefined);
  return known.length === members.length ? known : undefined;
}

function ringOf(written: unknown): Chain | undefined {
  const ring = chainOf(written);
  if (ring === undefined || ring.length < 4) return undefined;
  const spots = new Set(ring.map(String));
  const closed = String(ring[0]) === String(ring.at(-1));
  return closed && spots.size === ring.length - 1 ? ring : undefined;
}

function chainOf(written: unknown): Chain | undefined {
  const chain = allOf(written, cornerOf);
  return chain?.some((to, index) => isOpposite(chain[index - 1] ?? to, to)) ? undefined : chain;
}

function cornerOf(written: unknown): Corner | undefined {
  if (!Array.isArray(written)) return undefined;
  const [longitude, latitude]: readonly unknown[] = written;
  if (typeof longitude !== "number" || typeof latitude !== "number") return undefined;
  return Math.abs(longitude) <= 180 && Math.abs(latitude) <= 90 ? [longitude, latitude] : undefined;
}

/** Whether two places are opposite ends of the Earth, so that no line between them is the shortest. */
function isOpposite(a: Corner, b: Corner): boolean {
  return a[1] === -b[1] && (Math.abs(a[0] - b[0]) === 180 || Math.abs(a[1]) === 90);
}

/** Whether two edges of a ring that do not follow each other meet. */
function crossesItself(ring: Chain): boolean {
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

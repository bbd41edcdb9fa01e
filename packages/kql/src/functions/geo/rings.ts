/** A corner as longitude and latitude, in degrees. */
export type Corner = readonly [number, number];

/** Corners that follow each other; those of a ring end where they start. */
export type Chain = readonly Corner[];

/** The polygons of a GeoJSON Polygon or MultiPolygon, each as its rings; undefined where it is none. */
export function polygonsOf(json: string): readonly (readonly Chain[])[] | undefined {
  const shape = shapeOf(json);
  const written = shape?.type === "Polygon" ? [shape.coordinates] : shape?.type === "MultiPolygon" && shape.coordinates;
  const polygons = allOf(written, (polygon) => allOf(polygon, ringOf));
  return polygons?.some(isTangled) ? undefined : polygons;
}

/** The lines of a GeoJSON LineString or MultiLineString; undefined where it is none. */
export function linesOf(json: string): readonly Chain[] | undefined {
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

/** Whether edges of a polygon's rings cross, or two rings share one. */
function isTangled(rings: readonly Chain[]): boolean {
  const edges = rings.flatMap((ring) => ring.slice(1).map((to, index) => edgeOf(ring[index] ?? to, to)));
  const seen = new Set(edges.map(({ name }) => name));
  return (
    seen.size < edges.length || edges.some((one, index) => edges.slice(index + 1).some((other) => meet(one, other)))
  );
}

/** An edge with its middle, and how far its ends are from that. */
interface Edge {
  readonly name: string;
  readonly from: Vector;
  readonly to: Vector;
  readonly middle: Vector;
  readonly reach: number;
}

function edgeOf(a: Corner, b: Corner): Edge {
  const [from, to] = [vector(a), vector(b)];
  const middle: Vector = [(from[0] + to[0]) / 2, (from[1] + to[1]) / 2, (from[2] + to[2]) / 2];
  // The arc bulges out of the straight line by less than this line is long.
  const reach = Math.sqrt(gap(from, to));
  return { name: [String(a), String(b)].sort().join(" "), from, to, middle, reach };
}

type Vector = readonly [number, number, number];

function vector([longitude, latitude]: Corner): Vector {
  const [x, y] = [(longitude * Math.PI) / 180, (latitude * Math.PI) / 180];
  return [Math.cos(y) * Math.cos(x), Math.cos(y) * Math.sin(x), Math.sin(y)];
}

/** Whether two edges cross, each between its ends. */
function meet(one: Edge, other: Edge): boolean {
  if (gap(one.middle, other.middle) > (one.reach + other.reach) ** 2) return false;
  const [a, b, c, d] = [one.from, one.to, other.from, other.to];
  const turn = side(a, b, c);
  return turn !== 0 && side(a, b, d) === -turn && side(c, d, a) === -turn && side(c, d, b) === turn;
}

/** On which side of the way from p to q a place lies; 0 where it is on the way, as far as numbers tell. */
function side(p: Vector, q: Vector, r: Vector): number {
  const way: Vector = [q[0] - p[0], q[1] - p[1], q[2] - p[2]];
  // The sum of the ends, not one of them, keeps the digits of ends that are near each other.
  const distance = dot(cross([p[0] + q[0], p[1] + q[1], p[2] + q[2]], way), r);
  return Math.abs(distance) < 4e-15 * Math.sqrt(dot(way, way)) ? 0 : Math.sign(distance);
}

function gap(a: Vector, b: Vector): number {
  return (a[0] - b[0]) ** 2 + (a[1] - b[1]) ** 2 + (a[2] - b[2]) ** 2;
}

function cross(a: Vector, b: Vector): Vector {
  return [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
}

function dot(a: Vector, b: Vector): number {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

import type { Cell, ResultRows } from "../grid/rows.ts";
import { type Json, NumberText, readJson } from "../grid/tree.ts";
import { visible } from "../text/visible.ts";

/** Places of the Earth, and how much of what is at each. */
export interface MapData {
  readonly kind: "map";
  readonly title: string;
  /** What stands for sizes; empty where rows are counted. */
  readonly sizeTitle: string;
  /** The names of the colours; the last is that of all others where there are more. */
  readonly series: readonly string[];
  /** The largest first. */
  readonly places: readonly Place[];
  /** What is not drawn, for people. */
  readonly notes: readonly string[];
}

export interface Place {
  /** In degrees, to the east and to the north. */
  readonly longitude: number;
  readonly latitude: number;
  readonly size: number;
  /** One, or the shares of a pie. */
  readonly parts: readonly Part[];
}

export interface Part {
  readonly name: string;
  /** The number of its colour. */
  readonly series: number;
  readonly size: number;
}

const numbers = new Set(["int", "long", "real", "decimal"]);

/** More cannot be told apart, or drawn. */
const most = { series: 12, places: 5000 };

/** Rows as places of a map, or why they are none. Rows of one place are one point for each name, or one pie. */
export function mapOf(rows: ResultRows, isPie: boolean, property: (name: string) => string): MapData | string {
  const roles = rolesOf(rows, property);
  if (typeof roles === "string") return roles;
  const notes: string[] = [];
  const sums = new Map<string, number>();
  const places = new Map<string, { longitude: number; latitude: number; size: number; parts: Map<string, number> }>();
  let lost = 0;
  for (let row = 0; row < rows.count; row++) {
    const point = pointOf(rows, roles, row);
    if (point === undefined) {
      lost++;
      continue;
    }
    const name = roles.names.map((column) => String(rows.cell(row, column) ?? "")).join(", ");
    const size = roles.size === undefined ? 1 : Math.max(0, numberOf(rows.cell(row, roles.size)) ?? 0);
    const key = JSON.stringify([point.longitude, point.latitude, isPie ? "" : name]);
    const place = places.get(key) ?? { ...point, size: 0, parts: new Map<string, number>() };
    place.size += size;
    place.parts.set(name, (place.parts.get(name) ?? 0) + size);
    places.set(key, place);
    sums.set(name, (sums.get(name) ?? 0) + size);
  }
  if (places.size === 0)
    return "no row has a place on the Earth: a longitude and a latitude in degrees, or a GeoJSON point";
  if (lost > 0) notes.push(`${lost} of ${rows.count} rows have no place on the Earth`);
  if (places.size > most.places) notes.push(`the ${most.places} largest of ${places.size} places are drawn`);
  const names = [...sums].sort(([, one], [, other]) => other - one).map(([name]) => name);
  const own = names.length > most.series ? most.series - 1 : names.length;
  const colours = new Map(names.map((name, at) => [name, Math.min(at, own)]));
  const title = (column: number | undefined) => (column === undefined ? "" : visible(rows.columns[column]?.name ?? ""));
  return {
    ...{ kind: "map", title: visible(property("title")), sizeTitle: title(roles.size), notes },
    series: [...names.slice(0, own).map(visible), ...(own < names.length ? [`${names.length - own} others`] : [])],
    places: [...places.values()]
      .sort((one, other) => other.size - one.size)
      .slice(0, most.places)
      .map(({ parts, ...place }) => ({
        ...place,
        parts: [...parts].map(([name, size]) => ({ name: visible(name), series: colours.get(name) ?? 0, size })),
      })),
  };
}

/** Which column says what. */
interface Roles {
  /** One column of GeoJSON points, or those of the longitude and the latitude. */
  readonly point: number | readonly [number, number];
  readonly names: readonly number[];
  readonly size: number | undefined;
}

function rolesOf(rows: ResultRows, property: (name: string) => string): Roles | string {
  const { columns } = rows;
  const called = (name: string) => columns.findIndex((column) => column.name === name);
  const list = (name: string) =>
    property(name)
      .split(/\s*,\s*/)
      .filter((text) => text !== "");
  const named = { x: list("xcolumn"), y: list("ycolumns"), series: list("series") };
  for (const name of [...named.x, ...named.y, ...named.series]) {
    if (called(name) < 0) return `the map names a column ${visible(name)} that the result has not`;
  }
  const all = columns.map((_, index) => index);
  const values = all.filter((index) => numbers.has(columns[index]?.type ?? ""));
  const [x, y] = [named.x, named.y].map(([name]) => (name === undefined ? undefined : called(name)));
  const geo = x ?? all.find((index) => hasPoint(rows, index));
  const isGeo = geo !== undefined && columns[geo]?.type === "dynamic";
  const byName = (pattern: RegExp) => values.find((index) => pattern.test(columns[index]?.name ?? ""));
  const [east, north] = [byName(/lon|lng/i), byName(/lat/i)];
  // Without names the longitude is first, as the reference of `render` has it.
  const usual = east !== undefined && north !== undefined && east !== north ? [east, north] : values;
  const longitude = x ?? usual.find((index) => index !== y);
  const latitude = y ?? (x === undefined ? usual[1] : (north ?? values.find((index) => index !== x)));
  const isPlaced = longitude !== undefined && latitude !== undefined && longitude !== latitude;
  if (!isGeo && !isPlaced)
    return "the map needs the longitude and the latitude in two columns of numbers, or GeoJSON points";
  const point = isGeo || !isPlaced ? (geo ?? 0) : ([longitude, latitude] as const);
  const used = new Set(typeof point === "number" ? [point] : point);
  const sized = [...named.y.map(called), ...values].find((index) => !used.has(index) && values.includes(index));
  const texts = all.filter((index) => columns[index]?.type === "string" && !used.has(index));
  return { point, names: named.series.length > 0 ? named.series.map(called) : texts, size: sized };
}

type Point = Pick<Place, "longitude" | "latitude">;

function pointOf(rows: ResultRows, { point }: Roles, row: number): Point | undefined {
  if (typeof point === "number") return geoPoint(rows.cell(row, point));
  const [longitude, latitude] = point.map((column) => numberOf(rows.cell(row, column)));
  return onEarth(longitude, latitude);
}

function onEarth(longitude: number | undefined, latitude: number | undefined): Point | undefined {
  if (longitude === undefined || latitude === undefined) return undefined;
  return Math.abs(longitude) <= 180 && Math.abs(latitude) <= 90 ? { longitude, latitude } : undefined;
}

/** The first rows say whether a column holds points: others of it may be empty. */
function hasPoint(rows: ResultRows, column: number): boolean {
  if (rows.columns[column]?.type !== "dynamic") return false;
  for (let row = 0; row < Math.min(rows.count, 100); row++) {
    if (geoPoint(rows.cell(row, column)) !== undefined) return true;
  }
  return false;
}

/** The place of `{"type": "Point", "coordinates": [longitude, latitude]}`. */
function geoPoint(cell: Cell): Point | undefined {
  const value = typeof cell === "string" ? readJson(cell)?.value : undefined;
  if (!isBag(value) || value["type"] !== "Point" || !Array.isArray(value["coordinates"])) return undefined;
  const [longitude, latitude] = value["coordinates"].map((one: Json) =>
    one instanceof NumberText ? Number(one.text) : undefined,
  );
  return onEarth(longitude, latitude);
}

function isBag(value: Json | undefined): value is { readonly [name: string]: Json } {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof NumberText);
}

function numberOf(cell: Cell): number | undefined {
  const value = cell === null || cell === "" ? Number.NaN : Number(cell);
  return Number.isFinite(value) ? value : undefined;
}

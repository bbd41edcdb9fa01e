import type { Cell, ResultRows } from "../grid/rows.ts";
import { readArray } from "../grid/tree.ts";
import { visible } from "../text/visible.ts";
import { type MapData, mapOf } from "./map-data.ts";

/** What `render` asked for. */
export interface Visual {
  readonly kind: string;
  readonly properties: Readonly<Record<string, string>>;
}

export type ChartKind = "line" | "area" | "column" | "bar" | "pie" | "scatter";

/** What is drawn: positions on the x axis, and for each series a value or nothing at each of them. */
export interface ChartData {
  readonly kind: ChartKind;
  /** Whether positions are times in milliseconds, numbers, or the numbers of `labels`. */
  readonly scale: "time" | "number" | "label";
  readonly xs: readonly number[];
  readonly labels: readonly string[];
  readonly series: readonly Series[];
  /** Whether series stand on each other, as they are or as their shares of all that stand at one position. */
  readonly stacked: "no" | "values" | "shares";
  readonly legend: boolean;
  readonly title: string;
  readonly xTitle: string;
  readonly yTitle: string;
  /** What is not drawn, for people. */
  readonly notes: readonly string[];
}

export interface Series {
  readonly name: string;
  readonly ys: readonly (number | undefined)[];
  /** The positions whose values are called anomalies. */
  readonly anomalies: ReadonlySet<number>;
}

const kinds: Readonly<Record<string, ChartKind>> = {
  timechart: "line",
  linechart: "line",
  anomalychart: "line",
  areachart: "area",
  stackedareachart: "area",
  columnchart: "column",
  barchart: "bar",
  piechart: "pie",
  scatterchart: "scatter",
};

const drawnProperties = new Set([
  "title",
  "xtitle",
  "ytitle",
  "xcolumn",
  "ycolumns",
  "series",
  "kind",
  "legend",
  "anomalycolumns",
]);
const numbers = new Set(["int", "long", "real", "decimal"]);

/** More cannot be told apart, or read. */
const most = { series: 12, labels: 60, points: 20_000 };

/** What a result looks like as the chart that its query asks for; or why it is none. */
export function chartOf(
  rows: ResultRows,
  { kind: asked, properties }: Visual,
): ChartData | MapData | string | undefined {
  if (asked === "table") return undefined;
  const kind = kinds[asked.toLowerCase()];
  if (kind === undefined) return `render ${visible(asked)} is shown as a table: there is no such chart yet`;
  const property = (name: string) => properties[name] ?? "";
  const way = property("kind").toLowerCase();
  const idle = Object.keys(properties).filter((name) => !drawnProperties.has(name.toLowerCase()));
  const notes = idle.map((name) => `${visible(name)} has no effect on the chart`);
  if (way === "map" && (kind === "scatter" || kind === "pie")) {
    const map = mapOf(rows, kind === "pie", property);
    return typeof map === "string" ? map : { ...map, notes: [...notes, ...map.notes] };
  }
  const ofAnomalies = asked.toLowerCase() === "anomalychart";
  const roles = rolesOf(
    rows,
    { kind, ofAnomalies, byTime: ofAnomalies || asked.toLowerCase() === "timechart" },
    property,
  );
  if (typeof roles === "string") return roles;
  const points = pointsOf(rows, roles);
  if (points.length === 0) return undefined;
  if (ofAnomalies && roles.flags.length === 0) {
    notes.push("no column says which values are anomalies: name it with `anomalycolumns`");
  }
  const { stacked, told } = stackingOf(kind, asked, way);
  notes.push(...told);
  if (points.length > most.points) {
    return `${points.length} points are more than a chart shows (${most.points}): make them fewer with \`bin\` or \`summarize\``;
  }
  const scale = scaleOf(rows.columns[roles.x]?.type ?? "string", kind, roles.arrays);
  return {
    ...{ kind, scale, notes },
    ...{ stacked, legend: property("legend").toLowerCase() !== "hidden" },
    title: visible(property("title")),
    xTitle: visible(property("xtitle") || (rows.columns[roles.x]?.name ?? "")),
    yTitle: visible(property("ytitle") || roles.ys.map((column) => rows.columns[column]?.name ?? "").join(", ")),
    ...drawnPoints(points, kind, scale, notes),
  };
}

/** Without a `kind` areas, bars and columns stand each on its own, as the reference of `render` has it. */
function stackingOf(
  kind: ChartKind,
  asked: string,
  way: string,
): { readonly stacked: ChartData["stacked"]; readonly told: readonly string[] } {
  const can = kind === "area" || kind === "bar" || kind === "column";
  const usual = asked.toLowerCase() === "stackedareachart" ? "values" : "no";
  const known: Readonly<Record<string, ChartData["stacked"]>> = {
    ...{ "": usual, default: usual, unstacked: "no", stacked: "values", stacked100: "shares" },
  };
  const stacked = known[way];
  const isKnown = stacked !== undefined && (can || stacked === "no");
  return {
    stacked: can ? (stacked ?? usual) : "no",
    told: isKnown ? [] : [`kind=${visible(way)} has no effect on this chart`],
  };
}

/** Which column is what. */
interface Roles {
  readonly x: number;
  readonly ys: readonly number[];
  readonly names: readonly number[];
  /** Each row holds a whole series, as `make-series` gives it. */
  readonly arrays: boolean;
  /** Which of `ys` have anomalies, and the column that says where, by a number other than 0. */
  readonly flags: readonly (readonly [y: number, flags: number])[];
}

function rolesOf(
  rows: ResultRows,
  { kind, byTime, ofAnomalies }: { readonly kind: ChartKind; readonly byTime: boolean; readonly ofAnomalies: boolean },
  property: (name: string) => string,
): Roles | string {
  const { columns } = rows;
  const called = (name: string) => columns.findIndex((column) => column.name === name);
  const list = (name: string) =>
    property(name)
      .split(/\s*,\s*/)
      .filter((text) => text !== "");
  const flagged = ofAnomalies ? list("anomalycolumns") : [];
  for (const name of [...list("xcolumn"), ...list("ycolumns"), ...list("series"), ...flagged]) {
    if (called(name) < 0) return `the chart names a column ${visible(name)} that the result has not`;
  }
  const arrays = columns.some(({ type }, index) => type === "dynamic" && isArray(rows.cell(0, index)));
  const isValue = (index: number) => {
    const type = columns[index]?.type ?? "";
    return arrays ? type === "dynamic" && isArray(rows.cell(0, index)) : numbers.has(type);
  };
  const all = columns.map((_, index) => index);
  const timeOf = (index: number) =>
    columns[index]?.type === "datetime" || (arrays && typeof firstOf(rows.cell(0, index)) === "string");
  const [named] = list("xcolumn");
  const x = named !== undefined ? called(named) : all.find((index) => (byTime || arrays ? timeOf(index) : true));
  if (x === undefined) return "the chart needs a column of times, and the result has none";
  const chosen = list("ycolumns").map(called);
  const flags =
    flagged.length > 0 ? flagged.map(called) : ofAnomalies ? all.filter((at) => isFlag(columns[at]?.name)) : [];
  const others = all.filter((index) => index !== x && isValue(index) && !timeOf(index));
  // A score has a scale of its own, and says nothing that its flag does not.
  const drawn = ofAnomalies ? others.filter((index) => !/_ad_score$/.test(columns[index]?.name ?? "")) : others;
  const ys = (chosen.length > 0 ? chosen : drawn).filter((index) => !flags.includes(index));
  if (ys.length === 0) return "the chart needs a column of numbers, and the result has none beside that of the axis";
  const series = list("series").map(called);
  const rest = all.filter((index) => index !== x && !ys.includes(index) && columns[index]?.type === "string");
  return {
    x,
    ys: kind === "pie" ? ys.slice(0, 1) : ys,
    names: series.length > 0 ? series : kind === "pie" ? [] : rest,
    ...{ arrays, flags: flags.flatMap((flag, order) => flaggedBy(columns, ys, flag, order)) },
  };
}

/** The flags as `series_decompose_anomalies` names them where a query does not. */
const flagName = /^series_decompose_anomalies_(.*)_ad_flag$/;

function isFlag(name: string | undefined): boolean {
  return flagName.test(name ?? "");
}

/** The values that a column of flags is about: those it is named after, or the first, second, … ones. */
function flaggedBy(
  columns: ResultRows["columns"],
  ys: readonly number[],
  flag: number,
  order: number,
): readonly (readonly [number, number])[] {
  const [, about] = flagName.exec(columns[flag]?.name ?? "") ?? [];
  const y = ys.find((index) => columns[index]?.name === about) ?? ys[order];
  return y === undefined ? [] : [[y, flag]];
}

interface Point {
  readonly series: string;
  readonly x: Cell;
  readonly y: number | undefined;
  readonly isAnomaly: boolean;
}

function pointsOf(rows: ResultRows, { x, ys, names, arrays, flags }: Roles): readonly Point[] {
  const found: Point[] = [];
  for (let row = 0; row < rows.count && found.length <= most.points; row++) {
    const name = names.map((column) => visible(String(rows.cell(row, column) ?? ""))).join(", ");
    for (const column of ys) {
      const value = visible(rows.columns[column]?.name ?? "");
      const series = name === "" ? value : ys.length === 1 ? name : `${name}: ${value}`;
      const places = arrays ? arrayOf(rows.cell(row, x)) : [rows.cell(row, x)];
      const values = arrays ? arrayOf(rows.cell(row, column)) : [rows.cell(row, column)];
      const flag = flags.find(([y]) => y === column)?.[1];
      const marks = flag === undefined ? [] : arrays ? arrayOf(rows.cell(row, flag)) : [rows.cell(row, flag)];
      for (const [index, place] of places.entries()) {
        const isAnomaly = (numberOf(marks[index] ?? null) ?? 0) !== 0;
        found.push({ series, x: place, y: numberOf(values[index] ?? null), isAnomaly });
      }
    }
  }
  return found;
}

function scaleOf(type: string, kind: ChartKind, arrays: boolean): ChartData["scale"] {
  if (kind === "pie" || kind === "bar") return "label";
  if (type === "datetime" || arrays) return kind === "column" ? "label" : "time";
  return numbers.has(type) && kind !== "column" ? "number" : "label";
}

function drawnPoints(points: readonly Point[], kind: ChartKind, scale: ChartData["scale"], notes: string[]) {
  if (kind === "pie") return inShares(laidOut(points, scale, notes, Number.POSITIVE_INFINITY));
  if (kind === "scatter" && scale !== "label") return scattered(points, scale, notes);
  return laidOut(points, scale, notes, most.labels);
}

type Drawn = Pick<ChartData, "xs" | "labels" | "series">;

/** A pie's shares, the small ones as one where there are more than colours. */
function inShares(whole: Drawn): Drawn {
  const [one] = whole.series;
  if (one === undefined || whole.labels.length <= most.series) return whole;
  const worth = (index: number) => Math.max(0, one.ys[index] ?? 0);
  const order = [...whole.labels.keys()].sort((left, right) => worth(right) - worth(left));
  const [kept, others] = [order.slice(0, most.series - 1), order.slice(most.series - 1)];
  const rest = others.reduce((sum, index) => sum + worth(index), 0);
  return {
    xs: [...kept.keys(), kept.length],
    labels: [...kept.map((index) => whole.labels[index] ?? ""), `${others.length} others`],
    series: [{ ...one, ys: [...kept.map(worth), rest] }],
  };
}

/** Points as series over common positions; what is beyond the limits is noted. */
function laidOut(points: readonly Point[], scale: ChartData["scale"], notes: string[], mostLabels: number): Drawn {
  const names = [...new Set(points.map(({ series }) => series))];
  if (names.length > most.series) notes.push(`${most.series} of ${names.length} series are drawn`);
  const positions = new Map<number | string, number>();
  for (const { x } of points) positions.set(keyOf(x, scale), 0);
  const keys = [...positions.keys()].filter((key) => typeof key === "string" || Number.isFinite(key));
  if (scale !== "label") keys.sort((one, other) => Number(one) - Number(other));
  const shown = scale === "label" ? keys.slice(0, mostLabels) : keys;
  if (shown.length < keys.length) notes.push(`${shown.length} of ${keys.length} values of the axis are drawn`);
  const at = new Map(shown.map((key, index) => [key, index]));
  const series = names
    .slice(0, most.series)
    .map((name) => ({ name, ys: new Array<number | undefined>(shown.length), anomalies: new Set<number>() }));
  const byName = new Map(series.map((one) => [one.name, one]));
  let added = false;
  for (const { series: name, x, y, isAnomaly } of points) {
    const index = at.get(keyOf(x, scale));
    const one = byName.get(name);
    if (index === undefined || one === undefined || y === undefined) continue;
    if (one.ys[index] !== undefined) added = true;
    one.ys[index] = (one.ys[index] ?? 0) + y;
    if (isAnomaly) one.anomalies.add(index);
  }
  if (added) notes.push("values of one series at one place are added up");
  return {
    xs: scale === "label" ? shown.map((_, index) => index) : shown.map(Number),
    labels: scale === "label" ? shown.map((key) => visible(String(key))) : [],
    series,
  };
}

/** Points that each have a position of their own, so that none covers or adds to another. */
function scattered(points: readonly Point[], scale: ChartData["scale"], notes: string[]) {
  const placed = points
    .map(({ series, x, y }) => ({ series, x: Number(keyOf(x, scale)), y }))
    .filter(({ x }) => Number.isFinite(x))
    .sort((one, other) => one.x - other.x);
  const names = [...new Set(placed.map(({ series }) => series))];
  if (names.length > most.series) notes.push(`${most.series} of ${names.length} series are drawn`);
  return {
    xs: placed.map(({ x }) => x),
    labels: [],
    series: names.slice(0, most.series).map((name) => ({
      name,
      ys: placed.map(({ series, y }) => (series === name ? y : undefined)),
      anomalies: new Set<number>(),
    })),
  };
}

function keyOf(cell: Cell, scale: ChartData["scale"]): number | string {
  if (scale === "label") return cell === null ? "null" : String(cell);
  if (cell === null) return Number.NaN;
  return scale === "time" ? Date.parse(String(cell)) : Number(cell);
}

function numberOf(cell: Cell): number | undefined {
  const value = cell === null || cell === "" ? Number.NaN : Number(cell);
  return Number.isFinite(value) ? value : undefined;
}

function isArray(cell: Cell): boolean {
  return typeof cell === "string" && cell.startsWith("[");
}

function arrayOf(cell: Cell): readonly Cell[] {
  return typeof cell === "string" ? readArray(cell) : [];
}

function firstOf(cell: Cell): Cell {
  return arrayOf(cell)[0] ?? null;
}

import type { Alert } from "../../detect/alert.js";
import type { DraftRow } from "./draft.js";
import type { CellValue } from "./values.js";

/** A scenario to be written down. */
export interface DerivedScenario {
  readonly name: string;
  readonly rows: readonly DraftRow[];
  /** The alerts that were raised; none for a near miss. */
  readonly alerts: readonly Alert[];
}

/** Scenarios as the text of a file. */
export function scenarioText(scenarios: readonly DerivedScenario[]): string {
  return ["scenarios:", ...scenarios.flatMap(scenarioLines), ""].join("\n");
}

function scenarioLines({ name, rows, alerts }: DerivedScenario): readonly string[] {
  const tables = [...new Set(rows.map(({ table }) => table))];
  return [
    `  - name: ${scalar(name)}`,
    "    events:",
    ...tables.flatMap((table) => [
      `      ${key(table)}:`,
      ...rows.filter((row) => row.table === table).flatMap((row) => listItem(rowEntries(row), 8)),
    ]),
    alerts.length === 0 ? "    expect: none" : "    expect:",
    ...alerts.flatMap((alert) => listItem(alertEntries(alert), 6)),
  ];
}

type Entry = readonly [string, CellValue | readonly CellValue[]];

function rowEntries({ count, cells }: DraftRow): readonly Entry[] {
  const repeated: readonly Entry[] = count === 1 ? [] : [["$count", count]];
  const time = cells.get("TimeGenerated");
  const others = [...cells].filter(([name, value]) => name !== "TimeGenerated" && value !== null);
  return [...repeated, ...(time === undefined ? [] : [["TimeGenerated", time] as const]), ...others];
}

function alertEntries({ title, severity, entities }: Alert): readonly Entry[] {
  const named = entities.slice(0, 5).map((entity): CellValue => ({ ...entity }));
  return [["title", title], ["severity", severity], ...(named.length === 0 ? [] : [["entities", named] as const])];
}

/** The lines of a map that is an item of a list. */
function listItem(entries: readonly Entry[], indent: number): readonly string[] {
  const blank = " ".repeat(indent);
  if (entries.length === 0) return [`${blank}- {}`];
  return entries.flatMap(([name, value], index) => {
    const start = `${blank}${index === 0 ? "- " : "  "}${key(name)}:`;
    if (!Array.isArray(value)) return [`${start} ${flow(value as CellValue)}`];
    return [start, ...value.map((item) => `${blank}    - ${flow(item)}`)];
  });
}

function flow(value: CellValue): string {
  if (typeof value !== "object" || value === null) return scalar(value);
  return `{ ${Object.entries(value)
    .map(([name, one]) => `${key(name)}: ${flow(one)}`)
    .join(", ")} }`;
}

function key(name: string): string {
  return /^[$A-Za-z_]\w*$/.test(name) ? name : JSON.stringify(name);
}

/** Plain where YAML takes a text for nothing else, and quoted otherwise. */
function scalar(value: string | number | boolean | null): string {
  if (typeof value !== "string") return String(value);
  const isPlain = /^[A-Za-z][\w .@/-]*\w$/.test(value) && !/^(?:true|false|yes|no|on|off|null)$/i.test(value);
  return isPlain || /^-\d+m$/.test(value) ? value : JSON.stringify(value);
}

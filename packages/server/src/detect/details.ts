import {
  type AlertDetailsOverride,
  placeholdersOf,
  type Rule,
  type RuleSeverity,
  ruleSeverities,
  tacticNamed,
} from "@calypso/catalog";
import type { Column } from "@calypso/kql";
import type { AlertLimits } from "./alert.js";
import { arrayOfCell, isFilled, type Row, textOfCell } from "./cells.js";

/** Gathers the values of custom details over the rows of one alert. */
export interface DetailCollector {
  add(row: Row): void;
  details(): { readonly values: Readonly<Record<string, readonly string[]>>; readonly leftOut: number };
}

/** Makes collectors for a rule's custom details: distinct values in order, as text, within the limits. */
export function detailCollectors(rule: Rule, columns: readonly Column[], limits: AlertLimits): () => DetailCollector {
  const details = rule.customDetails.flatMap(({ name, columnName }) => {
    const position = columns.findIndex((column) => column.name === columnName);
    return position < 0 ? [] : [{ name, position }];
  });
  return () =>
    collect(
      details.map((detail) => ({ ...detail, values: new Set<string>() })),
      limits,
    );
}

interface DetailValues {
  readonly name: string;
  readonly position: number;
  readonly values: Set<string>;
}

function collect(details: readonly DetailValues[], limits: AlertLimits): DetailCollector {
  const tooMany = new Set<string>();
  return {
    add(row) {
      for (const { name, position, values } of details) {
        const text = textOfCell(row[position]);
        if (text === "" || values.has(text)) continue;
        if (values.size < limits.customDetailValues) values.add(text);
        else tooMany.add(`${name}\n${text}`);
      }
    },
    details() {
      let bytes = 0;
      let leftOut = tooMany.size;
      const kept = details.map(({ name, values }) => {
        const fitting = [...values].filter((text) => {
          const size = Buffer.byteLength(text);
          const fits = bytes + size <= limits.customDetailBytes;
          if (fits) bytes += size;
          else leftOut += 1;
          return fits;
        });
        return [name, fitting] as const;
      });
      return { values: Object.fromEntries(kept), leftOut };
    },
  };
}

/** The parts of an alert that a row may set; absent where the rule's own hold. */
export interface OverriddenParts {
  readonly title?: string;
  readonly description?: string;
  readonly severity?: RuleSeverity;
  readonly tactics?: readonly string[];
  readonly properties: Readonly<Record<string, string>>;
}

/** Reads the overridden parts from rows, and counts how many different values a run has of each. */
export interface OverrideReader {
  read(row: Row): OverriddenParts;
  /** The parts that stay when those with too many different values in the run are discarded. */
  settle(parts: OverriddenParts): OverriddenParts;
  /** Names of the parts that were discarded. */
  discarded(): readonly string[];
}

/** A reader for a rule's `alertDetailsOverride`. */
export function overrideReader(rule: Rule, columns: readonly Column[], limits: AlertLimits): OverrideReader {
  const override: AlertDetailsOverride = rule.alertDetailsOverride ?? { alertDynamicProperties: [] };
  const positions = new Map(columns.map((column, index) => [column.name, index]));
  const seen = new Map<string, Set<string>>();
  const count = (part: string, value: string | undefined) => {
    if (value === undefined) return;
    const values = seen.get(part) ?? new Set<string>();
    seen.set(part, values);
    if (values.size <= limits.overrideValues) values.add(value);
  };
  const tooMany = (part: string) => (seen.get(part)?.size ?? 0) > limits.overrideValues;
  return {
    read(row) {
      const get = (name: string) => row[positions.get(name) ?? -1];
      const title = render(override.alertDisplayNameFormat, get, limits.titleBytes);
      const description = render(override.alertDescriptionFormat, get, limits.descriptionBytes);
      const severity = severityOf(get(override.alertSeverityColumnName ?? ""));
      const tactics = tacticsOf(get(override.alertTacticsColumnName ?? ""));
      const properties = propertiesOf(override, get);
      count("title", title);
      count("description", description);
      count("severity", severity);
      count("tactics", tactics?.join());
      for (const [name, value] of Object.entries(properties)) count(name, value);
      return {
        ...(title === undefined ? {} : { title }),
        ...(description === undefined ? {} : { description }),
        ...(severity === undefined ? {} : { severity }),
        ...(tactics === undefined ? {} : { tactics }),
        properties,
      };
    },
    settle({ properties, ...parts }) {
      const kept = Object.fromEntries(Object.entries(parts).filter(([part]) => !tooMany(part)));
      return { ...kept, properties: Object.fromEntries(Object.entries(properties).filter(([name]) => !tooMany(name))) };
    },
    discarded: () => [...seen.keys()].filter(tooMany),
  };
}

const placeholder = /\{\{([^{}]*)\}\}/g;

type GetCell = (name: string) => Row[number] | undefined;

/** Undefined where a value is missing or the text is too long: it is never cut. */
function render(format: string | undefined, get: GetCell, maxBytes: number): string | undefined {
  if (format === undefined || placeholdersOf(format).some((name) => !isFilled(get(name)))) return undefined;
  const text = format.replace(placeholder, (_, name: string) => textOfCell(get(name.trim())));
  return Buffer.byteLength(text) > maxBytes ? undefined : text;
}

function severityOf(cell: Row[number] | undefined): RuleSeverity | undefined {
  const written = textOfCell(cell).trim().toLowerCase();
  return ruleSeverities.find((severity) => severity.toLowerCase() === written);
}

/** One name, several with commas between, or a JSON array; nothing where one of them is no tactic. */
function tacticsOf(cell: Row[number] | undefined): readonly string[] | undefined {
  if (!isFilled(cell)) return undefined;
  const written = arrayOfCell(cell)?.map((item) => textOfCell(item)) ?? textOfCell(cell).split(",");
  const known = written.map((name) => tacticNamed(name));
  return known.every((name) => name !== undefined) && known.length > 0 ? [...new Set(known)] : undefined;
}

function propertiesOf(override: AlertDetailsOverride, get: GetCell): Record<string, string> {
  const properties: Record<string, string> = {};
  for (const { alertProperty, columnName } of override.alertDynamicProperties) {
    const text = textOfCell(get(columnName)).trim();
    const takes = propertyForms[alertProperty];
    if (text !== "" && (takes === undefined || takes(text))) properties[alertProperty] = text;
  }
  return properties;
}

/** What a property takes, where it does not take any text. */
const propertyForms: Readonly<Record<string, (text: string) => boolean>> = {
  ConfidenceLevel: (text) => /^(?:Low|High|Unknown)$/i.test(text),
  ConfidenceScore: (text) => Number(text) >= 0 && Number(text) <= 1,
  Techniques: (text) => techniquesIn(text).every((name) => /^T\d{4}$/.test(name)),
  SubTechniques: (text) => techniquesIn(text).every((name) => /^T\d{4}\.\d{3}$/.test(name)),
};

/** The technique numbers of a text: one, several with commas between, or a JSON array. */
export function techniquesIn(text: string): string[] {
  const list = arrayOfCell(text)?.map((item) => textOfCell(item)) ?? text.split(",");
  return list.map((name) => name.trim()).filter((name) => name !== "");
}

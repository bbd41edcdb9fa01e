import { cutShort } from "./rule-query.js";

/** A line without its indentation, and the indentation that its key asks for. */
export interface IndentedLine {
  readonly indent: number;
  readonly text: string;
  /** How much of the line's own indentation was taken away. */
  readonly removed: number;
}

/** What may stand under a key. An open map takes any key that no map around it knows. */
type Shape =
  | { readonly kind: "text" }
  | { readonly kind: "texts" }
  | { readonly kind: "map"; readonly keys: Readonly<Record<string, Shape>>; readonly open?: boolean }
  | { readonly kind: "maps"; readonly keys: Readonly<Record<string, Shape>>; readonly open?: boolean };

/**
 * Gives the lines of a rule their indentation back, by the keys that a rule has. Ends before the first line that
 * belongs to no rule. A query goes on to the next key of the rule at which its brackets are closed, or, where they never
 * are, to the next key that no query could hold.
 */
export function reindent(lines: readonly string[]): IndentedLine[] {
  const stack: Level[] = [{ shape: ruleShape, indent: 0 }];
  const result: IndentedLine[] = [];
  let at = 0;
  let seenQuery = false;
  while (at < lines.length) {
    const line = lines[at] ?? "";
    const text = line.trim();
    const removed = line.length - line.trimStart().length;
    const indent = text === "" || text.startsWith("#") ? 0 : placeLine(stack, text);
    if (indent === undefined && seenQuery && !lines.slice(at).some(isCertain)) break;
    at += 1;
    const header = /^(.*:\s*)([|>])([-+]?)\d*$/.exec(text);
    if (indent === undefined || header === null) {
      // A line without a key goes on with the value above it.
      result.push({ indent: indent ?? (result.at(-1)?.indent ?? 0) + 2, text, removed });
      seenQuery ||= text.startsWith("query:");
      continue;
    }
    result.push({ indent, text: `${header[1]}${header[2]}${blockIndent}${header[3]}`, removed });
    const query = text.startsWith("query:");
    const end = endOfBlock(lines, at, stack, query);
    // Content keeps what indentation it has left, so that nested KQL stays readable.
    for (; at < end; at += 1)
      result.push({ indent: indent + blockIndent, text: (lines[at] ?? "").trimEnd(), removed: 0 });
    seenQuery ||= query;
  }
  return result;
}

/** How much further than its key the text of a block stands; its header says so, as the first line may be indented itself. */
const blockIndent = 4;

interface Level {
  readonly shape: Shape;
  readonly indent: number;
}

const text: Shape = { kind: "text" };
const texts: Shape = { kind: "texts" };

const ruleShape: Shape = {
  kind: "map",
  keys: {
    ...Object.fromEntries(
      [
        "id name kind description severity status query queryFrequency queryPeriod triggerOperator triggerThreshold",
        "suppressionEnabled suppressionDuration enabled version alertRuleTemplateName templateVersion",
        "description-detailed description_detailed displayName",
      ]
        .join(" ")
        .split(" ")
        .map((key) => [key, text]),
    ),
    requiredDataConnectors: { kind: "maps", keys: { connectorId: text, dataTypes: texts } },
    tactics: texts,
    relevantTechniques: texts,
    techniques: texts,
    subTechniques: texts,
    tags: { kind: "maps", keys: { Schema: text, SchemaVersion: text } },
    entityMappings: {
      kind: "maps",
      keys: { entityType: text, fieldMappings: { kind: "maps", keys: { identifier: text, columnName: text } } },
    },
    sentinelEntitiesMappings: { kind: "maps", keys: { columnName: text } },
    customDetails: { kind: "map", keys: {}, open: true },
    alertDetailsOverride: {
      kind: "map",
      keys: {
        alertDisplayNameFormat: text,
        alertDescriptionFormat: text,
        alertTacticsColumnName: text,
        alertSeverityColumnName: text,
        alertDynamicProperties: { kind: "maps", keys: { alertProperty: text, value: text } },
      },
    },
    eventGroupingSettings: { kind: "map", keys: { aggregationKind: text } },
    incidentConfiguration: {
      kind: "map",
      keys: {
        createIncident: text,
        groupingConfiguration: {
          kind: "map",
          keys: {
            enabled: text,
            reopenClosedIncident: text,
            lookbackDuration: text,
            matchingMethod: text,
            entitiesMatchingMethod: text,
            groupByEntities: texts,
            groupByAlertDetails: texts,
            groupByCustomDetails: texts,
          },
        },
      },
    },
    metadata: {
      kind: "map",
      keys: {
        source: { kind: "map", keys: { kind: text, name: text, sourceId: text } },
        author: { kind: "map", keys: { name: text, email: text } },
        support: { kind: "map", keys: { tier: text, name: text, email: text, link: text } },
        categories: { kind: "map", keys: { domains: texts, verticals: texts } },
      },
    },
  },
};

/** Puts a line under the innermost level that takes it, and makes that level the current one. */
function placeLine(stack: Level[], line: string): number | undefined {
  const item = /^-\s+(.*)$/.exec(line)?.[1];
  const key = /^["']?([A-Za-z_][\w-]*)["']?\s*:(?:\s|$)/.exec(item ?? line)?.[1];
  const depth = levelFor(stack, key, item !== undefined);
  const level = depth < 0 ? undefined : stack[depth];
  if (level === undefined) return undefined;
  stack.length = depth + 1;
  const { shape, indent } = level;
  if (shape.kind === "texts") return indent;
  if (shape.kind === "text" || key === undefined) return item === undefined ? undefined : indent;
  const inner = Object.hasOwn(shape.keys, key) ? shape.keys[key] : undefined;
  // The keys of a list's item stand two columns to the right of its dash.
  const keyIndent = shape.kind === "maps" ? indent + 2 : indent;
  if (inner !== undefined && inner.kind !== "text" && /:\s*$/.test(line))
    stack.push({ shape: inner, indent: keyIndent + 2 });
  return item === undefined ? keyIndent : indent;
}

/** The depth of the innermost level that takes a key or an item; -1 where none does. */
function levelFor(stack: readonly Level[], key: string | undefined, item: boolean): number {
  const known = stack.findLastIndex(
    ({ shape }) =>
      key !== undefined && (shape.kind === "maps" || (shape.kind === "map" && !item)) && Object.hasOwn(shape.keys, key),
  );
  if (known >= 0) return known;
  return stack.findLastIndex(({ shape }) =>
    item
      ? shape.kind === "texts" || shape.kind === "maps"
      : key !== undefined && shape.kind === "map" && shape.open === true,
  );
}

/** The line after the last one of a block of text. */
function endOfBlock(lines: readonly string[], start: number, stack: readonly Level[], query: boolean): number {
  let unclosed = lines.length;
  for (let at = start; at < lines.length; at += 1) {
    const line = (lines[at] ?? "").trim();
    const key = /^([A-Za-z_][\w-]*):(?:\s|$)/.exec(line)?.[1];
    if (key === undefined || levelFor(query ? stack.slice(0, 1) : stack, key, false) < 0) continue;
    if (!query) return at;
    if (cutShort(lines.slice(start, at).join("\n")) === undefined) return at;
    if (unclosed === lines.length && certain.has(key)) unclosed = at;
  }
  return unclosed;
}

function isCertain(line: string): boolean {
  return certain.has(/^\s*(\w+):/.exec(line)?.[1] ?? "");
}

/** Keys that no KQL holds at the start of a line. */
const certain = new Set([
  "entityMappings",
  "customDetails",
  "alertDetailsOverride",
  "eventGroupingSettings",
  "incidentConfiguration",
  "requiredDataConnectors",
  "queryFrequency",
  "queryPeriod",
  "triggerOperator",
  "triggerThreshold",
  "relevantTechniques",
  "sentinelEntitiesMappings",
  "suppressionEnabled",
  "suppressionDuration",
]);

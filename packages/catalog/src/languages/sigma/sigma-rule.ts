import { readDuration } from "../../rules/duration.js";
import { ConditionError, mostTests, readCondition } from "./condition-grammar.js";
import { joinLogic, type SigmaLogic } from "./logic.js";
import { readSelection, repeatedEntry, type Selection } from "./selections.js";
import { addProblem, type SigmaDocument } from "./sigma-file.js";
import { entryOf, textOf, textsOf, under, type YamlTree } from "./yaml-tree.js";

/** What a rule's `detection` says. */
export interface SigmaDetection {
  readonly selections: readonly Selection[];
  /** The condition, with the filters of other documents; undefined where it cannot be read, which is told. */
  readonly logic?: SigmaLogic;
  /** Product, category and service. */
  readonly source: Readonly<Record<string, string>>;
  /** Where the detection stands in the file. */
  readonly start: number;
  readonly end: number;
}

/** Reads the selections and the condition of a rule; filters that name it are joined to its condition. */
export function readDetection(document: SigmaDocument, filters: readonly SigmaDocument[]): SigmaDetection {
  const own = readLogic(document, "detection");
  const source = logSource(document.tree);
  const added = filters
    .filter((filter) => isFilterOf(filter, document))
    .map((filter) => withoutPlaces(readLogic(filter, "filter").logic));
  const { logic: wanted, ...rest } = own;
  const parts = [wanted, ...added].filter((part) => part !== undefined);
  return { ...rest, source, ...(parts.length <= added.length ? {} : { logic: joinLogic("all", parts) }) };
}

/** A filter's parts stand in another document, so that they have no place in the rule. */
function withoutPlaces(logic: SigmaLogic | undefined): SigmaLogic | undefined {
  if (logic === undefined) return undefined;
  if (logic.kind === "all" || logic.kind === "any") {
    return { kind: logic.kind, parts: logic.parts.flatMap((part) => withoutPlaces(part) ?? []) };
  }
  if (logic.kind === "not") {
    const part = withoutPlaces(logic.part);
    return part === undefined ? undefined : { kind: "not", part };
  }
  return { ...logic, ...{ start: 0, end: 0 } };
}

/** The names of a rule: its `name` and its id. */
export function namesOf(tree: YamlTree): readonly string[] {
  return [under(tree, "name"), under(tree, "id")].flatMap((one) => textOf(one)?.trim() || []);
}

/** Product, category and service of a log source. */
export function logSource(tree: YamlTree): Readonly<Record<string, string>> {
  const source = under(tree, "logsource");
  return Object.fromEntries(
    ["product", "category", "service"].flatMap((key) => {
      const text = textOf(under(source, key))?.trim().toLowerCase();
      return text === undefined || text === "" ? [] : [[key, text] as const];
    }),
  );
}

/** Whether a filter names the rule, or is for any rule of a log source that the rule has. */
function isFilterOf(filter: SigmaDocument, { tree }: SigmaDocument): boolean {
  const rules = textsOf(under(under(filter.tree, "filter"), "rules"));
  const source = logSource(tree);
  const sameSource = Object.entries(logSource(filter.tree)).every(([key, value]) => source[key] === value);
  const named = rules.some((rule) => rule.toLowerCase() === "any" || namesOf(tree).includes(rule));
  return sameSource && named;
}

function readLogic(document: SigmaDocument, key: "detection" | "filter"): Omit<SigmaDetection, "source"> {
  const { tree, file } = document;
  const entry = entryOf(tree, key);
  const body = entry?.value;
  const rule = textOf(under(tree, "id"));
  const more = { key, ...(rule === undefined ? {} : { rule }) };
  const [start, end] = [entry?.start ?? tree.start, Math.max(entry?.start ?? 0, body?.end ?? tree.end)];
  if (body?.kind !== "map") {
    addProblem(file, start, "bad-value", `\`${key}\` is a map of selections and a \`condition\``, "error", more);
    return { selections: [], start, end };
  }
  const selections = body.entries.filter((one) => !settings.has(one.key)).map(readSelection);
  const twice = repeatedEntry(body.entries);
  if (twice !== undefined) {
    const message = `\`${twice.key}\` stands there twice`;
    addProblem(file, twice.start, "bad-value", message, "error", more);
    return { selections, start, end };
  }
  const timeframe = entryOf(body, "timeframe");
  if (timeframe !== undefined) {
    const message =
      "`timeframe` belongs to the aggregations of the old Sigma, and has no effect; write a correlation instead";
    addProblem(file, timeframe.start, "ignored-key", message, "warning", more);
  }
  const condition = entryOf(body, "condition");
  const written = textsOf(condition?.value);
  if (condition === undefined || written.length === 0) {
    addProblem(file, condition?.start ?? start, "missing-key", `\`${key}\` has no \`condition\``, "error", more);
    return { selections, start, end };
  }
  const { value } = condition;
  const other = value.kind === "list" ? value.items.find((item) => textOf(item) === undefined) : undefined;
  if (other !== undefined) {
    const message = "a list of conditions holds texts only";
    addProblem(file, other.start || condition.start, "bad-condition", message, "error", {
      ...more,
      key: `${key}.condition`,
    });
    return { selections, start, end };
  }
  const budget = { left: mostTests };
  const parts = written.map((text) => {
    try {
      return readCondition(text, selections, budget);
    } catch (cause) {
      if (!(cause instanceof ConditionError)) throw cause;
      const at = file.text.indexOf(text, condition.start);
      const offset = at < 0 ? condition.start : at + cause.offset;
      addProblem(file, offset, "bad-condition", cause.message, "error", { ...more, key: `${key}.condition` });
      return undefined;
    }
  });
  const known = parts.filter((part) => part !== undefined);
  return { selections, start, end, ...(known.length < parts.length ? {} : { logic: joinLogic("any", known) }) };
}

const settings = new Set(["condition", "timeframe", "fields", "rules"]);

/** A span of time such as `30s`, `5m`, `2h`, `1d`, `1w`, `1M`, in milliseconds; undefined for anything else. */
export function readTimespan(written: string): number | undefined {
  const [, number = "", unit = ""] = /^(\d{1,6})([smhdwM])$/.exec(written.trim()) ?? [];
  const length = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800, M: 2_592_000 }[unit];
  if (length !== undefined && Number(number) > 0) return Number(number) * length * 1000;
  const duration = readDuration(written);
  return duration.kind === "read" && duration.milliseconds > 0 ? duration.milliseconds : undefined;
}

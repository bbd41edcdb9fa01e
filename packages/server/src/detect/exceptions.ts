import { exceptionState, type Rule, type RuleException } from "@calypso/catalog";
import { type Compilation, type Exclusion, mostToldValues } from "@calypso/kql";
import type { Entity } from "./alert.js";
import type { Cell, Row } from "./cells.js";
import { type Diagnosis, exceptionDiagnosis } from "./diagnosis.js";
import { entityCollectors } from "./entities.js";
import type { Window } from "./ticks.js";

/** Rows that exceptions kept out of a rule's results. */
export interface HiddenRows {
  /** Rows that at least one exception met. */
  readonly rows: number;
  /** The exceptions that met rows. */
  readonly byException: readonly HiddenByException[];
}

/** What one exception kept out; rows that others met too are among them. */
export interface HiddenByException {
  readonly exception: RuleException;
  readonly rows: number;
  /** Whom or what it hid: entities by the rule's mappings, else values of the columns that its condition reads. */
  readonly values: readonly string[];
  /** There are more values than are told. */
  readonly more: boolean;
}

export const nothingHidden: HiddenRows = { rows: 0, byException: [] };

/** The exceptions that hold for a window: an exception holds for what ended before its expiry, whenever that is looked at. */
export function exceptionsAt({ exceptions = [] }: Rule, { to }: Window): readonly RuleException[] {
  const end = Number(to / 10_000n);
  return exceptions.filter((exception) => exceptionState(exception, end) === "active");
}

/** Exceptions as the compiler takes them: what they hide is told by the columns of the rule's entities. */
export function exclusionsOf(rule: Rule, exceptions: readonly RuleException[]): readonly Exclusion[] {
  const subjects = rule.entityMappings.map(({ fieldMappings }) => fieldMappings.map(({ columnName }) => columnName));
  return exceptions.map(({ condition: { text, file, key } }) => ({ text, sourceName: `${file} › ${key}`, subjects }));
}

/**
 * What is wrong with the exceptions that a query was compiled with. That a column is missing is told of exceptions which name
 * the rule; one of all rules is about those that have the column.
 */
export function exceptionDiagnoses(
  rule: Rule,
  exceptions: readonly RuleException[],
  { exclusions = [] }: Compilation,
): readonly Diagnosis[] {
  return exceptions.flatMap((exception, index) => {
    const { diagnostics = [], inForce = false } = exclusions[index] ?? {};
    const isOfOthers = exception.rules === "all" && diagnostics.every(({ code }) => code === "unknown-column");
    if (isOfOthers) return [];
    return diagnostics.map((diagnostic) => exceptionDiagnosis(rule, exception, diagnostic, inForce));
  });
}

/** Reads the cell that tells of rows left out; undefined in a row of the result. */
export function toldIn(row: Row, { columns, exclusions = [] }: Compilation): Cell | undefined {
  const told = exclusions.some(({ inForce }) => inForce) ? row[columns.length] : undefined;
  return told ?? undefined;
}

/** What exceptions hid, from the cell that tells of it. */
export function hiddenIn(
  told: Cell | undefined,
  rule: Rule,
  exceptions: readonly RuleException[],
  { exclusions = [] }: Compilation,
): HiddenRows {
  const [rows, ...parts] = cellsOf(told);
  const inForce = exceptions.flatMap((exception, index) => {
    const outcome = exclusions[index];
    return outcome?.inForce === true ? [{ exception, subjects: outcome.subjects }] : [];
  });
  const byException = inForce.map(({ exception, subjects }, index): HiddenByException => {
    const [count, ...sets] = cellsOf(parts[index]);
    const values = sets.map((set) => cellsOf(set).map((text) => cellsOf(JSON.parse(String(text)) as Cell))); // arrays of texts, as the compiler says
    const told = values.flatMap((tuples, at) => namesOf(rule, subjects[at] ?? [], tuples));
    return {
      exception,
      rows: Number(count ?? 0),
      values: [...new Set(told)],
      more: values.some((tuples) => tuples.length >= mostToldValues),
    };
  });
  return { rows: Number(rows ?? 0), byException: byException.filter((one) => one.rows > 0) };
}

function cellsOf(cell: Cell | undefined): readonly Cell[] {
  return Array.isArray(cell) ? cell : [];
}

/** The entities that rows of the columns make; where they make none, the values as they are. */
function namesOf(rule: Rule, subject: readonly string[], rows: readonly Row[]): readonly string[] {
  const columns = subject.map((name) => ({ name, type: "string" as const }));
  const startEntities = entityCollectors({ ...rule, sentinelEntitiesMappings: [] }, columns, Number.MAX_SAFE_INTEGER);
  return rows.flatMap((row) => {
    const collector = startEntities();
    collector.add(row);
    const entities = collector.entities();
    return entities.length === 0 ? [pairsOf(subject, row)] : entities.map(nameOfEntity);
  });
}

/** `Account alice@contoso.example`, `IP 192.0.2.1`: the entity by what was mapped. */
function nameOfEntity({ type, ...identifiers }: Entity): string {
  const { fullName, ...parts } = identifiers;
  return `${type} ${fullName ?? [...new Set(Object.values(parts))].join(" ")}`;
}

function pairsOf(subject: readonly string[], row: Row): string {
  return subject.map((name, index) => `${name}: ${String(row[index] ?? "")}`).join(", ");
}

import { covers, exceptionState, printProblem, type RuleException } from "@calypso/catalog";
import type { Column } from "@calypso/kql";
import { type LoadedRules, loadRules } from "../detect/load.js";
import { systemClock } from "../platform/clock.js";
import { printable } from "./printable.js";
import { ruleFilesOnDisk } from "./rule-files.js";
import { writeTable } from "./table.js";
import type { Terminal } from "./terminal.js";

/** The options of `calypso exceptions list`. */
export interface ExceptionsListFlags {
  readonly format?: "table" | "json" | "ndjson";
  readonly state?: string;
}

/** An exception as it is listed. */
interface Listed {
  readonly id: string;
  readonly state: "active" | "expired" | "disabled";
  readonly expiry: string | null;
  /** The rules that it is about, by name. */
  readonly rules: readonly string[];
  readonly condition: string;
  readonly owner: string;
  readonly reason: string;
  readonly ticket: string | null;
  /** What a service counted; absent where none was asked. */
  readonly hidden?: { readonly rows: number; readonly windows: number; readonly last: string | null };
  readonly file: string;
  readonly line: number;
}

/** Lists exceptions; the exit status is 1 where one makes no sense. */
export async function listCommand(
  terminal: Terminal,
  paths: readonly string[],
  { format: given, state }: ExceptionsListFlags,
): Promise<void> {
  const format = given ?? (terminal.interactive ? "table" : "json");
  const loaded = await loadRules(ruleFilesOnDisk, paths);
  for (const problem of loaded.problems) {
    await terminal.err.write(`${printable(printProblem(problem))}\n`);
    if (problem.severity === "error") terminal.setExitStatus(1);
  }
  const effects = state === undefined ? undefined : await effectsIn(state);
  const listed = loaded.exceptions.map((exception) => listedOf(loaded, exception, effects));
  if (format === "table") return writeTable(terminal.out, columns, rowsOf(listed));
  const lines = listed.map((one) => JSON.stringify(one));
  const text = format === "json" ? `[\n${lines.join(",\n")}\n]` : lines.join("\n");
  await terminal.out.write(lines.length === 0 ? (format === "json" ? "[]\n" : "") : `${text}\n`);
}

type Effects = ReadonlyMap<string, NonNullable<Listed["hidden"]>>;

async function effectsIn(place: string): Promise<Effects> {
  const [{ openState }, { exceptionEffects }] = await Promise.all([
    import("../state/open-state.js"),
    import("../exceptions/effects.js"),
  ]);
  const state = await openState(place, { alone: false });
  try {
    return await exceptionEffects(state);
  } finally {
    await state.close();
  }
}

function listedOf(loaded: LoadedRules, exception: RuleException, effects: Effects | undefined): Listed {
  const { id, expiry, condition, owner, reason, ticket, file, place } = exception;
  const hidden = effects === undefined ? undefined : (effects.get(id) ?? { rows: 0, windows: 0, last: null });
  return {
    id,
    state: exceptionState(exception, systemClock().getTime()),
    expiry: expiry === undefined ? null : new Date(expiry).toISOString(),
    rules: loaded.rules.filter((rule) => covers(exception, rule)).map(({ name }) => name),
    condition: condition.text.trim(),
    owner,
    reason,
    ticket: ticket ?? null,
    ...(hidden === undefined ? {} : { hidden }),
    file,
    line: place.line,
  };
}

const columns: readonly Column[] = [
  ...["Id", "State", "Expiry", "Rules", "Hidden", "Last", "Owner", "Reason", "Ticket", "File"],
].map((name) => ({ name, type: "string" }));

async function* rowsOf(listed: readonly Listed[]): AsyncGenerator<string> {
  for (const { id, state, expiry, rules, hidden, owner, reason, ticket, file } of listed) {
    const about = rules.length > 2 ? `${rules.length} rules` : rules.join(", ");
    yield JSON.stringify([
      ...[id, state, expiry?.slice(0, 16) ?? "never", about, hidden === undefined ? "" : String(hidden.rows)],
      ...[hidden?.last?.slice(0, 16) ?? "", owner, reason, ticket ?? "", file],
    ]);
  }
}

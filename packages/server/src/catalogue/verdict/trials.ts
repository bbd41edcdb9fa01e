import type { Background } from "../../platform/background.js";
import { type Clock, ticksOf } from "../../platform/clock.js";
import type { Ids } from "../../platform/ids.js";
import type { State } from "../../state/open-state.js";
import { Failure } from "../../store/failures.js";
import type { Store } from "../../store/store.js";
import { settleRules } from "../record-rule.js";
import type { RuleConditions } from "../search-rules.js";
import { recordVerdict, rulesToTry } from "./keep-verdicts.js";
import { tryRules } from "./try-rules.js";
import type { VerdictStatus } from "./verdict.js";

/** What trials work on. */
export interface TrialParts {
  readonly state: State;
  readonly store: Store;
  readonly clock: Clock;
  readonly ids: Ids;
  /** What the workspace is called in verdicts. */
  readonly workspace: string;
  readonly background: Background;
}

/** What to try, and who asks for it. */
export interface TrialRequest {
  /** All that the search finds where absent. */
  readonly ids?: readonly string[];
  readonly search?: RuleConditions;
  readonly days: number;
  /** The most windows of a rule that are run one by one. */
  readonly windows: number;
  readonly by: string;
}

/** A trial: how far it is, and how many rules have come to each verdict. */
export interface Trial {
  readonly id: string;
  readonly by: string;
  readonly begunAt: Date;
  readonly state: "running" | "done" | "cancelled" | "failed";
  readonly done: number;
  readonly of: number;
  readonly counts: Readonly<Partial<Record<VerdictStatus, number>>>;
  /** Why it failed. */
  readonly message?: string;
}

/** A rule that was just tried. */
export interface LatestRule {
  readonly id: string;
  readonly name: string;
  readonly status: VerdictStatus;
  readonly reason: string;
}

/** The most rules of one trial. */
const mostRules = 20_000;
/** The longest that one query of a rule may run, in seconds. */
const maxSeconds = 10;
/** How many rules that were just tried are told. */
const mostLatest = 10;

/** Tries rules of the catalogue on the workspace beside all that the service does: one trial at a time, and one rule of it. */
export class Trials {
  readonly #parts: TrialParts;
  #trial: Trial | undefined;
  #latest: readonly LatestRule[] = [];
  #stop = new AbortController();
  #isBeginning = false;

  constructor(parts: TrialParts) {
    this.#parts = parts;
    parts.background.signal.addEventListener("abort", () => this.#stop.abort(), { once: true });
  }

  /** The trial that runs, or the last one. */
  get trial(): Trial | undefined {
    return this.#trial;
  }

  /** The rules that were just tried, the newest first. */
  get latest(): readonly LatestRule[] {
    return this.#latest;
  }

  /** Begins a trial. Throws a `Failure` where one runs, where no rule is meant, or where too many are. */
  async begin({ ids = [], search = {}, ...request }: TrialRequest): Promise<Trial> {
    const running = this.#trial?.state === "running" ? this.#trial : undefined;
    if (running !== undefined || this.#isBeginning) {
      const whose = running === undefined ? "" : ` of ${running.by}, ${running.done} of ${running.of} rules done`;
      throw new Failure("trial-refused", `a trial runs already${whose}`, { hint: "wait for its end, or cancel it" });
    }
    this.#isBeginning = true;
    try {
      const rules = await rulesToTry(this.#parts.state.db, search, ids);
      if (rules.size === 0) throw new Failure("trial-refused", "there is no such rule to try");
      if (rules.size > mostRules) {
        const hint = "narrow the search, or use calypso catalog verdict";
        throw new Failure("trial-refused", `${rules.size} rules are more than one trial takes`, { hint });
      }
      const trial: Trial = {
        ...{ id: this.#parts.ids(), by: request.by, begunAt: this.#parts.clock() },
        ...{ state: "running", done: 0, of: rules.size, counts: {} },
      };
      this.#trial = trial;
      this.#latest = [];
      this.#stop = new AbortController();
      if (this.#parts.background.signal.aborted) this.#stop.abort();
      this.#parts.background.add(this.#run(trial.id, rules, request, this.#stop.signal));
      return trial;
    } finally {
      this.#isBeginning = false;
    }
  }

  /** Ends the trial of an id; the verdicts that there are stay. Undefined where there is none. */
  cancel(id: string): Trial | undefined {
    if (this.#trial?.id !== id) return undefined;
    if (this.#trial.state === "running") {
      this.#stop.abort();
      this.#trial = { ...this.#trial, state: "cancelled" };
    }
    return this.#trial;
  }

  async #run(
    id: string,
    rules: Awaited<ReturnType<typeof rulesToTry>>,
    { days, windows }: Pick<TrialRequest, "days" | "windows">,
    signal: AbortSignal,
  ): Promise<void> {
    const { state, store, workspace } = this.#parts;
    const at = this.#parts.clock();
    const to = ticksOf(at);
    const span = { from: to - BigInt(days) * 864_000_000_000n, to };
    try {
      const options = { span, maxWindows: windows, maxSeconds, atOnce: 1 };
      for await (const { number, verdict } of tryRules(store, [...rules.values()], options, signal)) {
        await recordVerdict(state.db, { rule: number, at, workspace, verdict });
        this.#note(id, rules.get(number), verdict);
      }
      if (!signal.aborted) await settleRules(state.db);
      this.#end(id, { state: signal.aborted ? "cancelled" : "done" });
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      this.#end(id, signal.aborted ? { state: "cancelled" } : { state: "failed", message });
    }
  }

  /** What comes of a trial that was cancelled says nothing of the next one. */
  #note(
    id: string,
    rule: { readonly id: string; readonly name: string } | undefined,
    { status, reason }: { readonly status: VerdictStatus; readonly reason: string },
  ): void {
    const trial = this.#trial;
    if (trial?.id !== id || rule === undefined) return;
    const counts = { ...trial.counts, [status]: (trial.counts[status] ?? 0) + 1 };
    this.#trial = { ...trial, done: trial.done + 1, counts };
    this.#latest = [{ id: rule.id, name: rule.name, status, reason }, ...this.#latest].slice(0, mostLatest);
  }

  #end(id: string, change: Pick<Trial, "state" | "message">): void {
    if (this.#trial?.id === id) this.#trial = { ...this.#trial, ...change };
  }
}

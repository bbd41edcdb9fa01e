import { type AttackFacts, type CoverageMatrix, coverageMatrix, type Rule, type RuleCoverage } from "@calypso/catalog";
import type { FeedPorts } from "../feeds/measure.js";
import type { Background } from "../platform/background.js";
import type { Clock } from "../platform/clock.js";
import type { State } from "../state/open-state.js";
import { coverRules } from "./cover-rules.js";
import { firedRules } from "./fired.js";
import { type TableData, tablesWithData } from "./tables-with-data.js";
import type { IsTested } from "./tested.js";

/** What coverage is computed from. */
export interface CoverageParts {
  readonly ports: FeedPorts;
  readonly state: State;
  readonly clock: Clock;
  /** The rules in use; another list where they have changed. */
  readonly rules: () => readonly Rule[];
  /** The version of ATT&CK that holds now. */
  readonly attack: () => AttackFacts;
  /** What is known of the rules' scenarios; another function where that has changed. */
  readonly tested: () => IsTested;
  readonly background: Background;
}

/** The rules in use with how far each has come, as they were at a moment. */
export interface Covered {
  readonly at: Date;
  readonly attack: AttackFacts;
  readonly rules: readonly RuleCoverage[];
  readonly dataOf: (table: string) => Promise<TableData>;
}

/** A look at the rules, which may not be at its end. */
interface Looked {
  /** What it follows from. */
  readonly of: readonly unknown[];
  readonly at: number;
  readonly covered: Promise<Covered>;
  isDone: boolean;
}

/** For how long what was found is shown again, in milliseconds. */
const lifetime = 10 * 60_000;

/** How far the rules in use have come: looked at when it is asked for, once for all who ask, and again when rules change. */
export class Coverage {
  readonly #parts: CoverageParts;
  #known: Looked | undefined;

  constructor(parts: CoverageParts) {
    this.#parts = parts;
  }

  /** With `again` the rules and tables are looked at anew, unless that is being done. */
  covered({ again = false }: { readonly again?: boolean } = {}): Promise<Covered> {
    const { clock, rules, tested } = this.#parts;
    const of = [rules(), tested()];
    const now = clock().getTime();
    const known = this.#known;
    if (known?.of.every((one, index) => one === of[index]) === true) {
      const isFresh = !again && now - known.at < lifetime;
      if (isFresh || !known.isDone) return known.covered;
    }
    const next = { of, at: now, covered: this.#look(), isDone: false };
    this.#known = next;
    this.#parts.background.add(next.covered);
    next.covered.then(
      () => {
        next.isDone = true;
      },
      // What failed is tried again by the next who asks.
      () => {
        if (this.#known === next) this.#known = undefined;
      },
    );
    return next.covered;
  }

  async #look(): Promise<Covered> {
    const { ports, state, clock, rules, attack, tested } = this.#parts;
    const at = clock();
    const dataOf = tablesWithData(ports, at);
    const questions = { now: at, dataOf, isTested: tested(), hasFired: await firedRules(ports, at, state) };
    const covered = await coverRules(ports, rules(), questions);
    return { at, attack: attack(), rules: covered.rules, dataOf };
  }
}

/** The matrix of some platforms, of all where none is named. */
export function matrixOf({ attack, rules }: Covered, platforms: readonly string[]): CoverageMatrix {
  return coverageMatrix(attack, rules, { platforms });
}

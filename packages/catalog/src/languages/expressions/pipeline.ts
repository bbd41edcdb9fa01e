import { allOf, leavesOf } from "../../detections/combine.js";
import type { Condition, TextSpan, Unread } from "../../detections/condition.js";
import type { DetectionOutput, DetectionStage, DetectionThreshold } from "../../detections/detection.js";
import { SyntaxFailure } from "../parsing/tokens.js";
import { ConditionReader, type GroupTest } from "./condition-reader.js";
import type { Dialect } from "./dialect.js";
import type { Expression } from "./expression.js";
import { type Aggregate, type Meaning, Scope } from "./scope.js";
import { takeGroupTests } from "./thresholds.js";

/** What a pipeline came to. */
export interface ReadPipeline {
  readonly stages: readonly DetectionStage[];
  /** What has to be true of an event. */
  readonly condition: Condition;
  readonly thresholds: readonly DetectionThreshold[];
  readonly outputs: readonly DetectionOutput[];
  readonly unread: readonly Unread[];
}

/** A name that a stage makes. */
export interface Made {
  readonly name: string;
  readonly meaning: Meaning;
  readonly type?: string;
}

/** The most names that the stages of one query may make. */
const mostNames = 2000;

/** Follows a query of stages: what each name stands for, what rows have to meet, and what comes out. */
export class Pipeline {
  readonly reader: ConditionReader;
  readonly #text: string;
  readonly #stages: DetectionStage[] = [];
  readonly #conditions: Condition[] = [];
  readonly #thresholds: DetectionThreshold[] = [];
  readonly #unread: Unread[] = [];
  #alternatives = 0;
  #added = 0;
  #outputs = new Map<string, DetectionOutput>();
  #scope = new Scope();

  constructor(text: string, dialect: Dialect) {
    this.#text = text;
    this.reader = new ConditionReader(text, dialect);
  }

  get scope(): Scope {
    return this.#scope;
  }

  /** Begins a stage. */
  begin(operator: string, span: TextSpan): void {
    const text = this.#text.slice(span.start, span.end);
    this.#stages.push({ index: this.#stages.length + 1, operator, text, span });
  }

  /** Only rows that meet the expression go on. */
  filter(expression: Expression): void {
    this.require(this.reader.condition(expression, this.#scope));
  }

  /** Only rows that meet the condition go on. */
  require(condition: Condition): void {
    const { rest, groups } = takeGroupTests(condition, (part) => this.reader.groupTest(part));
    this.#conditions.push(rest);
    this.#thresholds.push(...groups.always.map((test) => threshold(test)));
    for (const set of groups.alternatives) {
      this.#alternatives += 1;
      this.#thresholds.push(...set.map((test) => ({ ...threshold(test), alternative: this.#alternatives })));
    }
  }

  /** A part of the query that nothing follows. */
  leave(span: TextSpan, why: string): void {
    this.#unread.push(this.reader.unread(span, why));
  }

  /** Adds names, beside those that are there. Throws `SyntaxFailure` where they become too many. */
  add(names: readonly Made[]): void {
    this.#added += names.length;
    if (this.#added > mostNames)
      throw new SyntaxFailure(`more than ${mostNames} names`, this.#stages.at(-1)?.span?.start ?? 0);
    this.#scope = this.#scope.with(names.map(({ name, meaning }) => [name, meaning] as const));
    for (const made of names) this.#output(made);
  }

  /** Leaves these names and no others. */
  aggregate(names: readonly Made[]): void {
    this.#scope = this.#scope.closedWith(names.map(({ name, meaning }) => [name, meaning] as const));
    this.#outputs = new Map();
    for (const made of names) this.#output(made);
  }

  /** Leaves the names that fit, in the order of the patterns; those that only the events have are made by this stage. */
  keep(patterns: readonly string[]): void {
    const before = this.#outputs;
    this.#outputs = new Map();
    for (const pattern of patterns) {
      const fits = nameTest(pattern);
      const known = [...before.values()].filter(({ name }) => fits(name));
      for (const output of known) this.#outputs.set(output.name, output);
      if (known.length === 0 && !pattern.includes("*")) this.#output({ name: pattern });
    }
  }

  /** Leaves out the names that fit. */
  drop(patterns: readonly string[]): void {
    const tests = patterns.map(nameTest);
    for (const name of this.#outputs.keys()) if (tests.some((fits) => fits(name))) this.#outputs.delete(name);
  }

  /** Gives a name another one. */
  rename(from: string, to: string): void {
    const known = this.#outputs.get(from);
    this.#scope = this.#scope.with([[to, this.#scope.meaning(from)]]);
    this.#outputs.delete(from);
    if (known === undefined) this.#output({ name: to });
    else this.#outputs.set(to, { ...known, name: to });
  }

  /** Names of the result so far. */
  names(): string[] {
    return [...this.#outputs.keys()];
  }

  /** The names that groups are made by, without time slots, and the length of a slot. */
  groupKeys(
    keys: readonly Expression[],
    slot: (key: Expression) => number | undefined,
  ): Pick<Aggregate, "by" | "within"> {
    const by: string[] = [];
    let within: number | undefined;
    for (const key of keys) {
      const length = slot(key);
      if (length !== undefined) within = length;
      else by.push(this.reader.nameOf(key, this.#scope));
    }
    return { by: [...new Set(by)], ...(within === undefined ? {} : { within }) };
  }

  done(): ReadPipeline {
    const condition = allOf(this.#conditions);
    const unread = leavesOf(condition).flatMap((leaf) => (leaf.kind === "unread" ? [leaf] : []));
    return {
      stages: this.#stages,
      condition,
      thresholds: this.#thresholds,
      outputs: [...this.#outputs.values()],
      unread: [...unread, ...this.#unread],
    };
  }

  #output({ name, type }: Pick<Made, "name" | "type">): void {
    const stage = this.#stages.at(-1);
    if (stage === undefined) return;
    this.#outputs.delete(name);
    this.#outputs.set(name, {
      name,
      ...(type === undefined ? {} : { type }),
      source: stage.operator,
      stage: stage.index,
    });
  }
}

function threshold({ aggregate, operator, value }: GroupTest): DetectionThreshold {
  const { of, within } = aggregate;
  return {
    function: aggregate.function,
    ...(of === undefined ? {} : { of }),
    by: aggregate.by,
    operator,
    value,
    ...(within === undefined ? {} : { within }),
  };
}

/** Whether a name fits a pattern with `*`. */
export function nameTest(pattern: string): (name: string) => boolean {
  if (!pattern.includes("*")) return (name) => name === pattern;
  const pieces = pattern.split("*");
  const [first = "", last = ""] = [pieces[0], pieces.at(-1)];
  return (name) => {
    if (!name.startsWith(first) || !name.endsWith(last) || name.length < first.length + last.length) return false;
    let at = first.length;
    for (const piece of pieces.slice(1, -1)) {
      const found = name.indexOf(piece, at);
      if (found < 0) return false;
      at = found + piece.length;
    }
    return at <= name.length - last.length;
  };
}

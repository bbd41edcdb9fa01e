import { constantValue } from "../functions/constants.js";
import type { Value } from "../functions/value.js";
import { columnsRead, type Expression } from "../plan/expression.js";
import { columnsOf, type Match, type MatchState } from "../plan/plan.js";
import { clickHouseTypes, type KqlType } from "../schema/types.js";
import { integer, joinSql, type Sql, sql, text } from "../sql/sql.js";
import type { Emitter } from "./emitter.js";
import { type Columns, emitExpression } from "./expression.js";

/** A field of what the steps remember from row to row. */
export interface Slot {
  readonly type: string;
  readonly initial: Sql;
  /** What it is after the row at hand. */
  readonly next: Sql;
}

/** What a slot holds: whether a step is active, the number of its sequence, a column of a row that it remembers. */
type Place =
  | { readonly kind: "active" | "number"; readonly step: number }
  | { readonly kind: "value"; readonly step: number; readonly state: MatchState }
  | { readonly kind: "counter" };

/**
 * The logic of `scan` for one row, as SQL over the row's cells and the memory, a tuple of slots. A step remembers rows of
 * its own and of all steps before it. Steps are judged from the last to the first: a row may take over what the step
 * before remembers, which that one then forgets; where it does not, it may continue the step's own sequence; and the
 * first step may always begin one.
 */
export class MatchSteps {
  private readonly plan: Match;
  private readonly row: Columns;
  private readonly memory: Sql;
  private readonly emitter: Emitter;
  private readonly types: ReadonlyMap<string, KqlType>;
  private readonly places: readonly Place[];
  private readonly conditions = new Map<string, Sql>();

  constructor(plan: Match, row: Columns, memory: Sql, emitter: Emitter) {
    this.plan = plan;
    this.row = row;
    this.memory = memory;
    this.emitter = emitter;
    this.types = new Map(columnsOf(plan.input).map(({ name, type }) => [name, type]));
    this.places = placesOf(plan);
  }

  slots(): readonly Slot[] {
    return this.places.map((place) => this.slot(place));
  }

  /** The type of a note: its code (1: the row met the step, 2: a run of rows ended before it), the sequence, the columns. */
  noteType(computed: readonly string[]): string {
    return `Tuple(${["UInt8", "Int64", ...computed.map((column) => clickHouseTypes[this.typeOf(column)])].join(", ")})`;
  }

  /** What is noted of the row for each step that gives rows, from the last step to the first. */
  notes(computed: readonly string[]): readonly Sql[] {
    const notes = this.plan.steps.flatMap(({ output }, step): Sql[] => {
      if (output === "none") return [];
      const ends = [this.takes(step), this.leaves(step)].filter((part) => part !== undefined);
      const ended = ends.length === 0 ? integer(0) : sql`(${joinSql(ends, " OR ")})`;
      const number = this.plan.matchId === undefined ? integer(0) : this.numberOf(step);
      const cells = computed.map((column) => this.result(step, column));
      return [sql`tuple(${joinSql([sql`(${this.matches(step)}) + 2 * ${ended}`, number, ...cells])})`];
    });
    return notes.reverse();
  }

  private slot(place: Place): Slot {
    switch (place.kind) {
      case "counter":
        return { type: "Int64", initial: integer(0), next: sql`(${this.at(place)} + (${this.begins()}))` };
      case "number":
        return { type: "Int64", initial: integer(0), next: this.numberOf(place.step) };
      case "active":
        return {
          type: "UInt8",
          initial: integer(0),
          next: sql`(${this.matches(place.step)} OR ${this.stays(place.step)})`,
        };
      case "value":
        return this.valueSlot(place.step, place.state);
      default:
        return place satisfies never;
    }
  }

  private valueSlot(step: number, state: MatchState): Slot {
    const type = clickHouseTypes[this.typeOf(state.column)];
    const cast = (value: Sql) => sql`CAST(${value}, ${text(type)})`;
    const initial = cast(this.initial(state).sql);
    const [takes, leaves] = [this.takes(step), this.leaves(step)];
    const own = this.remembered(step, state).sql;
    const kept = leaves === undefined ? own : sql`if(${leaves}, ${initial}, ${own})`;
    if (state.step === step) {
      const made = cast(this.result(step, state.column));
      return { type, initial, next: sql`if(${this.matches(step)}, ${made}, ${kept})` };
    }
    const before = this.remembered(step - 1, state).sql;
    return { type, initial, next: takes === undefined ? kept : sql`if(${takes}, ${before}, ${kept})` };
  }

  /** Whether the row takes over from the step before; undefined for the first step. */
  private takes(step: number): Sql | undefined {
    if (step === 0 || step >= this.plan.steps.length) return undefined;
    return sql`(${this.active(step - 1)} AND ${this.holds(step, "taking")})`;
  }

  /** Whether the step after takes over what a step remembers; undefined for the last step. */
  private leaves(step: number): Sql | undefined {
    return this.takes(step + 1);
  }

  /** Whether a step still remembers what it did. */
  private stays(step: number): Sql {
    const leaves = this.leaves(step);
    return leaves === undefined ? this.active(step) : sql`(${this.active(step)} AND NOT ${leaves})`;
  }

  /** Whether the row continues the step's own sequence, or begins one with the first step. */
  private continues(step: number): Sql {
    const takes = this.takes(step);
    const holds = this.holds(step, "continuing");
    return takes === undefined ? holds : sql`(${this.stays(step)} AND NOT ${takes} AND ${holds})`;
  }

  private matches(step: number): Sql {
    const takes = this.takes(step);
    return takes === undefined ? this.continues(step) : sql`(${takes} OR ${this.continues(step)})`;
  }

  /** Whether the row begins a sequence. */
  private begins(): Sql {
    return sql`(${this.continues(0)} AND NOT ${this.stays(0)})`;
  }

  private numberOf(step: number): Sql {
    const own = this.at({ kind: "number", step });
    const takes = this.takes(step);
    if (takes === undefined) return sql`if(${this.begins()}, ${this.at({ kind: "counter" })}, ${own})`;
    return sql`if(${takes}, ${this.at({ kind: "number", step: step - 1 })}, ${own})`;
  }

  /** Whether the row meets a step's condition. */
  private holds(step: number, how: "taking" | "continuing"): Sql {
    const known = this.conditions.get(`${step} ${how}`);
    if (known !== undefined) return known;
    const condition = this.plan.steps[step]?.condition;
    if (condition === undefined) throw new Error("no such step");
    const value = emitExpression(condition, this.sight(step, how), this.emitter);
    const holds = value.nullable ? sql`ifNull(${value}, 0)` : sql`(${value})`;
    this.conditions.set(`${step} ${how}`, holds);
    return holds;
  }

  /** A column of the row that a step makes of the row at hand. */
  private result(step: number, column: string): Sql {
    const assigned = this.plan.steps[step]?.assigned.find(({ name }) => name === column)?.expression;
    const made = (how: "taking" | "continuing") =>
      assigned === undefined
        ? this.cell(column).sql
        : emitExpression(assigned, this.sight(step, how), this.emitter).sql;
    const takes = this.takes(step);
    const [over, on] = [made("taking"), made("continuing")];
    if (takes === undefined || over.text === on.text) return on;
    const type = text(clickHouseTypes[this.typeOf(column)]);
    return sql`if(${takes}, CAST(${over}, ${type}), CAST(${on}, ${type}))`;
  }

  /** What a step's expressions see: the row, and what is remembered. */
  private sight(step: number, how: "taking" | "continuing"): Columns {
    const states = this.plan.states.filter((state) => state.step <= step);
    return new Map([...this.row, ...states.map((state) => [state.name, this.seen(step, state, how)] as const)]);
  }

  private seen(step: number, state: MatchState, how: "taking" | "continuing"): Value {
    if (!isNeeded(this.plan, step, state)) return this.initial(state);
    if (how === "taking") return state.step < step ? this.remembered(step - 1, state) : this.initial(state);
    const own = this.remembered(step, state);
    const leaves = step === 0 ? this.leaves(0) : undefined;
    return leaves === undefined ? own : { ...own, sql: sql`if(${leaves}, ${this.initial(state)}, ${own})` };
  }

  private remembered(step: number, state: MatchState): Value {
    const type = this.typeOf(state.column);
    const nullable = type !== "string" && type !== "dynamic";
    return { sql: this.at({ kind: "value", step, state }), type, nullable };
  }

  private initial(state: MatchState): Value {
    return constantValue(this.typeOf(state.column), state.initial.value);
  }

  private active(step: number): Sql {
    return this.at({ kind: "active", step });
  }

  private at(place: Place): Sql {
    const index = this.places.findIndex((other) => keyOf(other) === keyOf(place));
    if (index < 0) throw new Error(`nothing remembers ${keyOf(place)}`);
    return sql`tupleElement(${this.memory}, ${integer(index + 1)})`;
  }

  private cell(column: string): Value {
    const cell = this.row.get(column);
    if (cell === undefined) throw new Error(`no column ${column} in the row`);
    return cell;
  }

  private typeOf(column: string): KqlType {
    return this.types.get(column) ?? "dynamic";
  }
}

/** All that has to be remembered: only what a later row can ask for. */
function placesOf(plan: Match): readonly Place[] {
  const numbered = plan.matchId !== undefined;
  const perStep = plan.steps.flatMap((_, step): Place[] => [
    { kind: "active", step },
    ...(numbered ? [{ kind: "number", step } as const] : []),
    ...plan.states
      .filter((state) => state.step <= step && isNeeded(plan, step, state))
      .map((state) => ({ kind: "value", step, state }) as const),
  ]);
  return numbered ? [...perStep, { kind: "counter" }] : perStep;
}

/** Whether a step or one after it reads a state. */
function isNeeded(plan: Match, from: number, state: MatchState): boolean {
  return plan.steps.slice(from).some((step) => expressionsOf(step).some((part) => columnsRead(part).has(state.name)));
}

function expressionsOf(step: Match["steps"][number]): readonly Expression[] {
  return [step.condition, ...step.assigned.map(({ expression }) => expression)];
}

function keyOf(place: Place): string {
  if (place.kind === "counter") return place.kind;
  return place.kind === "value" ? `${place.step} ${place.state.name}` : `${place.kind} ${place.step}`;
}

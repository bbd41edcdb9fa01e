import type { Value } from "../functions/value.js";
import { columnsRead } from "../plan/expression.js";
import { columnsOf, type Match } from "../plan/plan.js";
import { integer, joinSql, type Sql, sql, text } from "../sql/sql.js";
import type { Emitter } from "./emitter.js";
import type { Columns } from "./expression.js";
import { MatchSteps } from "./match-steps.js";
import { emitPlan } from "./plan.js";
import { close, type Select } from "./select.js";

/**
 * A fold over the rows of each part. The rows are gathered into an array; the fold notes for each row which steps it met;
 * then rows and notes are expanded side by side, so that no array is copied for each row.
 */
export function emitMatch(plan: Match, needed: ReadonlySet<string>, emitter: Emitter): Select {
  const wanted = [...needed].filter((name) => name !== plan.matchId);
  const assigned = new Set(plan.steps.flatMap((step) => step.assigned.map(({ name }) => name)));
  const computed = wanted.filter((name) => assigned.has(name));
  const carried = wanted.filter((name) => !assigned.has(name));
  const read = cellsRead(plan, computed);
  const input = emitPlan(plan.input, new Set([...read, ...wanted, ...plan.by]), emitter);
  const rows = close(input, emitter.alias());
  const gathered: Select = {
    ...rows,
    columns: new Map([opaque("#read", gather(read, rows.columns)), opaque("#rows", gather(carried, rows.columns))]),
    groupBy: plan.by.map((name) => valueIn(rows.columns, name).sql),
  };
  const parts = close(gathered, emitter.alias());
  const noted = add(parts, [opaque("#notes", fold(plan, read, computed, parts, rows.columns, emitter))], emitter);
  const marked = add(noted, lastOnes(plan, valueIn(noted.columns, "#notes").sql), emitter);
  return expanded(plan, { carried, computed, cells: rows.columns }, marked, emitter);
}

/** The columns of a row that the steps look at. */
function cellsRead(plan: Match, computed: readonly string[]): readonly string[] {
  const read = new Set([...computed, ...plan.states.map(({ column }) => column)]);
  for (const { condition, assigned } of plan.steps) {
    columnsRead(condition, read);
    for (const { expression } of assigned) columnsRead(expression, read);
  }
  for (const { name } of plan.states) read.delete(name);
  return [...read];
}

/** How many rows are folded at a time: the notes of these are copied for each row, those of the others for each such chunk. */
const chunk = integer(512);

/** The notes of all rows: an array for each, of what is noted for each step that gives rows. */
function fold(
  plan: Match,
  read: readonly string[],
  computed: readonly string[],
  parts: Select,
  cells: Columns,
  emitter: Emitter,
): Sql {
  const [row, memory, done, part, outer, place] = Array.from({ length: 6 }, () => emitter.elementAlias());
  if (!row || !memory || !done || !part || !outer || !place) throw new Error("an alias for each");
  const steps = new MatchSteps(plan, cellsOf(read, cells, row), memory, emitter);
  const slots = steps.slots();
  const noteType = steps.noteType(computed);
  const whole = text(`Tuple(${[...slots.map(({ type }) => type), `Array(Array(${noteType}))`].join(", ")})`);
  const last = integer(slots.length + 1);
  const kept = (from: Sql) => slots.map((_, at) => sql`tupleElement(${from}, ${integer(at + 1)})`);
  const note = sql`CAST([${joinSql(steps.notes(computed))}], ${text(`Array(${noteType})`)})`;
  const shown = plan.steps.some(({ output }) => output === "last")
    ? note
    : sql`arrayFilter(${done} -> tupleElement(${done}, 1) % 2 = 1, ${note})`;
  const pushed = sql`arrayPushBack(tupleElement(${memory}, ${last}), ${shown})`;
  const tuple = (fields: readonly Sql[], notes: Sql) => sql`CAST(tuple(${joinSql([...fields, notes])}), ${whole})`;
  const next = tuple(
    slots.map((slot) => slot.next),
    pushed,
  );
  const start = tuple(
    slots.map(({ initial }) => initial),
    sql`[]`,
  );
  const inner = sql`arrayFold((${memory}, ${row}) -> ${next}, ${part}, ${tuple(kept(outer), sql`[]`)})`;
  const notes = sql`arrayConcat(tupleElement(${outer}, ${last}), tupleElement(${done}, ${last}))`;
  const joined = sql`arrayMap(${done} -> ${tuple(kept(done), notes)}, [${inner}])[1]`;
  const rows = valueIn(parts.columns, "#read");
  const chunks = sql`arraySplit((${part}, ${place}) -> ${place} % ${chunk} = 1, ${rows}, arrayEnumerate(${rows}))`;
  return sql`tupleElement(arrayFold((${outer}, ${part}) -> ${joined}, ${chunks}, ${start}), ${last})`;
}

/** For each step that gives the last row of a run: whether a row is one, because the run then ends or no row follows. */
function lastOnes(plan: Match, notes: Sql): readonly (readonly [string, Value])[] {
  return givingSteps(plan).flatMap((step, at) => {
    if (plan.steps[step]?.output !== "last") return [];
    const codes = sql`arrayMap(note -> tupleElement(note[${integer(at + 1)}], 1), ${notes})`;
    const following = sql`arrayShiftLeft(arrayReverse(arrayFill(code -> code != 0, arrayReverse(${codes}))), 1, 0)`;
    const isLast = sql`arrayMap((code, after) -> code % 2 = 1 AND (after = 0 OR after >= 2), ${codes}, ${following})`;
    return [opaque(`#last${at}`, isLast)];
  });
}

/** The steps that give rows, in the order of a row's notes. */
function givingSteps(plan: Match): readonly number[] {
  return plan.steps.flatMap(({ output }, step) => (output === "none" ? [] : [step])).reverse();
}

interface Given {
  readonly carried: readonly string[];
  readonly computed: readonly string[];
  readonly cells: Columns;
}

/** A row for each note that counts, with the cells of the row that it is about. */
function expanded(plan: Match, given: Given, marked: Select, emitter: Emitter): Select {
  const [row, notes, note, kept] = Array.from({ length: 4 }, () => emitter.elementAlias());
  if (!row || !notes || !note || !kept) throw new Error("an alias for each");
  const steps = givingSteps(plan);
  const flags = steps.map(() => emitter.elementAlias());
  const lasts = steps.map((step) => plan.steps[step]?.output === "last");
  const joins = [
    sql`${valueIn(marked.columns, "#rows")} AS ${row}`,
    sql`${valueIn(marked.columns, "#notes")} AS ${notes}`,
    ...flags.flatMap((flag, at) => (lasts[at] ? [sql`${valueIn(marked.columns, `#last${at}`)} AS ${flag}`] : [])),
  ];
  const counts = flags.map((flag, at) =>
    lasts[at] ? flag : sql`(tupleElement(${notes}[${integer(at + 1)}], 1) % 2 = 1)`,
  );
  const shown = lasts.includes(true)
    ? sql`arrayFilter((${note}, ${kept}) -> ${kept}, ${notes}, [${joinSql(counts)}])`
    : notes;
  const each = close(
    {
      ...marked,
      columns: new Map([opaque("#row", row), opaque("#shown", shown)]),
      arrayJoin: sql`ARRAY JOIN ${joinSql(joins)}`,
    },
    emitter.alias(),
  );
  const columns = new Map(cellsOf(given.carried, given.cells, valueIn(each.columns, "#row").sql));
  given.computed.forEach((name, at) => {
    const { type } = columnsOf(plan).find((column) => column.name === name) ?? { type: "dynamic" };
    const nullable = type !== "string" && type !== "dynamic";
    columns.set(name, { sql: sql`tupleElement(${note}, ${integer(at + 3)})`, type, nullable });
  });
  if (plan.matchId !== undefined) {
    columns.set(plan.matchId, { sql: sql`tupleElement(${note}, 2)`, type: "long", nullable: false });
  }
  const alive = plan.met === undefined ? undefined : columns.get(plan.met);
  if (plan.met !== undefined && alive !== undefined) {
    columns.set(plan.met, { ...alive, sql: sql`(${alive} AND tupleElement(${note}, 1) % 2 = 1)` });
  }
  const keyword = plan.met === undefined ? sql`ARRAY JOIN` : sql`LEFT ARRAY JOIN`;
  return { ...each, columns, arrayJoin: sql`${keyword} ${valueIn(each.columns, "#shown")} AS ${note}` };
}

/** The rows' cells as one array of tuples, in the order of the rows. */
function gather(names: readonly string[], columns: Columns): Sql {
  const cells = names.map((name) => valueIn(columns, name)).filter(({ constant }) => constant === undefined);
  return sql`groupArray(tuple(${cells.length === 0 ? integer(0) : joinSql(cells)}))`;
}

/** The cells of a row that was gathered. */
function cellsOf(names: readonly string[], columns: Columns, row: Sql): ReadonlyMap<string, Value> {
  let at = 0;
  return new Map(
    names.map((name): [string, Value] => {
      const { type, nullable, ...rest } = valueIn(columns, name);
      if (rest.constant !== undefined) return [name, { type, nullable, ...rest }];
      at++;
      return [name, { sql: sql`tupleElement(${row}, ${integer(at)})`, type, nullable }];
    }),
  );
}

/** A column of the engine that KQL has no type for. */
function opaque(name: string, value: Sql): readonly [string, Value] {
  return [name, { sql: value, type: "dynamic", nullable: false }];
}

function add(select: Select, added: readonly (readonly [string, Value])[], emitter: Emitter): Select {
  if (added.length === 0) return select;
  return close({ ...select, columns: new Map([...select.columns, ...added]) }, emitter.alias());
}

function valueIn(columns: Columns, name: string): Value {
  const found = columns.get(name);
  if (found === undefined) throw new Error(`no column ${name} among ${[...columns.keys()].join(", ")}`);
  return found;
}

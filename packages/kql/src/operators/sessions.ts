import type { Expression, Location } from "../plan/expression.js";
import { columnsOf, type MatchState, type Named, type Plan } from "../plan/plan.js";
import { call } from "./scalar.js";

/** A call of `row_window_session`: the time, the two distances, and where sessions start again. */
export interface Session {
  readonly name: string;
  readonly function: "row_window_session";
  readonly args: readonly [time: Expression, fromFirst: Expression, betweenNeighbours: Expression];
  readonly restart?: Expression;
  readonly by?: readonly string[];
  readonly type: "datetime";
  readonly location: Location;
}

/** The input with the beginning of each row's session: a walk that remembers the session and the time of the row before. */
export function withSession(input: Plan, session: Session): Plan {
  const { name, location } = session;
  const everyColumn = columnsOf(input).map((column): Named => ({ name: column.name, expression: ofColumn(column) }));
  const given = [...session.args, ...(session.restart === undefined ? [] : [session.restart])].map(
    (expression, at): Named => ({ name: `${name} ${at}`, expression }),
  );
  const [time, fromFirst, between, restart] = given.map(({ name: column, expression: { type } }) =>
    ofColumn({ name: column, type }),
  );
  if (time === undefined || fromFirst === undefined || between === undefined) throw new Error("a session has a time");
  const empty = { kind: "literal", type: "datetime", value: null } as const;
  const state = (part: string, column: string): MatchState => ({
    name: `${name} ${part}`,
    step: 0,
    column,
    initial: empty,
  });
  const [begun, before] = [state("begun", name), state("before", `${name} 0`)];
  const remembered = ({ name: column }: MatchState) => ofColumn({ name: column, type: "datetime" });
  const reaches = (from: MatchState, distance: Expression) =>
    call(">=", [time, call("+", [remembered(from), distance], "datetime", location)], "bool", location);
  const isNew = [
    call("isnull", [time], "bool", location),
    call("isnull", [remembered(begun)], "bool", location),
    reaches(begun, fromFirst),
    reaches(before, between),
    ...(restart === undefined ? [] : [restart]),
  ].reduce((a, b) => call("or", [a, b], "bool", location));
  const start = call("iff", [isNew, time, remembered(begun)], "datetime", location);
  const matched: Plan = {
    kind: "match",
    input: { kind: "project", input, columns: [...everyColumn, ...given, { name, expression: empty }] },
    by: session.by ?? [],
    steps: [
      {
        condition: { kind: "literal", type: "bool", value: true },
        assigned: [{ name, expression: start }],
        output: "all",
      },
    ],
    states: [begun, before],
  };
  return {
    kind: "project",
    input: matched,
    columns: [...everyColumn, { name, expression: ofColumn({ name, type: "datetime" }) }],
  };
}

function ofColumn(column: { readonly name: string; readonly type: Expression["type"] }): Expression {
  return { kind: "column", ...column };
}

import type { AnswerOf, RequestOf, Routes } from "@calypso/contract";
import type { Column, Output, Predicate } from "@calypso/kql";
import { type Cell, printJson, type Row, textOfCell } from "../../detect/cells.js";
import { printTicks } from "../../detect/ticks.js";
import { queryPorts } from "../../search/run-query.js";
import { type AlertFilter, type AlertSort, alertCounts, alertPage, alertSorts } from "../../service/alert-list.js";
import { queryOfAlert, rowsOfAlert } from "../../service/alert-query.js";
import type { Handlers } from "../handler.js";
import type { Served } from "../served.js";
import { countsTold, sortedBy, wantedOf, without } from "./incident-answers.js";

export function alertHandlers({ state, workspace }: Served): Handlers<"alerts" | "alertCounts" | "alertRows"> {
  return {
    alerts: async ({ query }) => {
      const { sort, limit = 50, after } = query;
      const by = sortedBy<AlertSort>(sort, alertSorts, "raised");
      const { alerts, next } = await alertPage(state, { ...filterOf(query), ...by, limit, ...without({ after }) });
      return {
        alerts: alerts.map((one) => ({
          ...{ id: one.id, title: one.title, severity: one.severity, raised: one.raised_at.toISOString() },
          rule: { id: one.rule_id, name: one.rule_name },
          ...(one.incident_number === null
            ? {}
            : { incident: { number: one.incident_number, status: one.incident_status ?? "" } }),
          ...{ start: one.alert.start, end: one.alert.end, rows: one.alert.rows },
          ...{ tactics: [...one.alert.tactics], techniques: [...one.alert.techniques], entities: [...one.entities] },
        })),
        ...without({ next }),
      };
    },
    alertCounts: async ({ query }) => countsTold(await alertCounts(state, filterOf(query))),
    alertRows: async ({ params, query }, { signal }) => {
      const found = await queryOfAlert(state, params.id);
      const { rule, id } = found.one;
      const limits = { signal, maxSeconds: 60 };
      const answer = await rowsOfAlert(queryPorts(workspace.store, limits), found, query.limit ?? 1000);
      const { stages, predicates, outputs } = answer.dissection();
      return {
        rule: { id, name: rule.name, file: rule.file },
        ...{ from: printTicks(found.window.from), to: printTicks(found.window.to) },
        ...{ query: rule.query.text, raisedFor: found.alert.rows, more: answer.more },
        columns: answer.columns.map(({ name, type }) => ({ name, type })),
        rows: answer.rows.map((row) => row.map((cell, index) => cellTold(cell, answer.columns[index]))),
        stages: stages.map(({ index, operator, text }) => ({ index, operator, text })),
        conditions: predicates.map((one) => conditionTold(one, answer, outputs)),
      };
    },
  };
}

function filterOf(query: RequestOf<Routes["alertCounts"]>["query"]): AlertFilter {
  const { severity, rule, incident } = query;
  return { ...wantedOf(query), ...without({ severity, rule, incident }) };
}

/** A cell as the contract has it: a dynamic is the text of its JSON. */
function cellTold(cell: Cell, column: Column | undefined): string | number | boolean | null {
  if (column?.type === "dynamic" && cell !== null)
    return typeof cell === "string" && cell === "" ? "" : printJson(cell);
  return typeof cell === "object" && cell !== null ? printJson(cell) : cell;
}

type Condition = AnswerOf<Routes["alertRows"]>["conditions"][number];

/** At most this many values of a column are shown beside a condition. */
const mostValues = 5;

/** A condition with what the rows hold in its column, where that is still what the condition saw. */
function conditionTold(
  predicate: Predicate,
  { columns, rows }: { readonly columns: readonly Column[]; readonly rows: readonly Row[] },
  outputs: readonly Output[],
): Condition {
  const { field, location, stage, let: inside } = predicate;
  const made = outputs.find(({ name }) => name === field);
  const isSame = made?.source === "source" || (inside === undefined && made !== undefined && made.stage <= stage);
  const at = isSame ? columns.findIndex(({ name }) => name === field) : -1;
  const values = at < 0 ? [] : rows.slice(0, 200).map((row) => textOfCell(row[at]));
  const text = location.source.text.slice(location.span.start, location.span.end);
  return { stage, ...without({ let: inside }), text, values: [...new Set(values)].slice(0, mostValues) };
}

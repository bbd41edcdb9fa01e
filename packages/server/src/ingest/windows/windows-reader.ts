import { quoteText } from "../../store/quoting.js";
import type { Store } from "../../store/store.js";
import { castText } from "../casts.js";
import { columnName, type SourceKey, tableKeys } from "../columns.js";
import { unmarkedJson } from "../kept-json.js";
import { assertFewKeys, named, one } from "../profile.js";
import { type Reader, smallBlocks } from "../reader.js";
import { eventColumns } from "./event-columns.js";
import type { WindowsTable } from "./event-parts.js";
import { orderedData } from "./event-xml.js";

/** A reader of the events among `parts` that go to a table, whose columns are its keys; times are moved by `shifts`. */
export async function windowsReader(store: Store, parts: string, table: WindowsTable, shifts: string): Promise<Reader> {
  const schema = store.schema().table(table);
  const all = [...(schema?.columns ?? []), ...(schema?.hidden ?? [])].map(({ name }) => name.toLowerCase());
  const always = new Set(["tenantid", "type", "sourcesystem", ...all.filter((name) => name.startsWith("_"))]);
  const own = Object.keys(eventColumns(table, []).columns).map((name) => name.toLowerCase());
  const fieldNames = table === "SecurityEvent" ? all.filter((name) => !own.includes(name) && !always.has(name)) : [];
  const { columns, added } = eventColumns(table, [...fieldNames, "logonguid", "targetlogonguid"]);
  const from = `${parts} WHERE target = ${quoteText(table)}`;
  const found = await namesIn(store, from, fieldNames, Object.values(added));
  const keys = new Map(Object.entries(columns));
  for (const name of found.fields) keys.set(name, namedIn("data", name));
  Object.entries(added).forEach(([name, value], index) => {
    if (found.added[index] === 1) keys.set(name, value);
  });
  const taken = new Set([...always, ...own]);
  for (const name of [...tableKeys, ...Object.keys(added), ...keys.keys()]) taken.add(name.toLowerCase());
  for (const name of found.rest) {
    let key = name;
    while (keys.has(key) || taken.has(columnName(key).toLowerCase())) key = `Source_${key}`;
    keys.set(key, namedIn("rest", name));
  }
  assertFewKeys(keys.size);
  const rows =
    `SELECT p.* EXCEPT (data), ${orderedData()} AS data, ifNull(s.shift, 0) AS shift` +
    ` FROM (SELECT * FROM ${from}) AS p LEFT JOIN (${shifts}) AS s ON s.known = p.computer`;
  return readerOf(store, rows, keys);
}

function readerOf(store: Store, rows: string, columns: ReadonlyMap<string, string>): Reader {
  const places = new Map([...columns.keys()].map((key, index) => [key, `r.k${index}`]));
  const values = [...columns.values()].map((value, index) => `${value} AS k${index}`);
  const text = (key: string) => places.get(key) ?? "''";
  const keys: readonly SourceKey[] = [...columns.keys()].map((name) => ({ name, kinds: ["String"] }));
  return {
    keys,
    insert: (into, selected, where) =>
      store.command(
        `INSERT INTO ${into} SELECT ${selected.join(", ")} FROM (SELECT n, line, ${values.join(", ")} FROM (${rows})) AS r` +
          (where === undefined ? "" : ` WHERE ${where}`) +
          smallBlocks,
      ),
    text,
    written: text,
    dynamic: (key) => castText("dynamic", text(key)),
    unreadable: () => [],
    place: { line: "r.n", text: unmarkedJson("r.line") },
  };
}

/** The names that the events have: fields with a column, what stands beside the data, and which added columns have a value. */
async function namesIn(
  store: Store,
  from: string,
  fieldNames: readonly string[],
  added: readonly string[],
): Promise<{
  readonly fields: readonly string[];
  readonly rest: readonly string[];
  readonly added: readonly number[];
}> {
  const isField = `lower(name) IN (${["", ...fieldNames].map(quoteText).join(", ")})`;
  const sql =
    `SELECT arraySort(groupUniqArrayArray(arrayFilter(name -> ${isField}, data.1))) AS fields,` +
    ` arraySort(groupUniqArrayArray(rest.1)) AS rest,` +
    ` [${added.map((value) => `toFloat64(max(${value} != ''))`).join(", ")}] AS added FROM ${from}`;
  const columns = { fields: "Array(String)", rest: "Array(String)", added: "Array(Float64)" };
  const row = await one<{ fields: string[]; rest: string[]; added: number[] }>(
    store,
    `SELECT ${named(columns)} FROM (${sql})`,
  );
  return row ?? { fields: [], rest: [], added: [] };
}

function namedIn(pairs: "data" | "rest", name: string): string {
  return `${pairs}.2[indexOf(${pairs}.1, ${quoteText(name)})]`;
}

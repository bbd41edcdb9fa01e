import { quoteName, quoteText } from "../store/quoting.js";
import type { Store } from "../store/store.js";
import { markedJson, repairedJson } from "./kept-json.js";
import { csvSettings } from "./reader.js";
import type { Shape } from "./recognise.js";

/**
 * Makes a table of the rows of a source as JSON text: `n` is the line (or the record, where the source has no lines), `ok`
 * is 1 for an object, 0 for what is broken, 2 for nothing. What no reader could take is repaired on the way, and numbers that
 * would be printed otherwise are marked.
 */
export async function fillRaw(store: Store, raw: string, path: string, shape: Shape, numbered: boolean): Promise<void> {
  await store.command(`DROP TABLE IF EXISTS ${quoteName(raw)} SYNC`);
  await store.command(`CREATE TABLE ${quoteName(raw)} (n UInt64, line String, ok UInt8) ENGINE = MergeTree ORDER BY n`);
  const into = `${quoteName(raw)} (n, line, ok)`;
  if (shape.kind === "csv") {
    // The clean copy has the number of the line before the fields.
    const header = shape.header;
    const pairs = header.map((key, index) => `${quoteText(key)}, c${index}`).join(", ");
    await store.insertFile({
      into,
      select: `toUInt64OrZero(n), toJSONString(map(${pairs})), 1`,
      path,
      // The engine's CSV refuses a tab between fields; its general form takes it.
      format: shape.delimiter === "\t" ? "CustomSeparated" : "CSV",
      structure: `n String, ${header.map((_key, index) => `c${index} String`).join(", ")}`,
      settings: {
        ...csvSettings({ delimiter: shape.delimiter, headerLines: 0 }),
        ...separated(shape.delimiter),
        ...inOrder,
      },
    });
    return;
  }
  const format =
    numbered || shape.kind === "lines" || (shape.kind === "wrapped" && shape.lines) ? "LineAsString" : "JSONAsString";
  await store.insertFile({
    into,
    select: selectOf(shape, numbered),
    path,
    format,
    structure: "line String",
    settings: inOrder,
  });
}

/** One thread, so that the number of a row is the number of its line. */
const inOrder = {
  max_threads: 1,
  input_format_parallel_parsing: 0,
  max_block_size: 4096,
  min_insert_block_size_bytes: 100_000_000,
};

function separated(delimiter: string): Readonly<Record<string, string>> {
  return delimiter === "\t"
    ? {
        format_custom_escaping_rule: "CSV",
        format_custom_field_delimiter: delimiter,
        format_custom_row_after_delimiter: "\n",
      }
    : {};
}

function selectOf(shape: Shape, numbered: boolean): string {
  const text = numbered
    ? "substring(line, position(line, '\\t') + 1)"
    : "trimRight(if(startsWith(line, '\uFEFF'), substring(line, 4), line), '\\r')";
  const number = numbered ? "toUInt64OrZero(splitByChar('\\t', line, 1)[1])" : "rowNumberInAllBlocks() + 1";
  if (!numbered && (shape.kind === "wrapped" || shape.kind === "tables")) {
    const rows = shape.kind === "tables" ? tableRows : `JSONExtractArrayRaw(doc, ${quoteText(shape.property)})`;
    const doc = readable("line");
    return (
      `(arrayJoin(arrayMap(doc -> if(doc = '' , [tuple(toUInt64(1), line)], arrayZip(arrayEnumerate(${rows}), ${rows})), [${doc}])[1]) AS pair).1,` +
      ` pair.2, multiIf(pair.2 = '', 2, startsWith(pair.2, '{') AND isValidJSON(pair.2), 1, 0)`
    );
  }
  const good = readable(text);
  return (
    `${number}, if(${good} = '', ${text}, ${good}),` +
    ` multiIf(trimBoth(${text}) = '', 2, startsWith(trimLeft(${good}), '{'), 1, 0)`
  );
}

/** A JSON text as the reader takes it; '' where it is none. */
function readable(json: string): string {
  const repaired = repairedJson(json);
  const isNone = `NOT match(${json}, '^\\\\s*[{[]')`;
  return `multiIf(isValidJSON(${json}), ${markedJson(json)}, ${isNone}, '', isValidJSON(${repaired}), ${markedJson(repaired)}, '')`;
}

/** Each row of each table as an object of its columns' names. */
const tableRows =
  "arrayFlatten(arrayMap(t -> arrayMap(row -> concat('{', arrayStringConcat(arrayMap((name, value) -> concat(name, ':', value)," +
  " arrayMap(c -> JSONExtractRaw(c, 'name'), JSONExtractArrayRaw(t, 'columns')), JSONExtractArrayRaw(row)), ','), '}')," +
  " JSONExtractArrayRaw(t, 'rows')), JSONExtractArrayRaw(doc, 'tables')))";

import type { Column, ExternalSource, KqlType } from "@calypso/kql";
import { Failure } from "./failures.js";
import { quoteText } from "./quoting.js";
import type { FileInsert } from "./store.js";

/** How ClickHouse reads a file of a format into the columns that a query declares. */
export type ReadingPlan = Pick<FileInsert, "format" | "structure" | "select" | "where" | "settings">;

/** The reading plan for one source; `fileName` decides where the query names no format. */
export function planReading(source: ExternalSource, fileName: string): ReadingPlan {
  const name = (source.format ?? formatOfName(fileName)).toLowerCase();
  const options = readOptions(source.options);
  const delimiter = Object.hasOwn(delimiters, name) ? delimiters[name] : undefined;
  if (delimiter !== undefined) return planDelimited(source.columns, delimiter, options.ignoreFirstRecord);
  if (options.ignoreFirstRecord) {
    throw new Failure("external-option", `the option ignoreFirstRecord of externaldata is not supported for ${name}`);
  }
  if (jsonFormats.has(name)) return planJson(source.columns);
  if (name === "txt") return planText(source.columns, "LineAsString");
  if (name === "raw") return planText(source.columns, "RawBLOB");
  if (name === "parquet") return planParquet(source.columns);
  throw new Failure("external-option", `externaldata cannot read the format ${name}`, {
    hint: `it reads ${[...Object.keys(delimiters), ...jsonFormats, "txt", "raw", "parquet"].join(", ")}`,
  });
}

const delimiters: Readonly<Record<string, string>> = { csv: ",", tsv: "\t", psv: "|", scsv: ";", sohsv: "\x01" };

/** All of them are documents one after the other, or an array of them, over any number of lines. */
const jsonFormats: ReadonlySet<string> = new Set(["json", "multijson", "ndjson", "jsonl"]);

function formatOfName(fileName: string): string {
  const bare = fileName.toLowerCase().replace(/\.(gz|zip)$/, "");
  const extension = /\.([a-z]+)$/.exec(bare)?.[1] ?? "";
  const known = extension in delimiters || jsonFormats.has(extension) || ["txt", "raw", "parquet"].includes(extension);
  return extension === "avro" || extension === "orc" || known ? extension : "csv";
}

function readOptions(options: Readonly<Record<string, string>>): { readonly ignoreFirstRecord: boolean } {
  let ignoreFirstRecord = false;
  for (const [name, value] of Object.entries(options)) {
    const key = name.toLowerCase();
    if (key === "ignorefirstrecord") ignoreFirstRecord = /^(true|1)$/i.test(value);
    else if (key !== "format") {
      throw new Failure("external-option", `the option ${name} of externaldata is not supported`, {
        hint: "it takes format and ignoreFirstRecord",
      });
    }
  }
  return { ignoreFirstRecord };
}

function planDelimited(columns: readonly Column[], delimiter: string, skipFirst: boolean): ReadingPlan {
  return {
    format: "CSV",
    structure: columns.map((_, index) => `c${index} String`).join(", "),
    select: columns.map((column, index) => fromText(column.type, `c${index}`)).join(", "),
    settings: {
      format_csv_delimiter: delimiter,
      input_format_csv_skip_first_lines: skipFirst ? 1 : 0,
      input_format_csv_allow_variable_number_of_columns: 1,
      // A first line that looks like names, blanks at the ends and \N are what they are: values.
      input_format_csv_detect_header: 0,
      input_format_csv_trim_whitespaces: 0,
      input_format_csv_allow_whitespace_or_tab_as_delimiter: delimiter === "\t" ? 1 : 0,
      input_format_null_as_default: 0,
    },
  };
}

function planText(columns: readonly Column[], format: string): ReadingPlan {
  return {
    format,
    structure: "line String",
    select: columns.map((column, index) => fromText(column.type, index === 0 ? "line" : "''")).join(", "),
  };
}

function planJson(columns: readonly Column[]): ReadingPlan {
  return {
    format: "JSONAsString",
    structure: "line String",
    select: columns.map((column) => fromProperty(column)).join(", "),
    // The extracting functions take a document that they cannot parse for an empty one.
    where: "NOT throwIf(NOT isValidJSON(line))",
  };
}

function planParquet(columns: readonly Column[]): ReadingPlan {
  const types = columns.map((column) => ({ column, type: parquetTypes[column.type] }));
  const unread = types.find((entry) => entry.type === undefined);
  if (unread !== undefined) {
    throw new Failure(
      "external-option",
      `externaldata cannot read the ${unread.column.type} column ${unread.column.name} from Parquet`,
    );
  }
  return {
    format: "Parquet",
    structure: types.map(({ column, type }) => `${backtick(column.name)} ${type}`).join(", "),
    select: columns.map((column) => backtick(column.name)).join(", "),
    settings: { input_format_parquet_allow_missing_columns: 1, input_format_null_as_default: 1 },
  };
}

const parquetTypes: Readonly<Partial<Record<KqlType, string>>> = {
  bool: "Nullable(Bool)",
  int: "Nullable(Int32)",
  long: "Nullable(Int64)",
  real: "Nullable(Float64)",
  decimal: "Nullable(Decimal(76, 18))",
  string: "String",
  datetime: "Nullable(DateTime64(7, 'UTC'))",
};

function backtick(name: string): string {
  return `\`${name.replaceAll("\\", "\\\\").replaceAll("`", "\\`")}\``;
}

/** A property of the JSON document `line`, as KQL's conversion to the column's type reads it. */
function fromProperty(column: Column): string {
  const name = quoteText(column.name);
  if (column.type === "dynamic")
    return `if((JSONExtractRaw(line, ${name}) AS r_${hex(column.name)}) = 'null', '', r_${hex(column.name)})`;
  if (column.type === "long") return `JSONExtract(line, ${name}, 'Nullable(Int64)')`;
  if (column.type === "int") return `JSONExtract(line, ${name}, 'Nullable(Int32)')`;
  if (column.type === "real") return `JSONExtract(line, ${name}, 'Nullable(Float64)')`;
  return fromText(column.type, `JSONExtractString(line, ${name})`);
}

function hex(name: string): string {
  return Buffer.from(name, "utf8").toString("hex");
}

/** A text as a value of a KQL type; a text that is none becomes null. */
function fromText(type: KqlType, text: string): string {
  switch (type) {
    case "string":
      return text;
    case "dynamic":
      return `multiIf(${text} = '', '', isValidJSON(${text}), if(trim(${text}) = 'null', '', JSONExtractRaw(${text})), toJSONString(${text}))`;
    case "bool":
      return `CAST(multiIf(lower(trim(${text})) IN ('true', '1'), 1, lower(trim(${text})) IN ('false', '0'), 0, NULL) AS Nullable(Bool))`;
    case "int":
      return `toInt32OrNull(trim(${text}))`;
    case "long":
      return `toInt64OrNull(trim(${text}))`;
    case "real":
      return `toFloat64OrNull(trim(${text}))`;
    case "decimal":
      return `toDecimal256OrNull(trim(${text}), 18)`;
    case "guid":
      return `toUUIDOrNull(replaceRegexpAll(trim(${text}), '[{}]', ''))`;
    case "datetime":
      // A text of digits alone would be read as a Unix time.
      return `if(match(${text}, '^\\\\s*\\\\d*\\\\s*$'), NULL, parseDateTime64BestEffortUSOrNull(${text}, 7, 'UTC'))`;
    case "timespan":
      return timespanOf(text);
    default:
      return type satisfies never;
  }
}

/** `[-][d.]hh:mm[:ss[.fffffff]]` in ticks of 100 ns. */
function timespanOf(text: string): string {
  const pattern = quoteText("^\\s*(-?)(?:(\\d+)\\.)?(\\d{1,2}):(\\d{2})(?::(\\d{2})(?:\\.(\\d{1,7}))?)?\\s*$");
  const part = (index: number) => `toInt64OrZero(extractGroups(${text}, ${pattern})[${index}])`;
  const seconds = `((${part(2)} * 24 + ${part(3)}) * 60 + ${part(4)}) * 60 + ${part(5)}`;
  const fraction = `toInt64OrZero(rightPad(extractGroups(${text}, ${pattern})[6], 7, '0'))`;
  const sign = `if(extractGroups(${text}, ${pattern})[1] = '-', -1, 1)`;
  return `if(match(${text}, ${pattern}), toInt64(${sign} * ((${seconds}) * 10000000 + ${fraction})), NULL)`;
}

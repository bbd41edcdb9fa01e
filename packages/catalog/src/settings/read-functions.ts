import { isMap, LineCounter, parseAllDocuments } from "yaml";
import { type Field, listFields, mapFields, type NodeReading, textOf } from "../rules/fields.js";
import { type Problem, type Reading, report } from "../rules/problem.js";
import { queryUnder } from "../rules/query-field.js";
import type { RuleFile } from "../rules/read-rules.js";
import type { RuleQuery } from "../rules/rule-query.js";
import { withLookups } from "../rules/sentinel-arm.js";
import { nodeReading } from "../rules/sentinel-yaml.js";
import { listedParameters, writtenParameters } from "./function-parameters.js";

/** A function of a workspace: what `Name(…)` means in its queries. */
export interface SavedFunction {
  readonly name: string;
  /** As KQL writes them: `(start:datetime, names:dynamic=dynamic([]))`. */
  readonly parameters: string;
  readonly query: RuleQuery;
}

/** The saved functions of a file, and all that was found wrong with it. */
export interface ReadFunctions {
  readonly functions: readonly SavedFunction[];
  readonly problems: readonly Problem[];
}

/**
 * Reads the saved functions of a file: YAML with `FunctionName` and `FunctionQuery` or with `ParserName` and `ParserQuery`,
 * saved searches of ARM JSON, or bare KQL, whose name is that of the file.
 */
export function readFunctions(file: RuleFile): ReadFunctions {
  const problems: Problem[] = [];
  const text = file.text.replace(/^\uFEFF/, "").replace(/\r\n?/g, "\n");
  if (/\.(?:kql|kusto|csl)$/i.test(file.name)) {
    const query: RuleQuery = { text, file: file.name, key: "", origin: { kind: "lines", line: 1, indent: 0 } };
    const name = (file.name.split(/[\\/]/).at(-1) ?? "").replace(/\.\w+$/, "");
    return { functions: [{ name, parameters: "()", query }], problems };
  }
  const functions = readDocuments(file.name, text, problems);
  if (functions.length === 0 && problems.length === 0) {
    const message =
      "the file holds no function: no `FunctionQuery`, no `ParserQuery` and no saved search with an alias";
    problems.push({ code: "not-a-function", severity: "warning", message, file: file.name, line: 1, column: 1 });
  }
  return { functions, problems };
}

function readDocuments(file: string, text: string, problems: Problem[]): readonly SavedFunction[] {
  const counter = new LineCounter();
  const place = (offset: number) => {
    const { line, col } = counter.linePos(Math.max(0, offset));
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  const reading: Reading = { file, problems, place };
  // JSON is YAML, and the YAML parser knows where each value stands.
  const parsed = parseAllDocuments(text, { lineCounter: counter, uniqueKeys: false, prettyErrors: false });
  return (Array.isArray(parsed) ? parsed : []).flatMap((document) => {
    const [error] = document.errors;
    if (error === undefined) {
      const root: Field = { path: "", key: "", node: document.contents, offset: 0 };
      return visit(nodeReading(document, text, reading), root);
    }
    const isJson = /^\s*[{[]/.test(text);
    report(reading, error.pos[0], {
      code: isJson ? "json-syntax" : "yaml-syntax",
      severity: "error",
      message: `the text is not ${isJson ? "JSON" : "YAML"}: ${error.message}`,
    });
    return [];
  });
}

function visit(reading: NodeReading, field: Field): readonly SavedFunction[] {
  if (!isMap(field.node)) return listOf(reading, field).flatMap((item) => visit(reading, item));
  const fields = mapFields(reading, field.node, field.path) ?? [];
  const inner = withLookups(reading, fields);
  const found = savedSearch(inner, fields) ?? yamlFunction(inner, fields, field);
  return found ?? fields.flatMap((child) => visit(inner, child));
}

function listOf(reading: NodeReading, field: Field): readonly Field[] {
  const items = listFields(reading, field);
  return items.some((item) => item.node === field.node) ? [] : items;
}

/** A function as the Sentinel repository has it: a parser of a solution, or one of ASIM. */
function yamlFunction(
  reading: NodeReading,
  fields: readonly Field[],
  whole: Field,
): readonly SavedFunction[] | undefined {
  const of = (key: string) => fields.find((field) => field.key.toLowerCase() === key);
  const written = of("functionquery") ?? of("parserquery");
  if (written === undefined) return undefined;
  const text = (key: string) => textOf(reading, of(key))?.trim() || undefined;
  const names = [
    text("functionalias") ?? text("functionname") ?? text("parsername"),
    text("equivalentbuiltinparser"),
  ].filter((name) => name !== undefined);
  if (names.length === 0) {
    const message = "the function has no `FunctionName` or `ParserName`";
    report(reading, whole.offset, { code: "missing-key", severity: "error", message });
  }
  const list = of("parserparams") ?? of("functionparams") ?? of("functionparameters");
  const parameters = isText(reading, list)
    ? writtenParameters(text(list?.key.toLowerCase() ?? ""))
    : listedParameters(reading, list);
  const query = queryUnder(reading, written);
  return [...new Set(names)].map((name) => ({ name, parameters, query }));
}

function isText(reading: NodeReading, field: Field | undefined): boolean {
  return field !== undefined && listOf(reading, field).length === 0;
}

/** A saved search of ARM; one without an alias is a query that nobody can call. */
function savedSearch(reading: NodeReading, fields: readonly Field[]): readonly SavedFunction[] | undefined {
  const type = textIn(reading, fields, "type") ?? "";
  const own = fields.find((field) => field.key === "properties");
  const properties = own === undefined ? undefined : mapFields(reading, own.node, own.path);
  if (properties === undefined || !/savedSearches$/i.test(type)) return undefined;
  const written = properties.find((field) => field.key.toLowerCase() === "query");
  const name = textIn(reading, properties, "functionalias")?.trim();
  if (!name || written === undefined) return [];
  const parameters = writtenParameters(textIn(reading, properties, "functionparameters"));
  return [{ name, parameters, query: queryUnder(reading, written) }];
}

function textIn(reading: NodeReading, fields: readonly Field[], key: string): string | undefined {
  return textOf(
    reading,
    fields.find((field) => field.key.toLowerCase() === key),
  );
}

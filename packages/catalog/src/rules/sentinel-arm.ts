import { isScalar, LineCounter, parseDocument } from "yaml";
import { tacticNamed } from "./attack.js";
import { type Field, fieldProblem, listFields, mapFields, type NodeReading, textOf, textsOf } from "./fields.js";
import { type Problem, type Reading, report } from "./problem.js";
import type { Rule } from "./rule.js";
import { ruleFromFields } from "./rule-from-fields.js";
import { nodeReading } from "./sentinel-yaml.js";

/**
 * The rules of a JSON text: exported rules, answers of the REST interface, and solution packages. ARM expressions are
 * not evaluated, but for look-ups of a variable or parameter.
 */
export function readSentinelArm(file: string, text: string, problems: Problem[]): Rule[] {
  const counter = new LineCounter();
  const place = (offset: number) => {
    const { line, col } = counter.linePos(Math.max(0, offset));
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  const reading: Reading = { file, problems, place };
  // JSON is YAML, and the YAML parser knows where each value stands.
  const document = parseDocument(text, { lineCounter: counter, uniqueKeys: false, prettyErrors: false });
  const error = document.errors[0];
  if (error !== undefined) {
    report(reading, error.pos[0], {
      code: "json-syntax",
      severity: "error",
      message: `the text is not JSON: ${error.message}`,
    });
    return [];
  }
  // YAML would join the lines of such a string, and so hide what follows a comment in a query.
  const broken = [...text.matchAll(/"(?:[^"\\]|\\[\s\S])*"/g)].find(([string]) => string.includes("\n"));
  if (broken !== undefined) {
    const message = "the text is not JSON: a string goes over several lines, which JSON writes as `\\n`";
    report(reading, broken.index, { code: "json-syntax", severity: "error", message });
    return [];
  }
  const nodes = nodeReading(document, text, reading);
  const walk: Walk = { rules: [], skipped: new Map() };
  const root: Field = { path: "", key: "", node: document.contents, offset: 0 };
  visit(nodes, root, walk);
  for (const [type, { count, field }] of walk.skipped) {
    const message = `${count} of type ${type}: no rule, left out`;
    report(reading, field.offset, { code: "skipped", severity: "warning", message, key: field.path });
  }
  if (walk.rules.length === 0 && walk.skipped.size === 0) {
    report(reading, 0, { code: "not-a-rule", severity: "warning", message: "the JSON holds no rule" });
  }
  return walk.rules;
}

interface Walk {
  readonly rules: Rule[];
  readonly skipped: Map<string, { count: number; readonly field: Field }>;
}

function visit(reading: NodeReading, field: Field, walk: Walk): void {
  const fields = mapFields(reading, field.node, field.path);
  if (fields === undefined) {
    if (!isScalar(field.node)) for (const item of listFields(reading, field)) visit(reading, item, walk);
    return;
  }
  const of = (key: string) => fields.find((entry) => entry.key === key);
  const inner = withLookups(reading, fields);
  const type = textOf(inner, of("type")) ?? "";
  const properties = mapFields(inner, of("properties")?.node, joined(field.path, "properties"));
  const isResource = properties !== undefined && (of("type") !== undefined || of("kind") !== undefined);
  if (isResource && isRule(type, properties)) {
    walk.rules.push(readResource(inner, fields, properties, field));
  } else if (isResource && isHunt(inner, type, properties)) {
    walk.rules.push(readHunt(inner, fields, properties, field));
  } else if (
    fields.some((entry) => entry.key === "query") &&
    fields.some((entry) => /^(?:displayName|name)$/.test(entry.key))
  ) {
    walk.rules.push(ruleFromFields(inner, fields, { offset: field.offset }));
  } else {
    const before = walk.rules.length;
    for (const key of ["resources", "value", "properties", "mainTemplate", "template", "rules"]) {
      const child = of(key);
      if (child !== undefined) visit(inner, child, walk);
    }
    if (isResource && walk.rules.length === before && !/\/(?:metadata|contentTemplates|contentPackages)$/i.test(type)) {
      const seen = walk.skipped.get(type);
      if (seen === undefined) walk.skipped.set(type, { count: 1, field });
      else seen.count += 1;
    }
  }
}

function isRule(type: string, properties: readonly Field[]): boolean {
  if (/(?:^|\/)(?:alertRules|AlertRuleTemplates)$/i.test(type)) return true;
  const keys = new Set(properties.map((entry) => entry.key));
  return type === "" && (keys.has("query") || keys.has("productFilter") || keys.has("alertRuleTemplateName"));
}

function isHunt(reading: NodeReading, type: string, properties: readonly Field[]): boolean {
  const category = textOf(
    reading,
    properties.find((entry) => entry.key === "category"),
  );
  return /savedSearches$/i.test(type) && /^hunting queries$/i.test(category?.trim() ?? "");
}

function readResource(
  reading: NodeReading,
  fields: readonly Field[],
  properties: readonly Field[],
  whole: Field,
): Rule {
  const kind = textOf(
    reading,
    fields.find((entry) => entry.key === "kind"),
  );
  const id = idOf(reading, fields);
  const rule = ruleFromFields(reading, properties, {
    offset: whole.offset,
    ...(id === undefined ? {} : { id }),
    ...(kind === undefined ? {} : { kind }),
  });
  const obstacle = reportExpressions(reading, properties, rule.obstacle);
  return { ...rule, ...(obstacle === undefined ? {} : { obstacle }) };
}

/** Reports the properties that are expressions of ARM; a query that is one cannot run. */
function reportExpressions(
  reading: NodeReading,
  properties: readonly Field[],
  known: Problem | undefined,
): Problem | undefined {
  let obstacle = known;
  for (const field of properties.filter(({ node }) => isScalar(node))) {
    if (!/^\[\s*[A-Za-z]\w*\s*\(.*\)[^()]*\]$/s.test(textOf(reading, field)?.trim() ?? "")) continue;
    const isQuery = field.key === "query";
    const message = `\`${field.key}\` is an expression of ARM; only look-ups of a variable or parameter are evaluated`;
    const problem = fieldProblem(reading, field, {
      code: "bad-value",
      severity: isQuery ? "error" : "warning",
      message,
    });
    if (isQuery) obstacle = problem;
  }
  return obstacle;
}

/** A saved search holds its description, tactics and techniques in a list of names and values. */
function readHunt(reading: NodeReading, fields: readonly Field[], properties: readonly Field[], whole: Field): Rule {
  const tags = properties.find((entry) => entry.key === "tags");
  const named = (tags === undefined ? [] : listFields(reading, tags)).flatMap((item) => {
    const entry = mapFields(reading, item.node, item.path) ?? [];
    const name =
      textOf(
        reading,
        entry.find((one) => one.key === "name"),
      ) ?? "";
    const value = entry.find((one) => one.key === "value");
    return value === undefined ? [] : [{ name: name.toLowerCase(), value }];
  });
  const rest = properties.filter((entry) => !["tags", "version", "category"].includes(entry.key));
  const id = idOf(reading, fields);
  const rule = ruleFromFields(reading, rest, {
    offset: whole.offset,
    kind: "Hunting",
    ...(id === undefined ? {} : { id }),
  });
  const of = (name: string) => named.find((tag) => tag.name === name)?.value;
  const split = (name: string) =>
    textsOf(reading, of(name))
      .flatMap((text) => text.split(/\s*,\s*/))
      .filter(Boolean);
  const techniques = split("techniques");
  return {
    ...rule,
    description: textOf(reading, of("description")) ?? rule.description,
    tactics: split("tactics").map((name) => tacticNamed(name) ?? name),
    techniques: [...new Set(techniques.map((name) => name.slice(0, 5)))],
    subTechniques: techniques.filter((name) => name.includes(".")),
  };
}

/** The last GUID of the resource's id or name; names that no look-up explains stay as they are. */
function idOf(reading: NodeReading, fields: readonly Field[]): string | undefined {
  const texts = ["id", "name"].map((key) =>
    textOf(
      reading,
      fields.find((entry) => entry.key === key),
    ),
  );
  for (const text of texts) {
    const guid = text?.match(/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/gi)?.at(-1);
    if (guid !== undefined) return guid;
  }
  return texts.find((text) => text !== undefined && !text.startsWith("["));
}

/** Adds the variables and the default values of parameters of a template to what look-ups find. */
export function withLookups(reading: NodeReading, fields: readonly Field[]): NodeReading {
  const variables = mapFields(reading, fields.find((entry) => entry.key === "variables")?.node, "") ?? [];
  const parameters = mapFields(reading, fields.find((entry) => entry.key === "parameters")?.node, "") ?? [];
  const isTemplate = fields.some(({ key }) => key === "resources");
  if (variables.length + parameters.length === 0 && !isTemplate) return reading;
  const find = (list: readonly Field[], path: readonly string[]): Field | undefined => {
    const [head, ...rest] = path;
    const field = list.find((entry) => entry.key === head);
    if (field === undefined || rest.length === 0) return field;
    return find(mapFields(reading, field.node, "") ?? [], rest);
  };
  const lookUp = (written: string, depth: number): string => {
    if (written.startsWith("[[")) return written.slice(1);
    const match = /^\[(variables|parameters)\('([^']+)'\)((?:\.\w+)*)\]$/.exec(written.trim());
    if (match === null || depth > 8) return written;
    const path = (match[3] ?? "").split(".").filter(Boolean);
    const name = match[2] ?? "";
    const field =
      match[1] === "variables" ? find(variables, [name, ...path]) : find(parameters, [name, "defaultValue", ...path]);
    if (field === undefined || !isScalar(field.node)) return reading.resolve(written);
    const value = field.node.value;
    return typeof value === "string" ? lookUp(value, depth + 1) : String(field.node.source ?? value);
  };
  return { ...reading, resolve: (written) => (written.startsWith("[") ? lookUp(written, 0) : written) };
}

function joined(path: string, key: string): string {
  return path === "" ? key : `${path}.${key}`;
}

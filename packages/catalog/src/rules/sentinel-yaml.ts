import { type Document, isMap, isSeq, LineCounter, parseAllDocuments } from "yaml";
import { mapFields, type NodeReading } from "./fields.js";
import { type Problem, type Reading, report } from "./problem.js";
import { checkEnd } from "./query-field.js";
import { type Fragment, placeInPage, recoverFragments, wholeQuery } from "./recovery.js";
import type { Rule } from "./rule.js";
import { looksLikeRule, ruleFromFields } from "./rule-from-fields.js";
import type { RuleQuery } from "./rule-query.js";

/** The rules of a YAML text, or of a page around one; `text` has `\n` line ends and no byte order mark. */
export function readSentinelYaml(file: string, text: string, problems: Problem[]): Rule[] {
  const fragments = recoverFragments(text);
  if (fragments === undefined) return readDocuments(file, text, problems, (place) => place);
  const rules = fragments.flatMap((fragment) => readFragment(file, fragment, problems));
  return dropRepeated(rules);
}

/** A parsed text, ready to be read node by node. */
export function nodeReading(
  document: Document,
  text: string,
  reading: Reading,
  resolve: NodeReading["resolve"] = (written) => written,
): NodeReading {
  return { ...reading, document, text, resolve, aliases: { left: 100 } };
}

function readFragment(file: string, fragment: Fragment, problems: Problem[]): Rule[] {
  const found: Problem[] = [];
  const rules = readDocuments(file, fragment.text, found, (place) => placeInPage(fragment, place));
  const message =
    fragment.mended === "indentation"
      ? "the indentation of this rule was lost; it was read by its known keys"
      : "the rule was cut out of the text around it";
  problems.push({
    code: "recovered",
    severity: "warning",
    message,
    file,
    ...placeInPage(fragment, { line: 1, column: 1 }),
  });
  const whole = rules.map((rule) => completeQuery(rule, fragment, found));
  problems.push(...found);
  return whole;
}

/** Takes the query from the page where the rule's own copy is cut short and the page holds all of it. */
function completeQuery(rule: Rule, fragment: Fragment, problems: Problem[]): Rule {
  const { obstacle } = rule;
  if (obstacle?.code !== "query-cut-short") return rule;
  const whole = wholeQuery(fragment.before, rule.query.text);
  if (whole === undefined) return rule;
  const firstLine = placeInPage(fragment, { line: 1, column: 1 }).line - fragment.before.length + whole.line;
  const query: RuleQuery = { ...rule.query, text: whole.text, origin: { kind: "lines", line: firstLine, indent: 0 } };
  problems.splice(problems.indexOf(obstacle), 1, {
    ...obstacle,
    severity: "warning",
    message: `${obstacle.message}; the whole query was found on the page, from line ${firstLine}, and is used`,
  });
  const { obstacle: _, ...rest } = rule;
  const remaining = checkEnd({ problems, file: rule.file }, query, rule.id === "" ? {} : { rule: rule.id });
  return { ...rest, query, ...(remaining === undefined ? {} : { obstacle: remaining }) };
}

/** A page may show a rule twice; the copy that can run counts. */
function dropRepeated(rules: readonly Rule[]): Rule[] {
  return rules.filter((rule, index) => {
    const same = (other: Rule) => rule.id !== "" && other.id === rule.id;
    if (rules.slice(0, index).some((other) => same(other) && other.obstacle === undefined)) return false;
    return rule.obstacle === undefined || !rules.some((other) => same(other) && other.obstacle === undefined);
  });
}

function readDocuments(
  file: string,
  text: string,
  problems: Problem[],
  place: (inText: { line: number; column: number }) => { line: number; column: number },
): Rule[] {
  const parsed = parseTolerantly(text);
  const reading: Reading = {
    file,
    problems,
    place: (offset) => {
      const { line, col } = parsed.counter.linePos(Math.max(0, offset));
      return place({ line: Math.max(1, line), column: Math.max(1, col) });
    },
  };
  if (parsed.tabs !== undefined) {
    const message = "YAML takes no tabs as indentation; each was read as four blanks";
    report(reading, parsed.tabs, { code: "recovered", severity: "warning", message });
  }
  return parsed.documents.flatMap((document) => readDocument(reading, document, parsed.text));
}

interface Parsed {
  readonly text: string;
  readonly documents: readonly Document.Parsed[];
  readonly counter: LineCounter;
  /** Offset of the first tab that had to be replaced. */
  readonly tabs?: number;
}

function parseTolerantly(text: string): Parsed {
  const first = parse(text);
  const tabs = text.search(/^[ ]*\t/m);
  if (tabs < 0 || first.documents.every((document) => document.errors.length === 0)) return first;
  const second = parse(text.replace(/^[ \t]*\t[ \t]*/gm, (blank) => blank.replaceAll("\t", "    ")));
  return second.documents.every((document) => document.errors.length === 0) ? { ...second, tabs } : first;
}

function parse(text: string): Parsed {
  const counter = new LineCounter();
  const documents = parseAllDocuments(text, { lineCounter: counter, uniqueKeys: false, prettyErrors: false });
  return { text, documents: Array.isArray(documents) ? documents : [], counter };
}

function readDocument(reading: Reading, document: Document.Parsed, text: string): Rule[] {
  const error = document.errors[0];
  const nodes = nodeReading(document, text, reading);
  if (error !== undefined) {
    const id = isMap(document.contents) ? document.contents.get("id") : undefined;
    const message = `the text is not YAML: ${error.message}`;
    report(reading, error.pos[0], {
      code: "yaml-syntax",
      severity: "error",
      message,
      ...(typeof id === "string" ? { rule: id } : {}),
    });
    return [];
  }
  const items = isSeq(document.contents) ? document.contents.items : [document.contents];
  return items.flatMap((item) => {
    const fields = mapFields(nodes, item, "");
    const offset = fields?.[0]?.offset ?? document.range[0];
    if (fields !== undefined && looksLikeRule(fields)) {
      const rule = ruleFromFields(nodes, fields, { offset });
      if (nodes.aliases.left >= 0) return [rule];
      const message = "the document refers to its own parts more than 100 times";
      report(reading, offset, { code: "yaml-syntax", severity: "error", message });
      return [];
    }
    const message = "the document has neither a `query` nor the keys of a rule";
    report(reading, offset, { code: "not-a-rule", severity: "warning", message });
    return [];
  });
}

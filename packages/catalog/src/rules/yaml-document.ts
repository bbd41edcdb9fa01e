import { LineCounter, parseDocument } from "yaml";
import type { NodeReading } from "./fields.js";
import { type Problem, type Reading, report } from "./problem.js";
import type { RuleFile } from "./read-rules.js";
import { nodeReading } from "./sentinel-yaml.js";

/** Parses a file of one YAML document; undefined, with a problem at its place, where the text is not YAML. */
export function readYamlDocument(file: RuleFile, problems: Problem[]): NodeReading | undefined {
  const counter = new LineCounter();
  const place = (offset: number) => {
    const { line, col } = counter.linePos(Math.max(0, offset));
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  const reading: Reading = { file: file.name, problems, place };
  const text = file.text.replace(/^\uFEFF/, "").replace(/\r\n?/g, "\n");
  const document = parseDocument(text, { lineCounter: counter, uniqueKeys: false, prettyErrors: false });
  const [error] = document.errors;
  if (error === undefined) return nodeReading(document, text, reading);
  const message = `the text is not YAML: ${error.message}`;
  report(reading, error.pos[0], { code: "yaml-syntax", severity: "error", message });
  return undefined;
}

import type { Condition } from "../../detections/condition.js";
import type { Detection } from "../../detections/detection.js";

/** A detection as text, for tests: what it claims, reads, counts, and what is not followed. */
export function printDetection(detection: Detection): string {
  const { id, platform, language, purpose, severity = "", attack, dissection } = detection;
  const claims = [...attack.tactics, ...attack.techniques].join(" ");
  return [
    `${id} [${platform} ${language} ${purpose} ${severity}] ${claims}`.trimEnd(),
    ...dissection.reads.flatMap(({ events = "?", source, condition }) => [
      `  reads ${events} (${source})`,
      ...printCondition(condition).map((line) => `    ${line}`),
    ]),
    ...dissection.thresholds.map(
      (one) =>
        `  ${one.function}(${one.of ?? ""}) ${one.operator} ${one.value} by ${one.by.join(", ") || "-"} within ${one.within ?? "-"}`,
    ),
    ...(dissection.outputs.length === 0 ? [] : [`  outputs ${dissection.outputs.map(({ name }) => name).join(", ")}`]),
    ...dissection.unread.map(({ text, why }) => `  unread (${why}): ${text.replace(/\s+/g, " ")}`),
    "",
  ].join("\n");
}

function printCondition(condition: Condition): readonly string[] {
  switch (condition.kind) {
    case "all":
    case "any":
      return [condition.kind, ...condition.parts.flatMap(printCondition).map((line) => `  ${line}`)];
    case "not": {
      const [first = "", ...rest] = printCondition(condition.part);
      return [`not ${first}`, ...rest];
    }
    case "unread":
      return [`unread ${condition.text.replace(/\s+/g, " ")}`];
    default: {
      const { field, operator, values, other, caseSensitive, through = [] } = condition;
      const name = through.reduce((inner, one) => `${one}(${inner})`, field.field ?? `'${field.written}'`);
      const right =
        other === undefined ? values.map((value) => JSON.stringify(value)).join(" ") : (other.field ?? other.written);
      return [`${name} ${operator}${caseSensitive ? "" : "~"} ${right}`.trimEnd()];
    }
  }
}

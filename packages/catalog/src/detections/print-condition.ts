import type { Condition, FieldName, TestValue } from "./condition.js";

/** A condition as one line: `UserType equals "Guest"/i and not (a exists)`; `/i` where case does not count, `?…?` for what is unread. */
export function printCondition(condition: Condition): string {
  switch (condition.kind) {
    case "all":
    case "any":
      if (condition.parts.length === 0) return condition.kind === "all" ? "always" : "never";
      return condition.parts.map(bracketed).join(condition.kind === "all" ? " and " : " or ");
    case "not":
      return `not ${bracketed(condition.part)}`;
    case "unread":
      return `?${condition.text.replace(/\s+/g, " ")}?`;
    default: {
      const { field, operator, values, other, caseSensitive, through = [] } = condition;
      const subject = through.reduce((inner, name) => `${name}:${inner}`, nameOf(field));
      const compared = other === undefined ? values.map(printValue).join(" | ") : nameOf(other);
      if (operator === "exists") return `${subject} exists`;
      const isText = values.some((value) => typeof value === "string") || other !== undefined;
      return `${subject} ${operator} ${compared}${caseSensitive || !isText ? "" : "/i"}`;
    }
  }
}

function bracketed(condition: Condition): string {
  const isGroup = (condition.kind === "all" || condition.kind === "any") && condition.parts.length > 1;
  return isGroup ? `(${printCondition(condition)})` : printCondition(condition);
}

function nameOf({ written, field }: FieldName): string {
  return field ?? written;
}

function printValue(value: TestValue): string {
  return JSON.stringify(value);
}

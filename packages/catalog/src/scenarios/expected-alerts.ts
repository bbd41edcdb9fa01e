import { nearest } from "@calypso/kql";
import { tacticNamed, techniqueNamed } from "../rules/attack.js";
import { entityTypeNamed, entityTypes, identifierNamed } from "../rules/entity-types.js";
import { type Field, type NodeReading, plainValue } from "../rules/fields.js";
import { ruleSeverities } from "../rules/rule.js";
import type { ExpectedAlert } from "./scenario.js";
import { anyMap, items, requiredText, strictMap, wholeNumber, wrong } from "./strict-fields.js";

/** Reads the alerts that are expected: `none`, a number of any alerts, or a list; `field` is absent where nothing is said. */
export function readExpected(reading: NodeReading, field: Field): ExpectedAlert[] {
  const text = typeof field.node?.toJSON() === "object" ? undefined : requiredText(reading, field)?.trim();
  if (text === "none") return [];
  const place = reading.place(field.offset);
  if (text !== undefined && /^\d{1,4}$/.test(text)) {
    return Array.from({ length: Number(text) }, () => ({ place, entities: [], customDetails: {}, sample: [] }));
  }
  if (text !== undefined) {
    wrong(reading, field, `\`expect\` is \`none\`, a number of alerts or a list of them, not \`${text}\``);
    return [];
  }
  return items(reading, field).flatMap((item) => readAlert(reading, item));
}

const alertKeys = "count title description severity tactics techniques rows entities customDetails sample".split(" ");

function readAlert(reading: NodeReading, field: Field): ExpectedAlert[] {
  const keys = strictMap(reading, field, alertKeys);
  const text = (key: string) => {
    const entry = keys.get(key);
    const value = entry === undefined ? undefined : requiredText(reading, entry);
    return value === undefined ? {} : { [key]: value };
  };
  const countField = keys.get("count");
  const rowsField = keys.get("rows");
  const count = countField === undefined ? 1 : (wholeNumber(reading, countField, 1) ?? 1);
  const rows = rowsField === undefined ? undefined : wholeNumber(reading, rowsField, 0);
  const alert: ExpectedAlert = {
    place: reading.place(field.offset),
    ...text("title"),
    ...text("description"),
    ...severityOf(reading, keys.get("severity")),
    ...namesOf(reading, keys.get("tactics"), "tactic", tacticNamed),
    ...namesOf(reading, keys.get("techniques"), "technique", techniqueNamed),
    ...(rows === undefined ? {} : { rows }),
    entities: items(reading, keys.get("entities")).flatMap((item) => readEntity(reading, item) ?? []),
    customDetails: detailsOf(reading, keys.get("customDetails")),
    sample: items(reading, keys.get("sample")).map((item) =>
      Object.fromEntries(anyMap(reading, item).map((one) => [one.key, plainValue(reading, one.node)])),
    ),
  };
  return Array.from({ length: count }, () => alert);
}

function severityOf(reading: NodeReading, field: Field | undefined): Pick<ExpectedAlert, "severity"> {
  const text = field === undefined ? undefined : requiredText(reading, field);
  if (field === undefined || text === undefined) return {};
  const severity = ruleSeverities.find((name) => name.toLowerCase() === text.trim().toLowerCase());
  if (severity === undefined) wrong(reading, field, `\`${text}\` is no severity (${ruleSeverities.join(", ")})`);
  return severity === undefined ? {} : { severity };
}

function namesOf(
  reading: NodeReading,
  field: Field | undefined,
  word: "tactic" | "technique",
  named: (written: string) => string | undefined,
): Pick<ExpectedAlert, "tactics" | "techniques"> {
  if (field === undefined) return {};
  const names = items(reading, field).flatMap((item) => {
    const text = requiredText(reading, item);
    const name = text === undefined ? undefined : named(text);
    if (text !== undefined && name === undefined) wrong(reading, item, `\`${text}\` is no ${word} of ATT&CK`);
    return name ?? [];
  });
  return { [`${word}s`]: names };
}

function readEntity(reading: NodeReading, field: Field): ExpectedAlert["entities"][number] | undefined {
  const entries = anyMap(reading, field);
  const typeField = entries.find(({ key }) => key === "type");
  if (typeField === undefined) return wrong(reading, field, "an entity has a `type`, such as Account");
  const written = requiredText(reading, typeField);
  const type = written === undefined ? undefined : entityTypeNamed(written);
  if (type === undefined) {
    const [near] = nearest(written ?? "", Object.keys(entityTypes), 1);
    const hint = near === undefined ? "" : `; did you mean ${near}?`;
    return wrong(reading, typeField, `\`${written}\` is no type of entity${hint}`);
  }
  const identifiers = entries.flatMap((entry): (readonly [string, string])[] => {
    if (entry === typeField) return [];
    const identifier = identifierNamed(type, entry.key);
    const value = requiredText(reading, entry);
    if (identifier !== undefined && value !== undefined) return [[identifier, value]];
    if (identifier === undefined) {
      const known = entityTypes[type]?.identifiers.join(", ");
      wrong(reading, entry, `\`${entry.key}\` does not identify an entity of type ${type} (${known})`);
    }
    return [];
  });
  return { type, identifiers: Object.fromEntries(identifiers) };
}

function detailsOf(reading: NodeReading, field: Field | undefined): ExpectedAlert["customDetails"] {
  if (field === undefined) return {};
  return Object.fromEntries(
    anyMap(reading, field).map((entry) => [
      entry.key,
      items(reading, entry).flatMap((item) => requiredText(reading, item) ?? []),
    ]),
  );
}

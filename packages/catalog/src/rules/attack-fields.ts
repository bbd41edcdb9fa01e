import { tacticNamed, techniqueNamed } from "./attack.js";
import { type Field, fieldProblem, listFields, type NodeReading, textOf } from "./fields.js";

/** Reads tactics; a name that is none of ATT&CK's is reported and kept. */
export function readTactics(reading: NodeReading, field: Field | undefined): string[] {
  if (field === undefined) return [];
  const names = listFields(reading, field).flatMap((item) => {
    const written = textOf(reading, item)?.trim();
    if (written === undefined || written === "") return [];
    const known = tacticNamed(written);
    if (known === undefined) {
      const message = `\`${written}\` is not a tactic of ATT&CK`;
      fieldProblem(reading, item, { code: "unknown-value", severity: "warning", message });
    }
    return [known ?? written];
  });
  return [...new Set(names)];
}

/** Reads techniques and sub-techniques; the base of each sub-technique counts as a technique. */
export function readTechniques(
  reading: NodeReading,
  fields: ReadonlyMap<string, Field>,
): { techniques: string[]; subTechniques: string[] } {
  const items = ["relevantTechniques", "subTechniques"].flatMap((key) => {
    const field = fields.get(key);
    return field === undefined ? [] : listFields(reading, field);
  });
  const known = items.flatMap((item) => {
    const written = textOf(reading, item) ?? "";
    const technique = techniqueNamed(written);
    if (technique === undefined && written.trim() !== "") {
      const message = `\`${written}\` is not the number of a technique, such as T1078 or T1078.004`;
      fieldProblem(reading, item, { code: "unknown-value", severity: "warning", message });
    }
    return technique === undefined ? [] : [technique];
  });
  return {
    techniques: [...new Set(known.map((technique) => technique.slice(0, 5)))],
    subTechniques: [...new Set(known.filter((technique) => technique.includes(".")))],
  };
}

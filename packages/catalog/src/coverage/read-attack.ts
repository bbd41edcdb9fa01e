import type { AttackFacts } from "./attack-facts.js";

/** Reads a file of ATT&CK's facts, such as `calypso attack update` writes; gives what is wrong where it is none. */
export function readAttack(text: string): AttackFacts | { readonly problem: string } {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch (error) {
    return { problem: `the text is not JSON: ${error instanceof Error ? error.message : String(error)}` };
  }
  if (isAttack(document)) return document;
  return { problem: "the document is not what `calypso attack update` writes" };
}

function isAttack(value: unknown): value is AttackFacts {
  if (!isRecord(value) || typeof value["version"] !== "string" || typeof value["source"] !== "string") return false;
  const { tactics, techniques } = value;
  if (!Array.isArray(tactics) || !isRecord(techniques)) return false;
  const texts = (one: unknown) => Array.isArray(one) && one.every((item) => typeof item === "string");
  const isText = (one: unknown) => one === undefined || typeof one === "string";
  return (
    tactics.every(
      (tactic) => isRecord(tactic) && ["id", "token", "name"].every((key) => typeof tactic[key] === "string"),
    ) &&
    Object.values(techniques).every(
      (one) =>
        isRecord(one) &&
        typeof one["name"] === "string" &&
        texts(one["tactics"]) &&
        ["platforms", "data"].every((key) => one[key] === undefined || texts(one[key])) &&
        ["successor", "renumbered"].every((key) => isText(one[key])) &&
        (one["withdrawn"] === undefined || one["withdrawn"] === true),
    )
  );
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

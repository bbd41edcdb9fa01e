import type { Constant } from "@calypso/kql";
import { Failure } from "../../store/failures.js";
import type { RowTransform } from "./transform.js";

/** A scalar function of KQL that the engine does not have; its arguments and result are constants. */
export type OutsideFunction = (args: readonly Constant[]) => Constant;

/** Every such function by name; those that need a library load it when they are first called. */
const families: readonly (() => Promise<ReadonlyMap<string, OutsideFunction>>)[] = [
  async () => (await import("./text-functions.js")).textFunctions,
  async () => (await import("./time-zones.js")).timeZoneFunctions,
  async () => (await import("./user-agents.js")).userAgentFunctions,
  async () => (await import("../../geo/geo-functions.js")).geoFunctions,
  async () => (await import("../../geo/address-database.js")).addressFunctions,
];

/** Gives the rows as they came. */
export const sameRows: RowTransform = async function* (batches) {
  for await (const batch of batches) yield* batch;
};

/** Adds to rows of arguments, as text, what the function of the option `name` gives for them; '' for a null. */
export const functionAnswers: RowTransform = async function* (batches, scope) {
  const name = String(scope.options["name"]);
  const answer = await functionNamed(name);
  for await (const batch of batches) {
    for (const row of batch) {
      scope.check();
      yield [...row, textOf(answered(name, answer, row))];
    }
  }
};

async function functionNamed(name: string): Promise<OutsideFunction> {
  for (const family of families) {
    const found = (await family()).get(name);
    if (found !== undefined) return found;
  }
  throw new Error(`no function ${name}`);
}

function answered(name: string, answer: OutsideFunction, args: readonly Constant[]): Constant {
  try {
    return answer(args);
  } catch (error) {
    if (!(error instanceof Error && error.name === "Unanswerable")) throw error;
    throw new Failure("unsettled-rows", `\`${name}\` of ${error.message}: no reference says what it gives`, {
      cause: error,
    });
  }
}

function textOf(value: Constant): string {
  if (value === null) return "";
  return typeof value === "boolean" ? String(Number(value)) : String(value);
}

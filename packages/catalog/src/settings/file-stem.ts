import { isExceptionsFile } from "./read-exceptions.js";
import { isOverridesFile } from "./read-overrides.js";

/** A rule's name as the name of a file without its ending; empty where nothing of it can be one, or where the file would be no file of rules. */
export function fileStem(name: string): string {
  const words = name.toLowerCase().match(/[a-z0-9]+/g) ?? [];
  const stem = words.join("-").slice(0, 80).replace(/-+$/, "");
  const file = `${stem}.yaml`;
  return isOverridesFile(file) || isExceptionsFile(file) ? "" : stem;
}

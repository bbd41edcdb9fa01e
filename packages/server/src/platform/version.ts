import { readFileSync } from "node:fs";

/** The version of this package. */
export function version(): string {
  const file = new URL("../../package.json", import.meta.url);
  // The file is the package's own.
  return (JSON.parse(readFileSync(file, "utf8")) as { readonly version: string }).version;
}

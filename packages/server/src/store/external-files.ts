import { existsSync, readdirSync } from "node:fs";
import { basename, join } from "node:path";
import { Failure } from "./failures.js";

/** A local file that holds what a URL names, and how to let go of it. */
export interface LocalFile {
  readonly path: string;
  dispose(): Promise<void>;
}

/** Finds or fetches the file that a URL of `externaldata` names. */
export type ResolveUrl = (url: string) => Promise<LocalFile>;

/** Files of a folder, by the last path segment of the URL; no network is touched. */
export function filesOfFolder(folder: string): ResolveUrl {
  return async (url) => {
    const name = lastSegment(url);
    const path = join(folder, name);
    if (name !== "" && existsSync(path)) return { path, dispose: async () => {} };
    throw new Failure("external-missing", `${folder} has no file ${name || "for"} (${withoutQuery(url)})`, {
      hint: `it holds ${list(existsSync(folder) ? readdirSync(folder) : [])}`,
    });
  };
}

/** The address as it may be shown: without the query and the credentials that storage addresses carry in it. */
export function withoutQuery(url: string): string {
  return url.replace(/[?;#].*$/s, "").replace(/\/\/[^/@]*@/, "//");
}

/** The last path segment, decoded; never a way out of the folder. */
export function lastSegment(url: string): string {
  const segment = withoutQuery(url).replace(/\/+$/, "").split(/[/\\]/).at(-1) ?? "";
  let name = segment;
  try {
    name = decodeURIComponent(segment);
  } catch {
    // A stray percent sign is a part of the name.
  }
  const safe = basename(name.replaceAll("\\", "/"));
  return safe === "." || safe === ".." || safe.includes("\0") ? "" : safe;
}

function list(names: readonly string[]): string {
  if (names.length === 0) return "no files";
  return names.length <= 10 ? names.join(", ") : `${names.slice(0, 10).join(", ")} and ${names.length - 10} more`;
}

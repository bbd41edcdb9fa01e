import { createHash } from "node:crypto";
import type { Detection, Platform } from "@calypso/catalog";

/** By what a rule is known again at the next import. */
export interface RuleIdentity {
  /** Within the source and platform: the author's id, or the file and the rule's place among those of the file. */
  readonly key: string;
  /** Short, for links and the command line. */
  readonly id: string;
}

/** Gives identities to the rules of one source, in the order of its files; a second rule of an id is known by its file too. */
export class Identities {
  readonly #source: string;
  readonly #platform: Platform;
  readonly #texts = new Map<string, string>();

  constructor(source: string, platform: Platform) {
    this.#source = source;
    this.#platform = platform;
  }

  /** Undefined for a copy of a rule that was there before. */
  next(detection: Detection, index: number): RuleIdentity | undefined {
    const own = detection.id.trim().toLowerCase();
    const place = index === 0 ? detection.file : `${detection.file}#${index + 1}`;
    const keys = own === "" ? [`path:${place}`] : [`id:${own}`, `id:${own} ${place}`];
    for (const key of keys) {
      const before = this.#texts.get(key);
      if (before === undefined) {
        this.#texts.set(key, detection.text);
        return { key, id: this.#idOf(key) };
      }
      if (before === detection.text) return undefined;
    }
    return undefined;
  }

  #idOf(key: string): string {
    return createHash("sha256").update([this.#platform, this.#source, key].join("\n")).digest("hex").slice(0, 16);
  }
}

/** The digest of what the author has written, whatever our reader makes of it and wherever the file is. */
export function versionOf(detection: Detection): string {
  const { dissection: _dissection, problems: _problems, file: _file, place: _place, rule, ...written } = detection;
  return createHash("sha256")
    .update(JSON.stringify([written, rule === undefined ? null : contentOf(rule)]))
    .digest("hex");
}

/** The digest of a rule as its reader has left it, with what decides what becomes of it. */
export function readingOf(read: Detection, version: string): string {
  return createHash("sha256").update(`${version}\n`).update(JSON.stringify(read)).digest("hex");
}

function contentOf(rule: NonNullable<Detection["rule"]>): unknown {
  const { places: _places, file: _file, query, obstacle: _obstacle, entityMappings, ...rest } = rule;
  return { ...rest, query: query.text, entityMappings: entityMappings.map(({ path: _path, ...mapping }) => mapping) };
}

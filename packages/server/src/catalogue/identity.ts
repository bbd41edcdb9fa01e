import { createHash } from "node:crypto";
import type { Detection, Platform } from "@calypso/catalog";

/** By what a rule is known again at the next import. */
export interface RuleIdentity {
  /** Within the source and platform: the author's id, or the file and the rule's place among those of the file, of when it was new. */
  readonly key: string;
  /** Short, for links and the command line. */
  readonly id: string;
}

/** What is known of a rule from imports before. */
export interface KnownIdentity {
  readonly key: string;
  /** As its author writes it; empty where it has none. */
  readonly authorId: string;
  /** Where it was last. */
  readonly file: string;
  /** See `versionOf`. */
  readonly version: string;
  readonly removed: boolean;
}

/** A rule of the source. */
export interface FoundIdentity {
  readonly detection: Detection;
  /** Its number among those of its file, from 0. */
  readonly index: number;
  /** See `versionOf`. */
  readonly version: string;
}

/**
 * Gives identities to the rules of one source. A text that has not changed keeps its own, wherever its file is now; of the others
 * a rule is that of the same file, or else of the same author's id. None of it goes by the order of the files.
 */
export class Identities {
  readonly #source: string;
  readonly #platform: Platform;
  readonly #isThere: (file: string) => boolean;
  readonly #keys: Set<string>;
  /** Those that no rule has taken yet, by version and by the author's id, or by file where there is none. */
  readonly #free = new Map<string, Set<KnownIdentity>>();
  /** Ids with versions. */
  readonly #taken = new Set<string>();

  /** `isThere` tells the files that the source has now. */
  constructor(source: string, platform: Platform, known: readonly KnownIdentity[], isThere: (file: string) => boolean) {
    this.#source = source;
    this.#platform = platform;
    this.#isThere = isThere;
    this.#keys = new Set(known.map(({ key }) => key));
    for (const one of known) {
      for (const name of namesOf(one)) this.#free.set(name, (this.#free.get(name) ?? new Set()).add(one));
    }
  }

  /** `later` where other files have a say in it: `settle` tells once all of them are read. */
  next(rule: FoundIdentity): RuleIdentity | "copy" | "later" {
    if (this.#isCopy(rule)) return "copy";
    const same = this.#sameText(rule).filter(({ removed }) => !removed);
    const here = same.find(({ file }) => file === rule.detection.file);
    const sure = here ?? same.find(({ file }) => !this.#isThere(file));
    if (sure !== undefined) return this.#take(rule, sure);
    const isDisputed = this.#sameText(rule).length > 0 || this.#akin(rule).length > 0;
    return isDisputed ? "later" : this.#make(rule);
  }

  /**
   * The identities of the rules that had to wait, in their order. Those known of files that were not read stay with them, but for
   * texts that are elsewhere now.
   */
  settle(rules: readonly FoundIdentity[], wasRead: (file: string) => boolean): readonly (RuleIdentity | "copy")[] {
    const settled = new Map<FoundIdentity, RuleIdentity | "copy">();
    const isHere = (rule: FoundIdentity) => (known: KnownIdentity) => known.file === rule.detection.file;
    const ways: readonly ((rule: FoundIdentity) => KnownIdentity | undefined)[] = [
      (rule) => this.#sameText(rule).find(({ removed }) => !removed),
      (rule) => this.#akin(rule).find((known) => !known.removed && isHere(rule)(known)),
      (rule) => this.#akin(rule).find(({ removed, file }) => !removed && wasRead(file)),
      (rule) => [...this.#sameText(rule), ...this.#akin(rule)].find(({ removed }) => removed),
    ];
    for (const find of ways) {
      for (const rule of rules) {
        if (settled.has(rule)) continue;
        const known = this.#isCopy(rule) ? "copy" : find(rule);
        if (known !== undefined) settled.set(rule, known === "copy" ? known : this.#take(rule, known));
      }
    }
    return rules.map((rule) => settled.get(rule) ?? (this.#isCopy(rule) ? "copy" : this.#make(rule)));
  }

  #isCopy({ detection, version }: FoundIdentity): boolean {
    return ownId(detection.id) !== "" && this.#taken.has(version);
  }

  #sameText({ version }: FoundIdentity): readonly KnownIdentity[] {
    return [...(this.#free.get(`version ${version}`) ?? [])];
  }

  /** Those of the same author's id, or of the same file where there is none; that which had the rule's own place first. */
  #akin(rule: FoundIdentity): readonly KnownIdentity[] {
    const { detection } = rule;
    const key = placeKey(rule);
    const found = [...(this.#free.get(akinName(detection.id, detection.file)) ?? [])];
    const rank = (known: KnownIdentity) => (known.key === key ? 0 : known.file === detection.file ? 1 : 2);
    return found.sort((one, other) => rank(one) - rank(other));
  }

  #take({ version }: FoundIdentity, known: KnownIdentity): RuleIdentity {
    for (const name of namesOf(known)) this.#free.get(name)?.delete(known);
    this.#taken.add(version);
    return { key: known.key, id: this.#idOf(known.key) };
  }

  #make(rule: FoundIdentity): RuleIdentity {
    const own = ownId(rule.detection.id);
    const named = placeKey(rule);
    let key = own === "" ? named : `id:${own}`;
    // What is known under a key may be a rule that has moved away.
    for (let turn = 1; this.#keys.has(key); turn += 1) key = turn === 1 ? named : `${named} ${turn}`;
    this.#keys.add(key);
    this.#taken.add(rule.version);
    return { key, id: this.#idOf(key) };
  }

  #idOf(key: string): string {
    return createHash("sha256").update([this.#platform, this.#source, key].join("\n")).digest("hex").slice(0, 16);
  }
}

function ownId(written: string): string {
  return written.trim().toLowerCase();
}

/** The key that tells a rule by its place too. */
function placeKey({ detection, index }: FoundIdentity): string {
  const own = ownId(detection.id);
  const place = index === 0 ? detection.file : `${detection.file}#${index + 1}`;
  return own === "" ? `path:${place}` : `id:${own} ${place}`;
}

function namesOf({ version, authorId, file }: KnownIdentity): readonly string[] {
  return [`version ${version}`, akinName(authorId, file)];
}

function akinName(authorId: string, file: string): string {
  const own = ownId(authorId);
  return own === "" ? `file ${file}` : `id ${own}`;
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

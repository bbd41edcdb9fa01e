import {
  commonPlatform,
  type Detection,
  type Platform,
  type PlatformReader,
  type Problem,
  platformReaders,
  readerOf,
  type Vocabulary,
} from "@calypso/catalog";
import type { Clock } from "../platform/clock.js";
import type { State } from "../state/open-state.js";
import { Failure } from "../store/failures.js";
import { type FoundIdentity, Identities, type RuleIdentity, readingOf, versionOf } from "./identity.js";
import type { ImportEvent, ImportSummary } from "./import-events.js";
import {
  type FoundRule,
  type ImportRun,
  type KnownRule,
  knownRules,
  type Provenance,
  type RuleChange,
  recordRemoval,
  recordRule,
  settleRules,
  touchRule,
} from "./record-rule.js";
import type { SourceContents, SourceFile, SourceLimits } from "./sources/contents.js";
import { readSource } from "./sources/read-source.js";
import { notTakenApart } from "./taken-apart.js";

/** What importing needs of its surroundings. */
export interface ImportPorts {
  readonly state: State;
  readonly clock: Clock;
  readonly vocabulary: Vocabulary;
  /**
   * Takes the logic of a rule apart where its platform's reader has not: KQL, which needs the names of tables. One that this
   * rejects is kept without what it says, and tried again at the next import.
   */
  readonly takeApart: (detection: Detection) => Detection | Promise<Detection>;
  /** Stands for all that decides what a text comes to: what was read with the same is not read again. */
  readonly readingVersion: string;
}

/** What to import, and what is known of it. */
export interface ImportRequest {
  /** A folder, an archive or a file. */
  readonly path: string;
  /** Whose format; told from the files where absent. */
  readonly platform?: Platform;
  /** What the source is called where its files do not say. */
  readonly source: string;
  readonly licence?: string;
  readonly commit: string;
  /** ISO 8601; empty where nothing is known. */
  readonly retrievedAt: string;
  readonly limits: SourceLimits;
  readonly signal: AbortSignal;
}

/**
 * Imports the rules of a source. Each rule is written whole or not at all; what cannot be read is told, and the rest goes on.
 * Rules that the source has no more are marked as removed, unless the file that held them could not be read.
 */
export async function* importSource(ports: ImportPorts, request: ImportRequest): AsyncGenerator<ImportEvent> {
  const readers = request.platform === undefined ? platformReaders : readersOf(request.platform);
  const isCollection = /\.(?:jsonl|ndjson)$/i.test(request.path);
  const wanted = (path: string) => isCollection || mayMatter(readers, path);
  const read = await readSource(request.path, wanted, request.limits);
  const platform = request.platform ?? commonPlatform(read.files.map(({ path, text }) => ({ name: path, text })));
  if (platform === undefined) {
    throw new Failure("catalog-source-unknown", `${request.path} does not show whose rules it holds`, {
      hint: `say it with --platform: ${platformReaders.map(({ platform: name }) => name).join(", ")}`,
    });
  }
  const [reader] = readersOf(platform);
  if (reader === undefined) return;
  const files = read.files.filter(({ path }) => reader.mayHold(path));
  // A repository has much beside its rules; of a collection of rules each line is meant to be one.
  const reason = `no rules of ${platform} are in files of that path`;
  const others = isCollection ? read.files.filter(({ path }) => !reader.mayHold(path)) : [];
  const contents = { ...read, skipped: [...read.skipped, ...others.map(({ path }) => ({ path, reason }))] };
  if (files.length === 0 && contents.skipped.length === 0) {
    throw new Failure("catalog-source-unknown", `${request.path} holds no file that may hold rules of ${platform}`);
  }
  yield { kind: "begun", platform, files: files.length };
  for (const file of contents.skipped) yield { kind: "skipped", ...file };
  const importing = new Importing(ports, { at: ports.clock(), reader, contents, request });
  try {
    const begun: BegunFile[] = [];
    for (let done = 0; done < files.length; done += 1) {
      if (request.signal.aborted)
        throw new Failure("query-cancelled", "the import was stopped; the rules read so far are kept");
      for (const file of files.slice(done + begun.length, done + filesAhead)) begun.push(await importing.begin(file));
      const next = begun.shift();
      if (next !== undefined) yield* importing.finish(next);
      yield { kind: "file", done: done + 1, rules: importing.rules };
    }
    yield* importing.others();
    yield* importing.removals();
  } finally {
    await importing.close();
  }
  yield { kind: "finished", ...importing.summary };
}

/** Files that are read before those ahead of them are written, so that rules are taken apart beside each other. */
const filesAhead = 12;

function readersOf(platform: Platform): readonly PlatformReader[] {
  const reader = readerOf(platform);
  if (reader === undefined) throw new Failure("catalog-source-unknown", `rules of ${platform} cannot be read yet`);
  return [reader];
}

/** Files that rules may be in, and those that formats name beside them. */
function mayMatter(readers: readonly PlatformReader[], path: string): boolean {
  return readers.some(({ mayHold, platform }) => mayHold(path) || (platform !== "Sentinel" && besides.test(path)));
}

const besides = /\.(?:ya?ml|toml|py|sql|conf|yaral)$/i;

function unreadable({ path }: SourceFile, error: unknown): Problem {
  const message = `the file cannot be read: ${error instanceof Error ? error.message : String(error)}`;
  return { code: "unreadable-file", severity: "error", message, file: path, line: 1, column: 1 };
}

function notFinished({ path }: SourceFile, { name, dissection }: Detection): Problem {
  const message = `${name}: ${dissection.unread[0]?.why ?? ""}; the next import tries again`;
  return { code: "unreadable-file", severity: "error", message, file: path, line: 1, column: 1 };
}

interface ImportParts {
  readonly at: Date;
  readonly reader: PlatformReader;
  readonly contents: SourceContents;
  readonly request: ImportRequest;
}

/** One source's rules within an import; a collection of JSON lines may hold those of several. */
interface ImportedSource {
  readonly run: ImportRun;
  readonly identities: Identities;
  readonly known: ReadonlyMap<string, KnownRule>;
  readonly seen: Set<string>;
  /** Rules whose identity other files have a say in. */
  readonly later: LaterRule[];
  readonly counts: { added: number; changed: number; removed: number; unchanged: number };
}

interface LaterRule extends FoundIdentity {
  readonly file: SourceFile;
}

/** A file that was read, and whose rules are being taken apart. */
interface BegunFile {
  readonly file: SourceFile;
  readonly source: ImportedSource;
  readonly problems: readonly Problem[];
  /** It holds none, not even one that is looked at later. */
  readonly isEmpty: boolean;
  readonly rules: readonly BegunRule[];
}

interface BegunRule {
  readonly read: Detection;
  readonly identity: RuleIdentity;
  /** The digest of what was read, and of what decides what becomes of it. */
  readonly reading: string;
  readonly known: KnownRule | undefined;
  /** Absent where the state has the rule as it is. */
  readonly whole: Promise<Detection> | undefined;
}

/** The code of PostgreSQL for a row that is there already. */
const uniqueViolation = "23505";

class Importing {
  readonly #ports: ImportPorts;
  readonly #parts: ImportParts;
  readonly #texts: ReadonlyMap<string, string>;
  readonly #paths: readonly string[];
  readonly #sources = new Map<string, ImportedSource>();
  /** Files whose rules are kept as they were. */
  readonly #unread: Set<string>;
  #copies = 0;
  #broken = 0;
  rules = 0;

  constructor(ports: ImportPorts, parts: ImportParts) {
    this.#ports = ports;
    this.#parts = parts;
    this.#texts = new Map(parts.contents.files.map(({ path, text }) => [path, text]));
    this.#paths = parts.contents.files.map(({ path }) => path);
    this.#unread = new Set(parts.contents.skipped.map(({ path }) => path));
  }

  /** Reads a file, and has its rules taken apart, but for those that the state has just so. */
  async begin(file: SourceFile): Promise<BegunFile> {
    const { reader } = this.#parts;
    const source = await this.#source(file.source ?? this.#parts.request.source);
    try {
      const beside = { text: (path: string) => this.#texts.get(path), paths: this.#paths };
      const read = reader.read({ name: file.path, text: file.text }, beside, this.#ports.vocabulary);
      const rules = read.detections.flatMap((detection, index) => {
        const rule = { detection, index, version: versionOf(detection), file };
        const identity = source.identities.next(rule);
        if (identity === "later") source.later.push(rule);
        return identity === "later" ? [] : this.#beginRule(source, rule, identity);
      });
      return { file, source, problems: read.problems, isEmpty: read.detections.length === 0, rules };
    } catch (error) {
      return { file, source, problems: [unreadable(file, error)], isEmpty: true, rules: [] };
    }
  }

  /** Writes the rules that waited for all files to be read. */
  async *others(): AsyncGenerator<ImportEvent> {
    const { whole } = this.#parts.contents;
    const wasRead = (file: string) => !this.#unread.has(file) && (whole || this.#texts.has(file));
    for (const source of this.#sources.values()) {
      const later = source.later.splice(0);
      const identities = source.identities.settle(later, wasRead);
      const waiting = later.map((rule, index) => ({ rule, identity: identities[index] ?? ("copy" as const) }));
      const begun: BegunFile[] = [];
      while (waiting.length > 0 || begun.length > 0) {
        for (const { rule, identity } of waiting.splice(0, filesAhead - begun.length)) {
          const rules = this.#beginRule(source, rule, identity);
          begun.push({ file: rule.file, source, problems: [], isEmpty: false, rules });
        }
        const next = begun.shift();
        if (next !== undefined) yield* this.finish(next);
      }
    }
  }

  /** None for a copy. */
  #beginRule(
    source: ImportedSource,
    { detection: read }: FoundIdentity,
    identity: RuleIdentity | "copy",
  ): readonly BegunRule[] {
    if (identity === "copy") {
      this.#copies += 1;
      return [];
    }
    source.seen.add(identity.key);
    const known = source.known.get(identity.key);
    const reading = readingOf(read, this.#ports.readingVersion);
    const isSame = known !== undefined && !known.removed && known.reading === reading;
    const whole = isSame ? undefined : Promise.resolve(read).then(this.#ports.takeApart);
    // It is waited for when its turn comes.
    whole?.catch(() => {});
    return [{ read, identity, reading, known, whole }];
  }

  /** Writes the rules of a file. */
  async *finish({ file, source, problems, isEmpty, rules }: BegunFile): AsyncGenerator<ImportEvent> {
    for (const problem of problems) yield { kind: "problem", problem };
    if (problems.some(({ severity }) => severity === "error")) {
      this.#unread.add(file.path);
      if (isEmpty) this.#broken += 1;
    }
    try {
      for (const rule of rules) yield* this.#rule(source, file, rule);
    } catch (error) {
      this.#unread.add(file.path);
      this.#broken += 1;
      yield { kind: "problem", problem: unreadable(file, error) };
    }
  }

  async *#rule(source: ImportedSource, file: SourceFile, begun: BegunRule): AsyncGenerator<ImportEvent> {
    const { read, identity, known, whole } = begun;
    let { reading } = begun;
    const provenance = this.#provenance(file);
    this.rules += 1;
    if (whole === undefined && known !== undefined) {
      await touchRule(this.#ports.state.db, known.number, reading, provenance);
      source.counts.unchanged += 1;
      return;
    }
    let detection = read;
    try {
      detection = (await whole) ?? read;
    } catch (error) {
      detection = notTakenApart(read, error);
      reading = "";
      yield { kind: "problem", problem: notFinished(file, detection) };
    }
    const { kind, ...change } = await this.#record(source, { detection, identity, provenance, reading }, known);
    source.counts[kind === "reread" ? "unchanged" : kind === "returned" ? "added" : kind] += 1;
    if (kind === "unchanged" || kind === "reread") return;
    yield { kind, id: identity.id, name: detection.name, file: file.path, ...change };
  }

  /** A rule that another import has written since this one began is taken up as that has left it. */
  async #record({ run }: ImportedSource, found: FoundRule, known: KnownRule | undefined): Promise<RuleChange> {
    const { db } = this.#ports.state;
    try {
      return await recordRule(db, run, found, known);
    } catch (error) {
      const isTaken = error instanceof Error && "code" in error && error.code === uniqueViolation;
      if (!isTaken) throw error;
      const { identity, provenance, detection } = found;
      const now = await knownRules(db, provenance.source, detection.platform, identity.key);
      return await recordRule(db, run, found, now.get(identity.key));
    }
  }

  /** What sources have no more; nothing where a limit ended the reading. */
  async *removals(): AsyncGenerator<ImportEvent> {
    if (!this.#parts.contents.whole) return;
    for (const source of this.#sources.values()) {
      for (const [key, known] of source.known) {
        if (known.removed || source.seen.has(key)) continue;
        const { id, name, file } = await this.#ports.state.db
          .selectFrom("catalog_rules")
          .select(["id", "name", "file"])
          .where("number", "=", known.number)
          .executeTakeFirstOrThrow();
        if (this.#unread.has(file)) continue;
        await recordRemoval(this.#ports.state.db, source.run, known, this.#parts.request.commit);
        source.counts.removed += 1;
        yield { kind: "removed", id, name, file };
      }
      await this.#ports.state.db
        .updateTable("catalog_imports")
        .set({ finished: true, ...source.counts })
        .where("id", "=", source.run.id)
        .execute();
    }
  }

  /** Writes down how far an import came, also one that ends before its end. */
  async close(): Promise<void> {
    if (this.rules > 0) await settleRules(this.#ports.state.db);
    for (const { run, counts } of this.#sources.values()) {
      await this.#ports.state.db.updateTable("catalog_imports").set(counts).where("id", "=", run.id).execute();
    }
  }

  get summary(): ImportSummary {
    const sum = (name: "added" | "changed" | "removed" | "unchanged") =>
      [...this.#sources.values()].reduce((total, { counts }) => total + counts[name], 0);
    const { skipped, whole } = this.#parts.contents;
    return {
      ...{ added: sum("added"), changed: sum("changed"), removed: sum("removed"), unchanged: sum("unchanged") },
      ...{ copies: this.#copies, skipped: skipped.length + this.#broken, whole },
    };
  }

  #provenance(file: SourceFile): Provenance {
    const { source, licence, commit, retrievedAt } = this.#parts.request;
    return { source: file.source ?? source, licence: licence ?? file.licence ?? "", commit, retrievedAt };
  }

  async #source(name: string): Promise<ImportedSource> {
    const before = this.#sources.get(name);
    if (before !== undefined) return before;
    const { at, reader } = this.#parts;
    const { vocabulary } = this.#ports;
    const { platform } = reader;
    const counts = { added: 0, changed: 0, removed: 0, unchanged: 0 };
    const { id } = await this.#ports.state.db
      .insertInto("catalog_imports")
      .values({ source: name, platform, at, finished: false, ...counts })
      .returning("id")
      .executeTakeFirstOrThrow();
    const known = await knownRules(this.#ports.state.db, name, platform);
    const run = { id, at, vocabulary };
    const identities = new Identities(name, platform, [...known.values()], (file) => this.#texts.has(file));
    const source = { run, identities, known, seen: new Set<string>(), later: [], counts };
    this.#sources.set(name, source);
    return source;
  }
}

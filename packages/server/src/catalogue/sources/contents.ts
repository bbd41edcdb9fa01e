/** A text file of a source of rules. */
export interface SourceFile {
  /** The path within the source, with `/`. */
  readonly path: string;
  readonly text: string;
  /** Whose it is and under which licence, where the file itself says so. */
  readonly source?: string;
  readonly licence?: string;
}

/** A file that was left out, and why. */
export interface SkippedFile {
  readonly path: string;
  readonly reason: string;
}

/** What a source holds. */
export interface SourceContents {
  /** In the order of their paths. */
  readonly files: readonly SourceFile[];
  readonly skipped: readonly SkippedFile[];
  /** False where a limit ended the reading: what is not here may still be there. */
  readonly whole: boolean;
}

/** Bounds on what is read, so that no source fills the memory or takes for ever. */
export interface SourceLimits {
  /** Files that may hold rules, and all other entries of an archive sixteen times as many. */
  readonly maxFiles: number;
  /** Bytes of one file. */
  readonly maxFileBytes: number;
  /** Bytes of all texts; an archive may unpack to eight times as many. */
  readonly maxBytes: number;
}

export const usualLimits: SourceLimits = {
  maxFiles: 50_000,
  maxFileBytes: 16 * 1024 * 1024,
  maxBytes: 512 * 1024 * 1024,
};

/** True for the files that are wanted. */
export type Wanted = (path: string) => boolean;

/** Takes files as they come, and keeps to the limits. */
export class Collecting {
  readonly #wanted: Wanted;
  readonly #limits: SourceLimits;
  readonly #files = new Map<string, SourceFile>();
  readonly #skipped: SkippedFile[] = [];
  #entries = 0;
  #bytes = 0;
  #whole = true;

  constructor(wanted: Wanted, limits: SourceLimits) {
    this.#wanted = wanted;
    this.#limits = limits;
  }

  get limits(): SourceLimits {
    return this.#limits;
  }

  /** Counts an entry; false where there are too many, and reading ends. */
  enter(path: string): boolean {
    this.#entries += 1;
    if (this.#entries <= 16 * this.#limits.maxFiles) return true;
    this.end(path, `there are more than ${16 * this.#limits.maxFiles} entries`);
    return false;
  }

  /** Whether the file's text is asked for; what may not be read is named. */
  wants(path: string): boolean {
    if (path.startsWith("/") || /^[a-z]:/i.test(path) || path.split("/").includes("..")) {
      return this.skip(path, "its path leads out of the source");
    }
    if (!this.#wanted(path)) return false;
    if (this.#files.size < this.#limits.maxFiles) return true;
    this.end(path, `there are more than ${this.#limits.maxFiles} files that may hold rules (--max-files)`);
    return false;
  }

  add(path: string, bytes: Uint8Array): void {
    if (bytes.length > this.#limits.maxFileBytes) {
      this.skip(path, this.tooLarge);
      return;
    }
    if (this.#bytes + bytes.length > this.#limits.maxBytes) {
      this.end(path, `all texts together are larger than ${megabytes(this.#limits.maxBytes)} (--max-size)`);
      return;
    }
    const text = textOf(bytes);
    if (text === undefined) this.skip(path, "it is not text in UTF-8");
    else this.addText({ path, text }, bytes.length);
  }

  addText(file: SourceFile, bytes: number): void {
    if (this.#files.has(file.path)) {
      this.skip(file.path, "the source holds the path twice");
      return;
    }
    this.#bytes += bytes;
    this.#files.set(file.path, file);
  }

  skip(path: string, reason: string): false {
    this.#skipped.push({ path, reason });
    return false;
  }

  /** As `skip`, where more may be missing than this file. */
  end(path: string, reason: string): void {
    this.#whole = false;
    this.skip(path, reason);
  }

  get tooLarge(): string {
    return `it is larger than ${megabytes(this.#limits.maxFileBytes)} (--max-file-size)`;
  }

  contents({ isArchive }: { readonly isArchive: boolean }): SourceContents {
    const files = [...this.#files.values()].sort((one, other) => (one.path < other.path ? -1 : 1));
    return { files: isArchive ? withoutCommonFolder(files) : files, skipped: this.#skipped, whole: this.#whole };
  }
}

/** Archives of a repository have all of it in one folder, which is not part of its layout. */
function withoutCommonFolder(files: readonly SourceFile[]): readonly SourceFile[] {
  const top = files[0]?.path.split("/", 1)[0];
  if (top === undefined || layoutFolders.has(top.toLowerCase())) return files;
  if (!files.every(({ path }) => path.startsWith(`${top}/`))) return files;
  return files.map((file) => ({ ...file, path: file.path.slice(top.length + 1) }));
}

/** Folders that belong to the layout of a public repository. */
const layoutFolders: ReadonlySet<string> = new Set([
  ...["detections", "hunting queries", "solutions", "rules", "rules-threat-hunting", "rules-emerging-threats"],
  ...["rules_building_block", "macros", "correlations", "filters", "unsupported", "queries", "content"],
]);

/** The text of bytes in UTF-8, or in UTF-16 with its mark; undefined for anything else. */
function textOf(bytes: Uint8Array): string | undefined {
  const isUtf16 = bytes[0] === 0xff && bytes[1] === 0xfe;
  try {
    return new TextDecoder(isUtf16 ? "utf-16le" : "utf-8", { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

function megabytes(bytes: number): string {
  return `${Math.round(bytes / 1024 / 102.4) / 10} MB`;
}

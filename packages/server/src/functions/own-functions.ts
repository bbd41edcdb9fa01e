import type { FunctionSchema } from "@calypso/kql";

/**
 * The functions that users of the pages have saved, as the service last took them up. A function of a file stands for one of these,
 * and one of these for a shipped one.
 */
export class OwnFunctions {
  readonly #ofFiles: ReadonlyMap<string, FunctionSchema>;
  #functions: ReadonlyMap<string, FunctionSchema> = new Map();

  /** Beside the functions of files. */
  constructor(ofFiles: ReadonlyMap<string, FunctionSchema> = new Map()) {
    this.#ofFiles = ofFiles;
  }

  /** The file that has a function of this name, which counts then. */
  fileOf(name: string): string | undefined {
    const found = this.#ofFiles.get(name);
    return found && (found.file ?? name);
  }

  get names(): readonly string[] {
    return [...this.#functions.keys()];
  }

  get(name: string): FunctionSchema | undefined {
    return this.#functions.get(name);
  }

  /** Takes up other functions in the place of those before. */
  replace(functions: readonly Pick<FunctionSchema, "name" | "parameters" | "body">[]): void {
    this.#functions = new Map(
      functions.map((saved) => [saved.name, { ...saved, file: `saved function ${saved.name}` }]),
    );
  }
}

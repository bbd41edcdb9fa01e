import { stat } from "node:fs/promises";

/** Tells what changed among some files since it was last asked. */
export interface ChangedFiles {
  /** Whether a file came, went or changed. */
  any(): Promise<boolean>;
  /** The files that are new or changed, and have not changed since the time before: nobody is writing them. */
  settled(): Promise<readonly string[]>;
}

/** Looks at the files that `list` gives, by their sizes and times. */
export function changedFiles(list: () => Promise<readonly string[]>): ChangedFiles {
  let before = new Map<string, string>();
  const taken = new Map<string, string>();
  const look = async () => {
    const found = new Map<string, string>();
    for (const path of await list()) found.set(path, await mark(path));
    const last = before;
    before = found;
    return { last, found };
  };
  return {
    async any() {
      const { last, found } = await look();
      return last.size !== found.size || [...found].some(([path, state]) => last.get(path) !== state);
    },
    async settled() {
      const { last, found } = await look();
      const ready = [...found].filter(([path, state]) => last.get(path) === state && taken.get(path) !== state);
      for (const [path, state] of ready) taken.set(path, state);
      return ready.map(([path]) => path);
    },
  };
}

async function mark(path: string): Promise<string> {
  try {
    const { size, mtimeMs } = await stat(path);
    return `${size} ${mtimeMs}`;
  } catch {
    return "gone";
  }
}

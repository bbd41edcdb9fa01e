/** Work that is done in steps; each step tells how much of it is done, from 0 to 1. */
export type Work<Result> = Generator<number, Result, undefined>;

/** How long the page may be busy before it draws and listens again, in milliseconds. */
const slice = 12;

/** Does work in slices, and tells how far it is after each; `undefined` where it was stopped. */
export async function inSlices<Result>(
  work: Work<Result>,
  signal: AbortSignal,
  progress: (share: number) => void,
): Promise<Result | undefined> {
  let until = performance.now() + slice;
  for (;;) {
    const step = work.next();
    if (step.done === true) return step.value;
    if (performance.now() < until) continue;
    progress(step.value);
    await new Promise((resolve) => setTimeout(resolve));
    if (signal.aborted) return undefined;
    until = performance.now() + slice;
  }
}

/** Work that goes on beside what asked for it, and ends before what it works on is closed. */
export class Background {
  readonly #stop = new AbortController();
  readonly #running = new Set<Promise<unknown>>();

  /** Fires when the work has to end. */
  get signal(): AbortSignal {
    return this.#stop.signal;
  }

  /** Knows of work that has begun; what becomes of it is for others to look at. */
  add(work: Promise<unknown>): void {
    const settled = work.then(
      () => {},
      () => {},
    );
    this.#running.add(settled);
    void settled.then(() => this.#running.delete(settled));
  }

  /** Stops all work and waits for its end. */
  async end(): Promise<void> {
    this.#stop.abort();
    await Promise.all(this.#running);
  }
}

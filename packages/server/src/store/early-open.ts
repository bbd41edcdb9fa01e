import { parentPort, Worker, workerData } from "node:worker_threads";

/** An engine that another thread has begun to open, so that this one can compile a query meanwhile. */
export interface EarlyOpen {
  /** Settles when the engine is open, or when it is left to the caller to say why it is not. */
  readonly opened: Promise<void>;
  /** Gives up the other thread's hold on the engine; to be called once this thread holds it too, or needs it no more. */
  release(): Promise<void>;
}

/** Opens the engine of a folder in a thread of its own. The engine is one for the process, so the next opening is free. */
export function openEarly(folder: string): EarlyOpen {
  const worker = new Worker(new URL("./early-open.js", import.meta.url), { workerData: folder });
  const ended = new Promise<void>((resolve) => {
    worker.once("exit", () => resolve());
  });
  const opened = new Promise<void>((resolve) => {
    worker.once("message", () => resolve());
    worker.once("error", () => resolve());
  });
  return {
    opened,
    release: async () => {
      await opened;
      worker.postMessage("release");
      await ended;
    },
  };
}

const port = parentPort;
if (port !== null && typeof workerData === "string") {
  const { Session } = await import("chdb");
  const session = new Session(workerData);
  port.once("message", () => session.close());
  port.postMessage("open");
}

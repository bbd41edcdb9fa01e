import type { Problem } from "@calypso/contract";
import { createSignal, onCleanup } from "solid-js";
import { client, problemOf } from "../platform/client.ts";
import { tell } from "../platform/commands.ts";
import type { Asked } from "./run.ts";
import { saveBlob } from "./save.ts";

/** The whole answer of a query as a file, which the service makes by asking again. */
export interface ParquetFile {
  /** Bytes that have come; nothing while none is made. */
  readonly received: () => number | undefined;
  readonly problem: () => Problem | undefined;
  readonly save: () => Promise<void>;
  readonly stop: () => void;
}

export function createParquet(asked: () => Asked | undefined): ParquetFile {
  const [received, setReceived] = createSignal<number>();
  const [problem, setProblem] = createSignal<Problem>();
  let leaving = new AbortController();
  onCleanup(() => leaving.abort());
  return {
    ...{ received, problem },
    stop: () => leaving.abort(),
    save: async () => {
      const body = asked();
      if (body === undefined || received() !== undefined) return;
      leaving = new AbortController();
      const { signal } = leaving;
      setProblem(undefined);
      setReceived(0);
      try {
        const pieces: Uint8Array<ArrayBuffer>[] = [];
        for await (const piece of client.file("exportQuery", { body, signal })) {
          pieces.push(piece);
          setReceived((before = 0) => before + piece.length);
        }
        saveBlob("result.parquet", new Blob(pieces, { type: "application/vnd.apache.parquet" }));
      } catch (thrown) {
        if (signal.aborted) tell("the file was given up");
        else setProblem(problemOf(thrown));
      } finally {
        setReceived(undefined);
      }
    },
  };
}

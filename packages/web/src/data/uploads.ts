import { type AnswerOf, apiRoot, type Problem, pathOf, type Routes, routes } from "@calypso/contract";
import { createSignal, onCleanup } from "solid-js";
import { problemOf } from "../platform/client.ts";
import { tell } from "../platform/commands.ts";

type Part = AnswerOf<Routes["uploadLogs"]>;
export type UploadResult = Extract<Part, { readonly kind: "result" }>;

/** A file that is handed in, and how far it is. */
export interface Upload {
  readonly id: number;
  readonly name: string;
  readonly bytes: number;
  readonly state: "sending" | "waiting" | "loading" | "done" | "failed" | "stopped";
  /** How many bytes have gone out. */
  readonly sent: number;
  readonly results: readonly UploadResult[];
  readonly problem?: Pick<Problem, "code" | "detail" | "hint">;
  readonly stop: () => void;
}

/** Files that are handed in on this page, the latest first. */
export interface Uploads {
  readonly list: () => readonly Upload[];
  readonly add: (files: readonly File[], table: string | undefined) => void;
  /** Takes those that have ended off the list. */
  readonly clear: () => void;
}

let count = 0;

/** Hands files in, one after the other; `ended` is told of each that was loaded. Leaving the page stops those that are being sent. */
export function createUploads(ended: () => void): Uploads {
  const [list, setList] = createSignal<readonly Upload[]>([]);
  const update = (id: number, change: Partial<Upload>) =>
    setList((before) => before.map((one) => (one.id === id ? { ...one, ...change } : one)));
  let sending: Promise<void> = Promise.resolve();
  const stops = new Set<() => void>();
  onCleanup(() => {
    for (const stop of stops) stop();
  });
  const add = (files: readonly File[], table: string | undefined) => {
    for (const file of files) {
      count += 1;
      const id = count;
      const request = new XMLHttpRequest();
      let isStopped = false;
      const stop = () => {
        isStopped = true;
        request.abort();
        update(id, { state: "stopped" });
      };
      stops.add(stop);
      const begun: Upload = { id, name: file.name, bytes: file.size, state: "sending", sent: 0, results: [], stop };
      setList((before) => [begun, ...before]);
      sending = sending.then(async () => {
        if (!isStopped) await send(request, file, table, (change) => update(id, change));
        stops.delete(stop);
        if (!isStopped) ended();
      });
    }
  };
  const isOver = ({ state }: Upload) => state === "done" || state === "failed" || state === "stopped";
  return { list, add, clear: () => setList((before) => before.filter((one) => !isOver(one))) };
}

/** `fetch` tells nothing of what has gone out, so this is asked the older way; its answer comes in lines. */
function send(
  request: XMLHttpRequest,
  file: File,
  table: string | undefined,
  change: (change: Partial<Upload>) => void,
): Promise<void> {
  const query = new URLSearchParams({ name: file.name, ...(table === undefined ? {} : { table }) });
  let read = 0;
  let results: readonly UploadResult[] = [];
  const take = (part: Part) => {
    if (part.kind === "received") change({ sent: file.size });
    else if (part.kind === "waiting" || part.kind === "loading") change({ state: part.kind });
    else if (part.kind === "result") {
      results = [...results, part];
      change({ results });
    } else if (part.kind === "failed") change({ state: "failed", problem: part });
    else {
      change({ state: "done" });
      tell(`${file.name} is loaded`);
    }
  };
  return new Promise((resolve) => {
    request.open("POST", `${apiRoot}${pathOf(routes.uploadLogs, {})}?${query}`);
    request.setRequestHeader("content-type", "application/octet-stream");
    request.upload.onprogress = ({ loaded }) => change({ sent: loaded });
    request.onprogress = () => {
      if (request.status !== 200) return;
      const lines = request.responseText.slice(read).split("\n");
      const rest = lines.pop() ?? "";
      read = request.responseText.length - rest.length;
      // The contract's types say what the lines are.
      for (const line of lines) take(JSON.parse(line) as Part);
    };
    request.onload = () => {
      if (request.status !== 200) change({ state: "failed", problem: problemIn(request.responseText) });
    };
    request.onerror = () => change({ state: "failed", problem: problemOf(new Error("the file could not be sent")) });
    request.onloadend = () => resolve();
    request.send(file);
  });
}

function problemIn(text: string): Pick<Problem, "code" | "detail" | "hint"> {
  try {
    return JSON.parse(text) as Problem; // Every error of the API is one.
  } catch {
    return problemOf(new Error("the file could not be sent"));
  }
}

import { rm } from "node:fs/promises";
import { basename } from "node:path";
import type { AnswerOf, Routes } from "@calypso/contract";
import { ingestPaths, problemOf } from "../../ingest/ingest.js";
import { rejectedFolder } from "../../ingest/rejects.js";
import type { IngestResult } from "../../ingest/result.js";
import { type TakenUpload, takeUpload, uploadsFolder } from "../../ingest/uploads.js";
import { failureFrom } from "../../store/failures.js";
import { type Asked, type Handlers, nameOf } from "../handler.js";
import { Refusal } from "../problems.js";
import type { Served } from "../served.js";

type Part = AnswerOf<Routes["uploadLogs"]>;

/** An archive may unpack to so many times the largest upload. */
const unpackedTimes = 20;

export function uploadHandlers(served: Served): Handlers<"uploadLogs"> {
  const { workspace, state, room, uploadLimit } = served;
  const { store, clock, ids } = workspace;
  const parent = uploadsFolder(workspace);
  // Files are loaded one after the other, whoever hands them in: each takes memory.
  let loading: Promise<unknown> = Promise.resolve();
  // What an earlier service left there when it was ended; the folder of a workspace is nobody else's.
  let cleaned: Promise<void> | undefined;
  const clean = () => {
    cleaned ??= workspace.folder === undefined ? Promise.resolve() : rm(parent, { recursive: true, force: true });
    return cleaned;
  };
  async function* taken(
    name: string,
    table: string | undefined,
    asked: Asked,
    upload: TakenUpload,
  ): AsyncGenerator<Part> {
    const before = loading;
    let ended = () => {};
    const own = new Promise<void>((resolve) => {
      ended = resolve;
    });
    // Who leaves while waiting lets nobody go before those that wait already.
    loading = Promise.all([before, own]);
    try {
      yield { kind: "received", bytes: upload.bytes };
      yield { kind: "waiting" };
      await before;
      yield { kind: "loading" };
      const row = { id: ids(), at: clock(), by: nameOf(asked), source: upload.path, bytes: BigInt(upload.bytes) };
      await state.db.insertInto("uploads").values(row).execute();
      const options = {
        ...{ now: clock, rejectedFolder: rejectedFolder(workspace), temporaryFolder: parent },
        maxUnpackedBytes: uploadLimit * unpackedTimes,
        ...(table === undefined ? {} : { table }),
      };
      for await (const result of ingestPaths(store, [upload.path], options)) {
        if (result.diskFull === true) room.refused();
        yield resultOf(name, upload, result);
      }
      yield { kind: "done" };
    } catch (thrown) {
      const { code, message, hint } = failureFrom(thrown);
      yield { kind: "failed", code, detail: message, ...(hint === undefined ? {} : { hint }) };
    } finally {
      ended();
      await upload.release();
    }
  }
  async function* handed(name: string, table: string | undefined, asked: Asked, bytes: Incoming): AsyncGenerator<Part> {
    let received: TakenUpload;
    try {
      await clean();
      received = await takeUpload(parent, { name, ...bytes, limit: uploadLimit, enough: () => room.enough() });
    } catch (thrown) {
      const { code, message, hint } = failureFrom(thrown);
      yield { kind: "failed", code, detail: message, ...(hint === undefined ? {} : { hint }) };
      return;
    }
    yield* taken(name, table, asked, received);
  }
  return {
    uploadLogs: ({ query: { name, table } }, asked) => {
      const { upload } = asked;
      if (upload === undefined) throw new Refusal("bad-request", "send the file's bytes as application/octet-stream");
      const problem = problemOf(table === undefined ? {} : { table });
      if (problem !== undefined) throw new Refusal("bad-request", problem);
      return handed(name, table, asked, upload);
    },
  };
}

type Incoming = NonNullable<Asked["upload"]>;

/** A result, without the place where the file waited: what is said of it names the file as its owner does. */
function resultOf(name: string, { path }: TakenUpload, result: IngestResult): Part {
  const own = (text: string) => text.replaceAll(path, name);
  const { source, table, skipped, read, stored, duplicates, rejected, from, to, messages } = result;
  return {
    ...{ kind: "result", name: source === path ? name : `${name}${own(source).slice(name.length)}`, table },
    ...{ skipped: skipped === true, read, stored, duplicates, rejected },
    ...(from === null ? {} : { from }),
    ...(to === null ? {} : { to }),
    messages: messages.map(({ line, message }) => ({
      ...(line === undefined ? {} : { line }),
      message: own(message).replaceAll(basename(path), name),
    })),
  };
}

import { parentPort } from "node:worker_threads";
import { type Compilation, compile, type WorkspaceSchema } from "@calypso/kql";
import type { CompilationData, Order, Report, Wanted } from "./messages.js";
import { type Surroundings, schemaOf } from "./schema-snapshot.js";

/** A thread of a `Compiler`: says that it is ready; then orders come in, and for each to compile one report goes out. */
let around: Surroundings = { watchlists: [] };
let schema: WorkspaceSchema | undefined;

const say = (report: Report) => parentPort?.postMessage(report);

parentPort?.on("message", (order: Order) => {
  if (order.kind === "schema") {
    schema = schemaOf(order.snapshot, () => around);
    return;
  }
  try {
    if (schema === undefined) throw new Error("there is something to compile, and no schema yet");
    around = order.around;
    say({ kind: "compiled", compilation: dataOf(compile({ ...order.request, schema }), order.wanted) });
  } catch (error) {
    say({ kind: "fault", error });
  }
});

// What is needed first is loaded before the time of the first query runs.
compile({ text: "print 1", schema: schemaOf({ name: "", tables: [], functions: [] }, () => around), now: 0n });
say({ kind: "ready" });

function dataOf(
  { facts, fields, emptiness, dissection, pipeline, ...data }: Compilation,
  wanted: Wanted,
): CompilationData {
  return {
    ...data,
    ...(wanted.dissection === true ? { dissection: dissection() } : {}),
    ...(wanted.pipeline === true ? { pipeline: pipeline() } : {}),
  };
}

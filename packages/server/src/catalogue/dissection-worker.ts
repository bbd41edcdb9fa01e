import { parentPort } from "node:worker_threads";
import type { Detection } from "@calypso/catalog";
import { shippedSchema } from "../main.js";
import { shippedVocabulary } from "../platform/vocabulary.js";
import { takenApart } from "./taken-apart.js";

/** A thread of a `DissectionPool`: says null when it is ready; then rules come in, and their dissections go out, in their order. */
const takeApart = takenApart({ schema: shippedSchema(), vocabulary: shippedVocabulary() });
parentPort?.on("message", (detection: Detection) => parentPort?.postMessage(takeApart(detection).dissection));
parentPort?.postMessage(null);

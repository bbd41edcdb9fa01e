import { appendFileSync } from "node:fs";
import { cpus, totalmem } from "node:os";

/** Prints a section of results and appends it to RESULTS.md, with the day and the machine. */
export function report(title, lines) {
  const machine = `${cpus()[0].model.trim()}, ${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GB`;
  const day = new Date().toISOString().slice(0, 10);
  const text = [`## ${title}, ${day}`, "", `${machine}, Node ${process.versions.node}.`, "", ...lines, ""].join("\n");
  console.log(text);
  appendFileSync(new URL("RESULTS.md", import.meta.url), `${text}\n`);
}

/** The value below which the given share of the numbers lies. */
export function quantile(numbers, share) {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
}

/** The middle of the numbers. */
export const median = (numbers) => quantile(numbers, 0.5);

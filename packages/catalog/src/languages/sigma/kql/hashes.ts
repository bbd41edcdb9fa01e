import type { SigmaTest } from "../logic.js";
import { anyText, literalOf } from "../pattern.js";

/** A hash that a text of `KEY=value` pairs is searched for. */
export interface WantedPart {
  /** Names of parts of which one has it. */
  readonly keys: readonly string[];
  readonly value: string;
  /** The value may go on. */
  readonly open: boolean;
}

/** What a test of a text of `KEY=value` pairs wants: `MD5=…` anywhere in it, or a bare hash by its length; undefined for others. */
export function wantedPart(test: SigmaTest, known: readonly string[]): WantedPart | undefined {
  if (test.kind !== "text") return undefined;
  const inner = test.pattern.filter(
    (piece, index) => !(piece === anyText && (index === 0 || index === test.pattern.length - 1)),
  );
  const text = literalOf(inner)?.replace(/^,|,$/g, "");
  const [, key, value = ""] = /^(?:([A-Za-z\d]+)=)?([\da-f]+)$/i.exec(text ?? "") ?? [];
  if (value === "") return undefined;
  const ofLength = { 32: ["MD5", "IMPHASH"], 40: ["SHA1"], 64: ["SHA256"] }[value.length];
  const keys = key === undefined ? ofLength : known.filter((one) => one.toLowerCase() === key.toLowerCase());
  if (keys === undefined || keys.length === 0) return undefined;
  return { keys, value, open: key !== undefined && value.length !== wholeLengths[key.toUpperCase()] };
}

/** Digits of whole hashes. */
const wholeLengths: Readonly<Record<string, number>> = { MD5: 32, IMPHASH: 32, SHA1: 40, SHA256: 64 };

import { expect, test } from "vitest";
import { linesOfSelect, temporaryStore } from "../store/testing/temporary-store.js";
import { minifiedJson } from "./casts.js";

/** Numbers of every length, with and without fraction and exponent. */
const numbers = (() => {
  const whole = ["0", "-0", "5", "120", "123456789012", "1234567890123456", "12345678901234567", "9007199254740993"];
  const fraction = ["", ".0", ".5", ".50", ".05", ".00001", ".000001", ".0000001", ".123456789", ".12345678901234567"];
  const exponent = ["", "e0", "E1", "e+5", "e-5", "e-7", "e15", "e22", "e-300"];
  return whole.flatMap((a) => fraction.flatMap((b) => exponent.map((c) => `${a}${b}${c}`)));
})();

/** A number alone and beside others, in every kind of place. */
const places: readonly ((number: string) => string)[] = [
  (n) => `{"a":${n}}`,
  (n) => `[${n},1]`,
  (n) => `[1,${n}]`,
  (n) => `{"a":[1,{"b":${n}}],"c":"x"}`,
  (n) => `{"a":"${n}, ${n}]","b":{}}`,
];

/** Whether a number is written as a real and has no fraction, so that the engine would print it as an integer. */
function isWholeReal(number: string): boolean {
  return /[.eE]/.test(number) && Number.isInteger(Number(number)) && Math.abs(Number(number)) < 1e15;
}

test("JSON that is taken as it is would not be printed otherwise", async () => {
  const { store, close } = await temporaryStore();
  try {
    const documents = numbers
      .filter((number) => !isWholeReal(number))
      .flatMap((number) => places.map((place) => place(number)));
    const list = documents.map((text) => `'${text}'`).join(", ");
    const anew = "replaceRegexpAll(JSONExtractRaw(d), '([:,[]-?[0-9]{20,})([],}])', '\\\\1e0\\\\2')";
    const differing = await linesOfSelect(
      store,
      `SELECT concat(d, ' as ', ${minifiedJson("d")}) FROM (SELECT arrayJoin([${list}]) AS d) WHERE ${minifiedJson("d")} != ${anew}`,
    );
    expect(differing).toEqual([]);
    const kept = await linesOfSelect(
      store,
      `SELECT toString(count()) FROM (SELECT arrayJoin([${list}]) AS d) WHERE JSONExtractRaw(d) != d`,
    );
    // Most of them are written in another way than they are printed, so that the comparison says something.
    expect(Number(kept[0])).toBeGreaterThan(documents.length / 2);
  } finally {
    await close();
  }
});

test("reals without a fraction stay reals, wherever they stand", async () => {
  const { store, close } = await temporaryStore();
  try {
    const cases = numbers
      .filter(isWholeReal)
      .flatMap((number) =>
        places.slice(0, -1).map((place) => [place(number), place(`${printed(Number(number))}.0`)] as const),
      );
    const rows = cases.map(([text, wanted]) => `('${text}', '${wanted}')`).join(", ");
    const differing = await linesOfSelect(
      store,
      `SELECT concat(d, ' as ', ${minifiedJson("d")}) FROM (SELECT arrayJoin([${rows}]) AS c, c.1 AS d) WHERE ${minifiedJson("d")} != c.2`,
    );
    expect(differing).toEqual([]);
    expect(cases.length).toBeGreaterThan(100);
  } finally {
    await close();
  }
});

function printed(number: number): string {
  return Object.is(number, -0) ? "-0" : String(number);
}

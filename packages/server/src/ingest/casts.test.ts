import { expect, test } from "vitest";
import { linesOfSelect, temporaryStore } from "../store/testing/temporary-store.js";
import { minifiedJson } from "./casts.js";

/** Numbers of every length, with and without fraction and exponent, alone and beside others, in every kind of place. */
const documents = (() => {
  const whole = ["0", "-0", "5", "120", "123456789012", "1234567890123456", "12345678901234567", "9007199254740993"];
  const fraction = ["", ".0", ".5", ".50", ".05", ".00001", ".000001", ".0000001", ".123456789", ".12345678901234567"];
  const exponent = ["", "e0", "E1", "e+5", "e-5", "e-7", "e15", "e22", "e-300"];
  const numbers = whole.flatMap((a) => fraction.flatMap((b) => exponent.map((c) => `${a}${b}${c}`)));
  const places = [
    (n: string) => `{"a":${n}}`,
    (n: string) => `[${n},1]`,
    (n: string) => `[1,${n}]`,
    (n: string) => `{"a":[1,{"b":${n}}],"c":"${n}"}`,
    (n: string) => `{"a":"${n}, ${n}]","b":{}}`,
  ];
  return numbers.flatMap((number) => places.map((place) => place(number)));
})();

test("JSON that is taken as it is would not be printed otherwise", async () => {
  const { store, close } = await temporaryStore();
  try {
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

import { type Detection, fieldOf, testsOf } from "@calypso/catalog";

/** Longer texts are found by their beginning. */
const longestText = 100_000;

/** The words of a rule's logic, names and values as they are searched for: whole, and the parts that names are made of. */
export function wordsOf(detection: Detection): string {
  const { text, dissection, tags, dataSources, id, file } = detection;
  const named = testsOf(detection).flatMap(({ test }) => [
    fieldOf(test),
    test.field.written,
    ...test.values.map(String),
  ]);
  const sources = dissection.reads.flatMap(({ source, events }) => [source, events ?? ""]);
  return splitWords([id, file, ...tags, ...dataSources, ...sources, ...named, text].join("\n").slice(0, longestText));
}

/** Letters and digits in runs; `SigninLogs` is found as one word, and as `Signin` and `Logs`. */
export function splitWords(text: string): string {
  const words = text.match(/[\p{L}\p{N}]+/gu) ?? [];
  const parts = words.flatMap((word) => {
    const inner = word.match(/\p{Lu}+(?!\p{Ll})|\p{Lu}?\p{Ll}+|\p{N}+/gu) ?? [];
    return inner.length > 1 ? [word, ...inner] : [word];
  });
  return [...new Set(parts.filter((word) => word.length <= longestWord).map((word) => word.toLowerCase()))].join(" ");
}

/** A word of an index in PostgreSQL has at most 2,047 bytes; nobody types longer ones than this. */
const longestWord = 100;

/** What a user typed, in the form in which words are kept; quotes, `or` and `-` keep their meaning. */
export function searchText(typed: string): string {
  return typed
    .slice(0, 1000)
    .replace(/(^|\s)-(?=[\p{L}\p{N}"])/gu, "$1\u0001")
    .replace(/[^\p{L}\p{N}"\u0001]+/gu, " ")
    .replaceAll("\u0001", "-");
}

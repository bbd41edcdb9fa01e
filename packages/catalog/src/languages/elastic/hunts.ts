import type { Detection } from "../../detections/detection.js";
import { techniqueNamed } from "../../rules/attack.js";
import type { Vocabulary } from "../../vocabulary/vocabulary.js";
import { type ElasticLanguage, queryLogic } from "./query-logic.js";
import { placeInToml, type TomlReading, type TomlTable, textAt, textsAt, tomlProblem } from "./toml-table.js";

/** The queries of a hunt, each a detection of its own: the first with the hunt's id, the others with their number behind it. */
export function huntsOf(reading: TomlReading, hunt: TomlTable, vocabulary: Vocabulary): Detection[] {
  const name = textAt(hunt, "name");
  const queries = hunt["query"];
  const texts = (Array.isArray(queries) ? queries : [queries]).filter((query) => typeof query === "string");
  if (name === undefined || texts.length === 0) {
    const key = name === undefined ? "name" : "query";
    tomlProblem(reading, "missing-key", "error", `the hunt has no \`${key}\``, placeInToml(reading, key, "", 0));
    return [];
  }
  return texts.map((text, index) => huntOf(reading, hunt, vocabulary, text, index === 0 ? "" : String(index + 1)));
}

function huntOf(
  reading: TomlReading,
  hunt: TomlTable,
  vocabulary: Vocabulary,
  text: string,
  number: string,
): Detection {
  const id = textAt(hunt, "uuid") ?? "";
  const language = huntLanguage(text);
  const logic = language === "sql" ? undefined : queryLogic(text, language, [], vocabulary);
  if (logic?.failure !== undefined) {
    const place = placeInToml(reading, "query", text, logic.failure.offset);
    tomlProblem(reading, "query-syntax", "warning", `a query cannot be read: ${logic.failure.message}`, place);
  }
  const why = "a query of a host's state, not of its events";
  return {
    ...{ platform: "Elastic", language, id: number === "" || id === "" ? id : `${id}#${number}`, purpose: "hunt" },
    name: `${textAt(hunt, "name")}${number === "" ? "" : ` (${number})`}`,
    description: textAt(hunt, "description") ?? "",
    authors: textsAt(hunt, "author"),
    references: textsAt(hunt, "references"),
    falsePositives: [],
    attack: {
      tactics: [],
      techniques: textsAt(hunt, "mitre").flatMap((written) => techniqueNamed(written) ?? []),
    },
    dataSources: [...new Set([...textsAt(hunt, "integration"), ...(logic?.sources ?? [])])],
    tags: [],
    text,
    dissection: logic?.dissection ?? { stages: [], reads: [], thresholds: [], outputs: [], unread: [{ text, why }] },
    file: reading.file.name,
    place: placeInToml(reading, "query", text, 0),
    problems: reading.problems,
  };
}

/** A hunt names its languages, but not which of its queries is in which: the first word tells. */
function huntLanguage(text: string): ElasticLanguage | "sql" {
  const first = /^(?:\s|\/\/[^\n]*\n|\/\*[\s\S]*?\*\/|--[^\n]*\n)*(\S+)(?:\s+(\S+))?/.exec(text);
  const [word = "", next = ""] = [first?.[1]?.toLowerCase(), first?.[2]?.toLowerCase()];
  if (word === "select" || word === "with") return "sql";
  if (word === "from" || word === "row") return "esql";
  return next === "where" || /^(?:sequence|sample|join)$/.test(word) ? "eql" : "kuery";
}

// Takes the rules of Elastic and Splunk that lie beside the project apart, and counts what of them is understood, and why not.
//   npm run report:readers
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { platformReaders, readVocabulary, testsOf } from "../packages/catalog/dist/index.js";
import { holdFloors } from "./floors.mjs";

const corpus = new URL("../../shared/corpus/", import.meta.url);
const content = new URL("../content/", import.meta.url);
const vocabulary = vocabularyOfContent();
for (const platform of ["Elastic", "Splunk"]) {
  const file = new URL(`${platform.toLowerCase()}.jsonl`, corpus);
  if (existsSync(file)) holdFloors(`rules of ${platform}`, reportOn(platform, file));
  else console.log(`rules of ${platform}: skipped, as there is no corpus beside the project`);
}

function vocabularyOfContent() {
  const tables = JSON.parse(readFileSync(new URL("tables/tables.json", content), "utf8"));
  const folder = new URL("vocabulary/", content);
  const files = readdirSync(folder).filter((name) => name.endsWith(".yaml"));
  const { vocabulary, problems } = readVocabulary(
    files.map((name) => ({ name, text: readFileSync(new URL(name, folder), "utf8") })),
    (table) => (tables[table] === undefined ? undefined : new Map(Object.entries(tables[table]))),
  );
  for (const { file, line, message } of problems) console.log(`${file}, line ${line}: ${message}`);
  return vocabulary;
}

/** How many rules there are, how many are read to the last word, their conditions, and how many of these name a field of the vocabulary. */
function reportOn(platform, file) {
  const reader = platformReaders.find((one) => one.platform === platform);
  const files = readFileSync(file, "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  const texts = new Map(files.map((one) => [one.file, one.text]));
  const beside = { paths: [...texts.keys()], text: (path) => texts.get(path) };
  const begin = performance.now();
  const read = files.map((one) => reader.read({ name: one.file, text: one.text }, beside, vocabulary));
  const milliseconds = Math.round(performance.now() - begin);
  const detections = read.flatMap((one) => one.detections);
  const tests = detections.flatMap((detection) => testsOf(detection));
  const named = tests.filter(({ test }) => test.field.field !== undefined).length;
  const whole = detections.filter(({ dissection }) => dissection.unread.length === 0).length;
  const failed = read.flatMap((one) => one.problems).length;
  const share = `${tests.length} conditions, ${named} of them on fields that the vocabulary names`;
  console.log(
    `${platform}: ${detections.length} of ${files.length} rules in ${milliseconds} ms, ${whole} read whole; ${share}`,
  );
  printCounts(
    "not read",
    detections.flatMap(({ dissection }) => dissection.unread.map(({ why }) => why)),
  );
  printCounts("without a name", tests.filter(({ test }) => test.field.field === undefined).map(nameOf));
  return { rules: detections.length, whole, conditions: tests.length, named, problems: failed };
}

function nameOf({ read, test }) {
  return `${test.field.written} of ${read.events ?? "other events"}`;
}

/** The texts that are there most often, with how often. */
function printCounts(title, texts) {
  const counts = new Map();
  for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1);
  for (const [text, count] of [...counts].sort((a, b) => b[1] - a[1]).slice(0, 12))
    console.log(`  ${title}: ${count} × ${text}`);
}

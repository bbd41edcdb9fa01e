import type { Expression } from "../expressions/expression.js";
import type { Made, Pipeline } from "../expressions/pipeline.js";
import type { Aggregate } from "../expressions/scope.js";
import { writtenLength } from "../parsing/literals.js";
import type { Token, Words } from "../parsing/tokens.js";
import { plainText } from "./spl-options.js";

/** What `stats` and its kin compute: values by groups. */
export interface SplAggregation {
  readonly values: readonly SplAggregate[];
  readonly by: readonly Token[];
  /** Options such as `span=1h` and `current=f`, by their names in lower case. */
  readonly options: ReadonlyMap<string, string>;
}

interface SplAggregate {
  readonly name: string;
  /** In lower case. */
  readonly function: string;
  readonly of: string;
}

/** Reads values and groups up to the end, or to a word that `endsHere`. */
export function aggregation(words: Words, endsHere: (words: Words) => boolean = () => false): SplAggregation {
  const values: SplAggregate[] = [];
  const options = new Map<string, string>();
  while (words.peek() !== undefined && !words.is("by") && !words.is("groupby") && !endsHere(words)) {
    if (words.accept(",")) continue;
    const first = words.next();
    if (words.accept("=")) {
      if (words.peek() !== undefined) options.set(first.text.toLowerCase(), words.next().text);
      continue;
    }
    if (first.kind !== "word") words.fail("a function is missing");
    values.push(aggregate(words, first));
  }
  return { values, by: groups(words, endsHere, options), options };
}

function aggregate(words: Words, first: Token): SplAggregate {
  let of = "";
  let text = first.text;
  if (words.accept("(")) {
    of = bracketed(words);
    text = `${first.text}(${of})`;
  }
  const name = words.accept("as") ? plainText(words.next()) : text;
  return { name, function: first.text.toLowerCase(), of };
}

/** What stands in brackets, without blanks beside signs; the opening one is read. */
function bracketed(words: Words): string {
  let text = "";
  for (let depth = 1; ; ) {
    const token = words.next();
    if (token.text === "(") depth += 1;
    if (token.text === ")") depth -= 1;
    if (depth === 0) return text;
    text +=
      depth === 1 && text === ""
        ? plainText(token)
        : `${token.kind === "word" && /\w$/.test(text) ? " " : ""}${token.text}`;
  }
}

function groups(words: Words, endsHere: (words: Words) => boolean, options: Map<string, string>): Token[] {
  const by: Token[] = [];
  if (!words.accept("by", "groupby")) return by;
  while (words.peek() !== undefined && !endsHere(words)) {
    if (words.accept(",")) continue;
    const token = words.next();
    if (words.accept("=")) options.set(token.text.toLowerCase(), words.next().text);
    else by.push(token);
  }
  return by;
}

const functions: Readonly<
  Record<string, { readonly name: string; readonly isNumber: boolean; readonly type?: string }>
> = {
  c: { name: "count", isNumber: true, type: "long" },
  count: { name: "count", isNumber: true, type: "long" },
  dc: { name: "dcount", isNumber: true, type: "long" },
  distinct_count: { name: "dcount", isNumber: true, type: "long" },
  estdc: { name: "dcount", isNumber: true, type: "long" },
  sum: { name: "sum", isNumber: true },
  avg: { name: "avg", isNumber: true, type: "real" },
  mean: { name: "avg", isNumber: true, type: "real" },
  max: { name: "max", isNumber: true },
  min: { name: "min", isNumber: true },
  range: { name: "range", isNumber: true },
  median: { name: "percentile", isNumber: true },
  stdev: { name: "stdev", isNumber: true, type: "real" },
  stdevp: { name: "stdevp", isNumber: true, type: "real" },
  var: { name: "variance", isNumber: true, type: "real" },
  values: { name: "make_set", isNumber: false },
  list: { name: "make_list", isNumber: false },
  earliest: { name: "arg_min", isNumber: false },
  latest: { name: "arg_max", isNumber: false },
  first: { name: "take_any", isNumber: false },
  last: { name: "take_any", isNumber: false },
  mode: { name: "mode", isNumber: false },
};

/** Follows an aggregation: what its names stand for. `slot` is the length of the time slots of `_time`, in milliseconds. */
export function aggregated(
  pipeline: Pipeline,
  { values, by, options }: SplAggregation,
  slot: number | undefined,
): Made[] {
  const { reader, scope } = pipeline;
  const span = writtenLength(options.get("span") ?? "") ?? slot;
  const keys = pipeline.groupKeys(by.map(nameOf), (key) =>
    key.kind === "name" && key.name === "_time" ? (span ?? Number.NaN) : undefined,
  );
  const { within } = keys;
  const groupsOf: Pick<Aggregate, "by" | "within"> =
    within === undefined || Number.isNaN(within) ? { by: keys.by } : { by: keys.by, within };
  const groupNames = by.map((token): Made => {
    const expression = nameOf(token);
    return { name: expression.name, meaning: { kind: "expression", expression, scope } };
  });
  const made = values.map(({ name, function: written, of }): Made => {
    const percentile = /^(?:p|perc|exactperc|upperperc)(\d+)$/.exec(written);
    const known = Object.hasOwn(functions, written) ? functions[written] : undefined;
    const field = reader.nameBehind(of, scope);
    const aggregate: Aggregate = {
      function: timeFunction(written, of) ?? known?.name ?? (percentile === null ? written : "percentile"),
      ...(of === "" ? {} : { of: field }),
      ...groupsOf,
      isNumber: timeFunction(written, of) !== undefined || (known?.isNumber ?? percentile !== null),
    };
    return {
      name,
      meaning: { kind: "aggregate", aggregate },
      ...(known?.type === undefined ? {} : { type: known.type }),
    };
  });
  return [...made, ...groupNames];
}

function nameOf(token: Token): Expression & { kind: "name" } {
  return { kind: "name", name: plainText(token), span: token.span };
}

/** The earliest time is the least one. */
function timeFunction(written: string, of: string): string | undefined {
  if (of !== "_time") return undefined;
  return { earliest: "min", latest: "max" }[written];
}

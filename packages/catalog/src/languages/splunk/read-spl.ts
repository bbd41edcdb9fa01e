import type { Expression } from "../expressions/expression.js";
import { Pipeline, type ReadPipeline } from "../expressions/pipeline.js";
import { writtenLength } from "../parsing/literals.js";
import { parsing, SyntaxFailure, Words } from "../parsing/tokens.js";
import { macroUse } from "./macros.js";
import { aggregated, aggregation } from "./spl-aggregates.js";
import { generating, withoutEffect } from "./spl-commands.js";
import { evalExpression, searchExpression, splDialect, unescaped } from "./spl-expression.js";
import { allText, nameIn, optionsOf } from "./spl-options.js";
import { expressionRules, type SplCommand, type SplReader, type SplText } from "./spl-words.js";

/** A search, or one within it. */
export interface ReadSpl {
  readonly pipeline: ReadPipeline;
  /** The macros, data models and look-ups that it begins with, by what they are: `macro`, `datamodel`, `lookup`. */
  readonly sources: Readonly<Record<string, string>>;
  /** Beginnings of names that renaming has taken away. */
  readonly lostPrefixes: readonly string[];
  readonly inner: readonly ReadSpl[];
}

/** How deep searches may stand in searches, and how many beginnings of names renaming may take away. */
const most = { depth: 10, prefixes: 50 };

/** Follows a search, and those in its brackets. Throws `SyntaxFailure`. */
export function readSpl(reader: SplReader, source: SplText, start = 0, end = source.text.length, depth = 0): ReadSpl {
  if (depth > most.depth) throw new SyntaxFailure(`searches nest deeper than ${most.depth} levels`, start);
  return new SplFollower(reader, source, depth).read(start, end);
}

class SplFollower {
  readonly #reader: SplReader;
  readonly #source: SplText;
  readonly #depth: number;
  readonly #pipeline: Pipeline;
  readonly #sources: Record<string, string> = {};
  readonly #lostPrefixes: string[] = [];
  readonly #inner: ReadSpl[] = [];
  /** Milliseconds of the slots that `bucket` has cut the time into. */
  #slot: number | undefined;
  readonly #followed: Readonly<Record<string, (words: Words, command: SplCommand) => void>> = {
    search: (words, command) => this.#search(words, command),
    where: (_, command) => this.#where(command),
    eval: (_, command) => this.#eval(command),
    stats: (words) => this.#stats(words),
    sistats: (words) => this.#stats(words),
    chart: (words) => this.#stats(words),
    timechart: (words) => this.#stats(words),
    eventstats: (words) => this.#eventStats(words),
    streamstats: (words) => this.#eventStats(words),
    tstats: (words) => this.#tstats(words),
    mstats: (words) => this.#tstats(words),
    bucket: (words) => this.#bucket(words),
    bin: (words) => this.#bucket(words),
    rename: (words) => this.#rename(words),
    table: (words) => this.#fields("table", words),
    fields: (words) => this.#fields("fields", words),
    lookup: (words) => this.#lookup(words),
    inputlookup: (words) => this.#inputLookup(words),
    rex: (words) => this.#rex(words),
    regex: (words, command) => this.#regex(words, command),
    spath: (words) => this.#spath(words),
    from: (words) => this.#from(words),
    datamodel: (words) => this.#from(words),
    transaction: (words, command) => this.#transaction(words, command),
    iplocation: () => this.#places(),
    join: (words, command) => this.#join(words, command),
  };

  constructor(reader: SplReader, source: SplText, depth: number) {
    this.#reader = reader;
    this.#source = source;
    this.#depth = depth;
    this.#pipeline = new Pipeline(source.text, splDialect);
  }

  read(start: number, end: number): ReadSpl {
    const commands = this.#reader.commands(this.#source, start, end);
    commands.forEach((command, index) => {
      const isGenerating = index === 0 && !/\|\s*$/.test(command.source.text.slice(start, command.start));
      this.#follow(command, index === 0 && isGenerating);
    });
    return {
      pipeline: this.#pipeline.done(),
      sources: this.#sources,
      lostPrefixes: this.#lostPrefixes,
      inner: this.#inner,
    };
  }

  #follow(command: SplCommand, isFirst: boolean): void {
    const words = this.#reader.words(command);
    const first = words.peek();
    if (first === undefined) return;
    // What stands before the first pipe is a search, and so is a macro alone: a source, the author's hook, or one that is unread.
    const isSearch = (isFirst && !generating.has(first.text.toLowerCase())) || first.kind !== "word";
    const operator = isSearch ? "search" : first.text.toLowerCase();
    if (!isSearch) words.next();
    this.#pipeline.begin(operator, command.span);
    this.#readBrackets(command);
    if (isSearch) this.#search(words, command);
    else this.#operator(operator, words, command);
  }

  #operator(operator: string, words: Words, command: SplCommand): void {
    const follow = Object.hasOwn(this.#followed, operator) ? this.#followed[operator] : undefined;
    if (follow !== undefined) follow(words, command);
    else if (!withoutEffect.has(operator)) {
      this.#pipeline.leave(command.span, `the command \`${operator}\` is not followed`);
    }
  }

  #stats(words: Words): void {
    this.#pipeline.aggregate(aggregated(this.#pipeline, aggregation(words), this.#slot));
  }

  /** Aggregates beside the rows. */
  #eventStats(words: Words): void {
    const read = aggregation(words);
    const keys = new Set(read.by.map(({ text }) => text));
    this.#pipeline.add(aggregated(this.#pipeline, read, this.#slot).filter(({ name }) => !keys.has(name)));
  }

  #from(words: Words): void {
    this.#sources["datamodel"] = allText(words).replace(/^datamodel\s*[:=]?\s*/i, "");
  }

  /** What a join adds is made elsewhere; an inner one also keeps out rows without a partner. */
  #join(words: Words, command: SplCommand): void {
    const type = optionsOf(words).named.get("type")?.toLowerCase();
    if (type !== "left" && type !== "outer") {
      this.#pipeline.leave(command.span, "rows that have a partner in the joined search");
    }
  }

  #places(): void {
    const names = ["City", "Country", "Region", "lat", "lon"];
    this.#pipeline.add(names.map((name) => ({ name, meaning: { kind: "made" } })));
  }

  /** Searches in brackets are read on their own. */
  #readBrackets(command: SplCommand): void {
    const { tokens } = this.#reader.words(command);
    if (!tokens.some(({ text }) => text === "[") || command.source !== this.#source) return;
    if (/^(?:foreach|map)$/i.test(tokens[0]?.text ?? "")) return;
    let depth = 0;
    let from = 0;
    for (const token of tokens) {
      if (token.text === "[") {
        depth += 1;
        if (depth === 1) from = token.span.end;
      } else if (token.text === "]") {
        depth -= 1;
        if (depth === 0) this.#within(from, token.span.start);
      }
    }
  }

  /** A search in brackets that cannot be read leaves the others what they are. */
  #within(start: number, end: number): void {
    const read = parsing(() => readSpl(this.#reader, this.#source, start, end, this.#depth + 1));
    if (read.kind === "parsed") this.#inner.push(read.tree);
    else this.#pipeline.leave({ start, end }, `a search in brackets does not follow its grammar: ${read.message}`);
  }

  #search(words: Words, command: SplCommand): void {
    const sources = new Set(
      words.tokens.filter(({ kind, text }) => kind === "macro" && this.#reader.isSource(macroUse(text).name)),
    );
    for (const { text } of sources) this.#sources["macro"] = macroUse(text).name.toLowerCase();
    const left = new Words(
      "",
      words.left().filter((token) => !sources.has(token)),
      command.span.end,
    );
    const expression = searchExpression(left, () => false);
    if (left.peek() !== undefined) left.fail("a term is missing");
    this.#pipeline.filter(expression);
  }

  #where(command: SplCommand): void {
    const words = this.#expressions(command);
    const expression = evalExpression(words);
    if (words.peek() !== undefined) words.fail("`AND` or `OR` is missing");
    this.#pipeline.filter(expression);
  }

  #eval(command: SplCommand): void {
    const words = this.#expressions(command);
    do {
      if (words.peek() === undefined) break;
      const target = words.next();
      const name = target.kind === "quoted" || target.kind === "string" ? target.text.slice(1, -1) : target.text;
      words.expect("=");
      const expression = evalExpression(words);
      this.#pipeline.add([{ name, meaning: { kind: "expression", expression, scope: this.#pipeline.scope } }]);
    } while (words.accept(","));
    if (words.peek() !== undefined) words.fail("`,` is missing");
  }

  /** The words of a command behind its name, by the rules of expressions. */
  #expressions(command: SplCommand): Words {
    const words = this.#reader.words(command, expressionRules);
    words.next();
    return words;
  }

  #tstats(words: Words): void {
    const isEnd = (at: Words) => at.is("from") || at.is("where");
    const head = aggregation(words, isEnd);
    if (words.accept("from")) {
      const first = words.next();
      const name = words.accept("=") ? words.next().text : first.text;
      this.#sources["datamodel"] = name.toLowerCase();
    }
    if (words.accept("where")) {
      this.#pipeline.filter(searchExpression(words, (at) => at.isKind("word") && (at.is("by") || at.is("groupby"))));
    }
    const tail = aggregation(words);
    const whole = {
      values: head.values,
      by: [...head.by, ...tail.by],
      options: new Map([...head.options, ...tail.options]),
    };
    this.#pipeline.aggregate(aggregated(this.#pipeline, whole, this.#slot));
  }

  #bucket(words: Words): void {
    const options = optionsOf(words);
    if (options.rest.includes("_time")) this.#slot = writtenLength(options.named.get("span") ?? "");
  }

  #rename(words: Words): void {
    while (words.peek() !== undefined) {
      if (words.accept(",")) continue;
      const from = nameIn(words);
      words.expect("as");
      const to = nameIn(words);
      if (!from.includes("*")) this.#pipeline.rename(from, to);
      else if (from.endsWith("*") && to === "*") this.#losePrefix(from.slice(0, -1));
    }
  }

  #losePrefix(prefix: string): void {
    this.#lostPrefixes.push(prefix, ...this.#lostPrefixes.map((before) => `${before}${prefix}`));
    if (this.#lostPrefixes.length > most.prefixes)
      throw new SyntaxFailure(`more than ${most.prefixes} renamed beginnings`, 0);
  }

  #fields(operator: string, words: Words): void {
    const isDrop = operator === "fields" && words.accept("-") !== undefined;
    if (!isDrop) words.accept("+");
    const names: string[] = [];
    while (words.peek() !== undefined) if (!words.accept(",")) names.push(nameIn(words));
    if (isDrop) this.#pipeline.drop(names);
    else this.#pipeline.keep(names);
  }

  /** `lookup NAME field AS f OUTPUT a AS b, c`. */
  #lookup(words: Words): void {
    while (words.peek() !== undefined && !words.is("output") && !words.is("outputnew")) words.next();
    if (words.peek() === undefined) return;
    words.next();
    const names: string[] = [];
    while (words.peek() !== undefined) {
      if (words.accept(",")) continue;
      const name = nameIn(words);
      names.push(words.accept("as") ? nameIn(words) : name);
    }
    this.#pipeline.add(names.map((name) => ({ name, meaning: { kind: "made" } })));
  }

  #inputLookup(words: Words): void {
    const { rest } = optionsOf(words, "where");
    this.#sources["lookup"] = rest.join(" ");
    if (words.accept("where")) this.#pipeline.filter(searchExpression(words, () => false));
  }

  /** `rex field=f "(?<name>…)"`: names cut out of a field. */
  #rex(words: Words): void {
    const { named, strings } = optionsOf(words);
    if (named.get("mode") === "sed") return;
    const of = this.#pipeline.scope.meaning(named.get("field") ?? "_raw");
    const names = strings.flatMap((text) => [...text.matchAll(/\(\?P?<([\w.]+)>/g)].map(([, name = ""]) => name));
    this.#pipeline.add(
      names.map((name) => ({
        name,
        meaning:
          of.kind === "field"
            ? { ...of, through: [...of.through, `extract(${JSON.stringify(name)})`] }
            : of.kind === "expression"
              ? { kind: "expression", scope: of.scope, expression: cutOut(name, of.expression) }
              : { kind: "made" },
      })),
    );
  }

  /** `regex field="…"`, `regex field!="…"`, `regex "…"`. */
  #regex(words: Words, command: SplCommand): void {
    const written = words.isKind("string") ? "_raw" : nameIn(words);
    const isNot = words.accept("!=") !== undefined;
    if (!isNot) words.accept("=");
    const value = unescaped(words.expectKind("string", "a regular expression").text);
    const name = { kind: "name" as const, name: written, span: command.span };
    const parameters = [name, { kind: "value" as const, value, span: command.span }];
    const part = { kind: "call" as const, name: "match", parameters, span: command.span };
    this.#pipeline.filter(isNot ? { kind: "not", part, span: command.span } : part);
  }

  /** `spath input=f path=p output=o`; without a path it adds the names that the text has. */
  #spath(words: Words): void {
    const { named, rest } = optionsOf(words);
    const path = named.get("path") ?? rest[0];
    const input = named.get("input") ?? "_raw";
    if (path === undefined) return;
    const output = named.get("output") ?? path;
    const of = this.#pipeline.scope.meaning(input);
    const meaning =
      input === "_raw"
        ? ({ kind: "field", name: path, through: [] } as const)
        : of.kind === "field"
          ? ({ ...of, through: [...of.through, `extract_json(${JSON.stringify(path)})`] } as const)
          : ({ kind: "made" } as const);
    this.#pipeline.add([{ name: output, meaning }]);
  }

  #transaction(words: Words, command: SplCommand): void {
    const { named, rest } = optionsOf(words);
    if (named.has("startswith") || named.has("endswith")) {
      this.#pipeline.leave(command.span, "what the first and the last event of a transaction have to be");
    }
    const within = writtenLength(named.get("maxspan") ?? "");
    const span = within === undefined ? {} : { within };
    const counted = { function: "count", by: rest, ...span, isNumber: true };
    const duration = { function: "computed", of: "duration", by: rest, ...span, isNumber: true };
    this.#pipeline.add([
      { name: "eventcount", meaning: { kind: "aggregate", aggregate: counted }, type: "long" },
      { name: "duration", meaning: { kind: "aggregate", aggregate: duration } },
    ]);
  }
}

/** A name that a regular expression cuts out of a value. */
function cutOut(name: string, of: Expression): Expression {
  return {
    kind: "call",
    name: "extract",
    parameters: [of, { kind: "value", value: name, span: of.span }],
    span: of.span,
  };
}

import type { TextSpan } from "../../detections/condition.js";
import { SyntaxFailure, type Token, type TokenRules, tokensOf, Words } from "../parsing/tokens.js";
import { isFilterHook, type Macros, type MacroUse, macroText, macroUse } from "./macros.js";

/**
 * The words of SPL. A word is what stands between blanks and signs, so that it may hold `.`, `{}`, `:`, `*`, `/` and `-`; expressions
 * of `eval` and `where` are read by rules of their own.
 */
export const searchRules: TokenRules = [
  ["skip", /(?:\s+|```[\s\S]*?```)/y],
  ["macro", /`[^`]+`/y],
  ["string", /"(?:\\[\s\S]|[^"\\])*"/y],
  ["quoted", /'[^']*'/y],
  ["sign", /!=|<=|>=|==|[=<>(),|[\]]/y],
  ["word", /(?:\\[\s\S]|[^\s"'`=<>!(),|[\]\\]|!(?!=)|(?<=\w)')+/y],
];

/** The words of expressions in `eval` and `where`. */
export const expressionRules: TokenRules = [
  ["skip", /(?:\s+|```[\s\S]*?```)/y],
  ["macro", /`[^`]+`/y],
  ["string", /"(?:\\[\s\S]|[^"\\])*"/y],
  ["quoted", /'[^']*'/y],
  ["number", /(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d+)?(?![\w{])/y],
  ["name", /[A-Za-z_$@#][\w$@:#]*(?:\{[^}\s]*\})*(?:\.[A-Za-z_@][\w@:]*(?:\{[^}\s]*\})*)*/y],
  ["word", /\d\w*/y],
  ["sign", /!=|<=|>=|==|[-=<>(),|[\]+*/%.]/y],
];

/** A text of SPL: a rule's search, or a macro's definition, which all stands at the place of its use. */
export interface SplText {
  readonly text: string;
  readonly at?: TextSpan;
  /** The macros that this is the text of, the outermost first. */
  readonly within: readonly string[];
}

/** A command between two pipes. */
export interface SplCommand {
  readonly source: SplText;
  /** Characters of the source's text. */
  readonly start: number;
  readonly end: number;
  readonly span: TextSpan;
}

/** Limits of one search: its commands, and how deep and how often macros are followed. */
const most = { commands: 500, depth: 10, uses: 300 };

/** Cuts searches into commands and words, with macros written out where something says what they are. */
export class SplReader {
  readonly #macros: Macros;
  /** True for macros that stand for a source of events. */
  readonly isSource: (name: string) => boolean;
  #uses = 0;

  constructor(macros: Macros, isSource: (name: string) => boolean) {
    this.#macros = macros;
    this.isSource = isSource;
  }

  /** The commands between pipes that stand in no brackets; a macro that stands alone between pipes is its own commands. */
  commands(source: SplText, start = 0, end = source.text.length): SplCommand[] {
    const commands: SplCommand[] = [];
    let depth = 0;
    let from = start;
    let tokens: Token[] = [];
    const finish = (to: number) => {
      const [first] = tokens;
      if (first === undefined) return;
      const definition = tokens.length === 1 ? this.#definition(source, first) : undefined;
      if (definition !== undefined) commands.push(...this.commands(definition));
      else
        commands.push({
          source,
          start: from,
          end: to,
          span: source.at ?? { start: first.span.start, end: tokens.at(-1)?.span.end ?? to },
        });
      if (commands.length > most.commands) throw new SyntaxFailure(`more than ${most.commands} commands`, from);
    };
    for (const token of tokensOf(source.text, searchRules, start, end)) {
      if (token.text === "[") depth += 1;
      if (token.text === "]") depth -= 1;
      if (depth < 0) throw new SyntaxFailure("`]` closes nothing", source.at?.start ?? token.span.start);
      if (token.text === "|" && depth === 0) {
        finish(token.span.start);
        from = token.span.end;
        tokens = [];
      } else tokens.push(token);
    }
    if (depth > 0) throw new SyntaxFailure("`]` is missing", source.at?.start ?? end);
    finish(end);
    return commands;
  }

  /** The words of a command by the rules that it is read by. */
  words({ source, start, end, span }: SplCommand, rules: TokenRules = searchRules): Words {
    return new Words("", this.#tokens(source, rules, start, end), span.end);
  }

  #tokens(source: SplText, rules: TokenRules, start: number, end: number): Token[] {
    return tokensOf(source.text, rules, start, end).flatMap((token) => {
      const definition = this.#definition(source, token);
      if (definition !== undefined) return this.#tokens(definition, rules, 0, definition.text.length);
      return [source.at === undefined ? token : { ...token, span: source.at }];
    });
  }

  /** What a macro stands for; undefined for other words, sources of events, hooks, and macros that nothing defines. */
  #definition(source: SplText, token: Token): SplText | undefined {
    if (token.kind !== "macro") return undefined;
    const use: MacroUse = macroUse(token.text);
    if (this.isSource(use.name) || isFilterHook(use)) return undefined;
    const text = macroText(use, this.#macros);
    if (text === undefined || source.within.includes(use.name) || source.within.length >= most.depth) return undefined;
    this.#uses += 1;
    if (this.#uses > most.uses) throw new SyntaxFailure(`more than ${most.uses} macros`, token.span.start);
    return { text, at: source.at ?? token.span, within: [...source.within, use.name] };
  }
}

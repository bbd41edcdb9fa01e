import { joinLogic, type SigmaLogic } from "./logic.js";
import type { Selection } from "./selections.js";

/** Most parts that `N of` may be spelled out to, and how deep a condition may be nested. */
const limits = { combinations: 200, depth: 60 };

/** Most tests that the conditions of a rule may come to, with the selections that are looked through for them. */
export const mostTests = 200_000;

/** Why a condition means nothing, with the offset in its text. */
export class ConditionError extends Error {
  readonly offset: number;

  constructor(message: string, offset: number) {
    super(message);
    this.offset = offset;
  }
}

interface Token {
  readonly text: string;
  readonly offset: number;
}

/**
 * Reads a condition over named selections: `not` binds before `and`, `and` before `or`; `1 of name*`, `all of name*`,
 * `any of them`, `2 of them`. Names that begin with `_` are not among `them`.
 */
export function readCondition(text: string, selections: readonly Selection[], budget: { left: number }): SigmaLogic {
  const tokens = tokensOf(text);
  const parser = new ConditionParser(tokens, selections, text.length, budget);
  return parser.whole();
}

function tokensOf(text: string): readonly Token[] {
  const tokens: Token[] = [];
  const pattern = /\s+|[()|]|[\p{L}\p{N}_*?.-]+/uy;
  while (pattern.lastIndex < text.length) {
    const offset = pattern.lastIndex;
    const [found] = pattern.exec(text) ?? [];
    if (found === undefined) throw new ConditionError(`\`${text[offset]}\` means nothing in a condition`, offset);
    if (found === "|") {
      const message = "what follows `|` is an aggregation of the old Sigma; write a correlation instead";
      throw new ConditionError(message, offset);
    }
    if (found.trim() !== "") tokens.push({ text: found, offset });
  }
  return tokens;
}

class ConditionParser {
  #at = 0;
  readonly #tokens: readonly Token[];
  readonly #selections: readonly Selection[];
  readonly #end: number;
  readonly #budget: { left: number };

  constructor(tokens: readonly Token[], selections: readonly Selection[], end: number, budget: { left: number }) {
    this.#budget = budget;
    this.#tokens = tokens;
    this.#selections = selections;
    this.#end = end;
  }

  whole(): SigmaLogic {
    const logic = this.#or(0);
    const rest = this.#tokens[this.#at];
    if (rest !== undefined) throw new ConditionError(`\`${rest.text}\` is not expected here`, rest.offset);
    return logic;
  }

  #or(depth: number): SigmaLogic {
    const parts = [this.#and(depth)];
    while (this.#takes("or")) parts.push(this.#and(depth));
    return joinLogic("any", parts);
  }

  #and(depth: number): SigmaLogic {
    const parts = [this.#not(depth)];
    while (this.#takes("and")) parts.push(this.#not(depth));
    return joinLogic("all", parts);
  }

  #not(depth: number): SigmaLogic {
    if (depth > limits.depth) throw new ConditionError("the condition is nested too deep", this.#offset());
    if (this.#takes("not")) return { kind: "not", part: this.#not(depth + 1) };
    if (this.#takes("(")) {
      const inner = this.#or(depth + 1);
      if (!this.#takes(")")) throw new ConditionError("a `)` is missing here", this.#offset());
      return inner;
    }
    return this.#operand();
  }

  #operand(): SigmaLogic {
    const token = this.#next("a name");
    const quantity = token.text.toLowerCase();
    const isQuantity = /^(?:\d+|all|any)$/.test(quantity) && this.#tokens[this.#at]?.text.toLowerCase() === "of";
    if (!isQuantity) return this.#named(token).logic;
    this.#at += 1;
    const of = this.#next("a name, a pattern of names, or `them`");
    const parts = this.#matching(of).map(({ logic }) => logic);
    if (quantity === "all") return joinLogic("all", parts);
    const count = quantity === "any" ? 1 : Number(quantity);
    if (count < 1 || count > parts.length) {
      throw new ConditionError(`there are ${parts.length} of \`${of.text}\`, and not ${count}`, token.offset);
    }
    const sets = combinations(parts, count);
    if (sets === undefined)
      throw new ConditionError(`\`${count} of ${of.text}\` has too many combinations`, token.offset);
    if (count > 1) for (const part of sets.flat()) this.#spend(sizeOf(part), token.offset);
    return joinLogic(
      "any",
      sets.map((set) => joinLogic("all", set)),
    );
  }

  #matching(token: Token): readonly Selection[] {
    this.#spend(this.#selections.length, token.offset);
    const found = this.#found(token);
    for (const { logic } of found) this.#spend(sizeOf(logic), token.offset);
    return found;
  }

  #spend(count: number, offset: number): void {
    this.#budget.left -= count;
    if (this.#budget.left < 0) throw new ConditionError(`the condition comes to more than ${mostTests} tests`, offset);
  }

  #found({ text, offset }: Token): readonly Selection[] {
    if (text.toLowerCase() === "them") {
      const all = this.#selections.filter(({ name }) => !name.startsWith("_"));
      if (all.length > 0) return all;
      throw new ConditionError("there are no selections for `them`", offset);
    }
    if (text.split("*").length > 6) throw new ConditionError(`\`${text}\` has too many \`*\``, offset);
    const pattern = new RegExp(`^${text.replace(/[.?-]/g, "\\$&").replace(/\*+/g, ".*")}$`, "u");
    const found = this.#selections.filter(({ name }) => pattern.test(name));
    if (found.length === 0) throw new ConditionError(`no selection is called \`${text}\``, offset);
    return found;
  }

  #named({ text, offset }: Token): Selection {
    const found = this.#selections.find(({ name }) => name === text);
    if (found === undefined) throw new ConditionError(`there is no selection \`${text}\``, offset);
    this.#spend(sizeOf(found.logic) + this.#selections.length, offset);
    return found;
  }

  #next(expected: string): Token {
    const token = this.#tokens[this.#at];
    if (token === undefined) throw new ConditionError(`${expected} is missing here`, this.#end);
    this.#at += 1;
    return token;
  }

  #takes(word: string): boolean {
    if (this.#tokens[this.#at]?.text.toLowerCase() !== word) return false;
    this.#at += 1;
    return true;
  }

  #offset(): number {
    return this.#tokens[this.#at]?.offset ?? this.#end;
  }
}

function sizeOf(logic: SigmaLogic): number {
  if (logic.kind === "not") return sizeOf(logic.part);
  return logic.kind === "all" || logic.kind === "any" ? logic.parts.reduce((sum, part) => sum + sizeOf(part), 1) : 1;
}

/** All sets of some parts; undefined where they are too many. */
function combinations<T>(parts: readonly T[], count: number): readonly (readonly T[])[] | undefined {
  if (count === 1) return parts.map((part) => [part]);
  const found: T[][] = [];
  const add = (from: number, set: readonly T[]): boolean => {
    if (set.length === count) return found.push([...set]) <= limits.combinations;
    for (let at = from; at <= parts.length - (count - set.length); at += 1) {
      const part = parts[at];
      if (part !== undefined && !add(at + 1, [...set, part])) return false;
    }
    return true;
  };
  return add(0, []) ? found : undefined;
}

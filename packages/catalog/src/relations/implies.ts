import type { Atom, Clause } from "./clause.js";

/** True where every event that meets all of `stricter` also meets all of `looser`; false where that is not known. */
export function implies(stricter: readonly Clause[], looser: readonly Clause[]): boolean {
  return looser.every((wanted) => stricter.some((given) => clauseImplies(given, wanted)));
}

export function clauseImplies(given: Clause, wanted: Clause): boolean {
  return given.every((atom) => wanted.some((other) => atomImplies(atom, other)));
}

/** True where an event can meet both for all that is known: no clause of one excludes a clause of the other. */
export function canMeetBoth(one: readonly Clause[], other: readonly Clause[]): boolean {
  return one.every((left) => other.every((right) => left.some((a) => right.some((b) => !excludes(a, b)))));
}

function atomImplies(given: Atom, wanted: Atom): boolean {
  if (given.negated !== wanted.negated) return !given.negated ? excludesValues(given, wanted) : false;
  return given.negated ? positiveImplies(wanted, given) : positiveImplies(given, wanted);
}

/** `given` is, `wanted` must not be: true where the first makes the second's comparison false. */
function excludesValues(given: Atom, wanted: Atom): boolean {
  if (
    given.field !== wanted.field ||
    given.operator !== "equals" ||
    given.other !== undefined ||
    wanted.other !== undefined
  )
    return false;
  return given.values.length > 0 && given.values.every((value) => decides(wanted) && !meetsEitherCase(value, wanted));
}

function positiveImplies(given: Atom, wanted: Atom): boolean {
  if (given.field !== wanted.field || given.other !== wanted.other) return false;
  if (given.operator === "unread" || wanted.operator === "unread") {
    return given.operator === wanted.operator && given.values.join() === wanted.values.join();
  }
  if (given.other !== undefined) return given.operator === wanted.operator;
  if (wanted.operator === "exists") return isPresence(given);
  // What was folded to lower case says nothing of case.
  if (!given.caseSensitive && wanted.caseSensitive && given.operator !== "exists")
    return sameAtom(given, wanted) && !given.values.some((value) => /\p{L}/u.test(value));
  switch (given.operator) {
    case "equals":
      return decides(wanted) && given.values.length > 0 && given.values.every((value) => meets(value, wanted));
    case "contains":
    case "startswith":
    case "endswith":
    case "has":
      return given.values.length > 0 && given.values.every((value) => partImplies(given.operator, value, wanted));
    case "less":
    case "lessOrEqual":
    case "greater":
    case "greaterOrEqual":
    case "between":
      return sameAtom(given, wanted) || rangeImplies(given, wanted);
    default:
      return sameAtom(given, wanted);
  }
}

function isPresence(given: Atom): boolean {
  if (given.operator === "exists") return true;
  return (
    given.operator !== "matches" &&
    given.operator !== "wildcard" &&
    given.values.length > 0 &&
    given.values.every((value) => value !== "")
  );
}

function sameAtom(one: Atom, other: Atom): boolean {
  return one.operator === other.operator && one.values.every((value) => other.values.includes(value));
}

/** True for comparisons whose answer for a known value can be told here. */
function decides({ operator }: Atom): boolean {
  return operator !== "matches" && operator !== "wildcard" && operator !== "cidr" && operator !== "unread";
}

/** Whether a value meets a test; only of those that `decides` is true of. */
function meets(value: string, { operator, values, caseSensitive }: Atom): boolean {
  const text = caseSensitive ? value : value.toLowerCase();
  const number = Number(text);
  switch (operator) {
    case "equals":
      return values.includes(text);
    case "contains":
      return values.some((part) => text.includes(part));
    case "startswith":
      return values.some((part) => text.startsWith(part));
    case "endswith":
      return values.some((part) => text.endsWith(part));
    case "has":
      return values.some((word) => hasWord(text, word));
    case "less":
      return values.some((bound) => number < Number(bound));
    case "lessOrEqual":
      return values.some((bound) => number <= Number(bound));
    case "greater":
      return values.some((bound) => number > Number(bound));
    case "greaterOrEqual":
      return values.some((bound) => number >= Number(bound));
    case "between":
      return values.length === 2 && number >= Number(values[0]) && number <= Number(values[1]);
    case "exists":
      return text !== "";
    default:
      return false;
  }
}

const letter = /[\p{L}\p{N}]/u;

/** As KQL's `has` finds words: what stands before and after is no letter or digit. */
export function hasWord(text: string, word: string): boolean {
  if (word === "") return true;
  for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1)) {
    const [before = "", after = ""] = [text[at - 1], text[at + word.length]];
    if (!(letter.test(before) && letter.test(word[0] ?? "")) && !(letter.test(after) && letter.test(word.at(-1) ?? "")))
      return true;
  }
  return false;
}

/** A part that a text has says what other parts it has. */
function partImplies(operator: Atom["operator"], part: string, wanted: Atom): boolean {
  const text = wanted.caseSensitive ? part : part.toLowerCase();
  switch (wanted.operator) {
    case "contains":
      return wanted.values.some((other) => text.includes(other));
    case "has":
      // A word inside of what stands between blanks is one; at its edges more letters may follow, unless it was a word.
      return wanted.values.some((other) => (operator === "has" ? hasWord(text, other) : hasWord(`a${text}a`, other)));
    case "startswith":
      return operator === "startswith" && wanted.values.some((other) => text.startsWith(other));
    case "endswith":
      return operator === "endswith" && wanted.values.some((other) => text.endsWith(other));
    default:
      return false;
  }
}

function rangeImplies(given: Atom, wanted: Atom): boolean {
  const [inner, outer] = [rangeOf(given), rangeOf(wanted)];
  if (inner === undefined || outer === undefined) return false;
  const above = inner.low > outer.low || (inner.low === outer.low && (outer.lowIncluded || !inner.lowIncluded));
  const below = inner.high < outer.high || (inner.high === outer.high && (outer.highIncluded || !inner.highIncluded));
  return above && below;
}

function rangeOf({ operator, values }: Atom) {
  const numbers = values.map(Number);
  const [first = Number.NaN, second = Number.NaN] = numbers;
  if (numbers.length !== (operator === "between" ? 2 : 1) || numbers.some(Number.isNaN)) return undefined;
  const all = { low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY, lowIncluded: true, highIncluded: true };
  switch (operator) {
    case "less":
      return { ...all, high: first, highIncluded: false };
    case "lessOrEqual":
      return { ...all, high: first };
    case "greater":
      return { ...all, low: first, lowIncluded: false };
    case "greaterOrEqual":
      return { ...all, low: first };
    case "between":
      return { ...all, low: first, high: second };
    default:
      return undefined;
  }
}

/** True where no value can meet both. */
function excludes(one: Atom, other: Atom): boolean {
  if (one.field !== other.field || one.other !== undefined || other.other !== undefined) return false;
  if (one.negated && other.negated) return false;
  if (one.negated) return positiveImplies(other, one);
  if (other.negated) return positiveImplies(one, other);
  if (one.operator === "equals" && decides(other)) return !one.values.some((value) => meetsEitherCase(value, other));
  if (other.operator === "equals" && decides(one)) return !other.values.some((value) => meetsEitherCase(value, one));
  return false;
}

/** A value that was folded may have had any case. */
function meetsEitherCase(value: string, atom: Atom): boolean {
  const folded = { ...atom, caseSensitive: false, values: atom.values.map((one) => one.toLowerCase()) };
  return meets(value, atom) || meets(value.toLowerCase(), folded);
}

import { hourLength } from "./measure.js";

/** What was found out of a table. */
interface Found<Answer> {
  /** What the table and the time were then. */
  readonly when: string;
  readonly answer: Promise<Answer>;
}

/**
 * Looks at a table only where its rows are no longer those of the last look, or another hour has begun. Where the store does not say what
 * a table takes, every look is a new one.
 */
export function keptWhileSame<Answer>(): (
  table: string,
  size: { readonly state: string } | undefined,
  now: Date,
  look: () => Promise<Answer>,
) => Promise<Answer> {
  const known = new Map<string, Found<Answer>>();
  return (table, size, now, look) => {
    if (size === undefined) return look();
    const when = `${Math.floor(now.getTime() / hourLength)} ${size.state}`;
    const last = known.get(table);
    if (last?.when === when) return last.answer;
    const mine = { when, answer: look() };
    known.set(table, mine);
    mine.answer.catch(() => {
      if (known.get(table) === mine) known.delete(table);
    });
    return mine.answer;
  };
}

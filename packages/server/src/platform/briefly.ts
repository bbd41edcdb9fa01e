import type { Clock } from "./clock.js";

/** The same answer for all who ask within some milliseconds, worked out once; one that failed is asked for anew. */
export function briefly<Answer>(
  clock: Clock,
  milliseconds: number,
  work: () => Promise<Answer>,
): () => Promise<Answer> {
  let known: { readonly until: number; readonly answer: Promise<Answer> } | undefined;
  return () => {
    const now = clock().getTime();
    // A clock that was set back does not make an answer last.
    if (known !== undefined && now < known.until && known.until - now <= milliseconds) return known.answer;
    const answer = work();
    const mine = { until: now + milliseconds, answer };
    known = mine;
    answer.catch(() => {
      if (known === mine) known = undefined;
    });
    return answer;
  };
}

/** The same for each of many questions, told apart by a key; those that were asked longest ago are forgotten first. */
export function brieflyFor<Question, Answer>(
  clock: Clock,
  milliseconds: number,
  { keyOf, work, most = 100 }: Questions<Question, Answer>,
): (question: Question) => Promise<Answer> {
  const known = new Map<string, () => Promise<Answer>>();
  return (question) => {
    const key = keyOf(question);
    const answer = known.get(key) ?? briefly(clock, milliseconds, () => work(question));
    known.delete(key);
    known.set(key, answer);
    for (const oldest of known.keys()) {
      if (known.size <= most) break;
      known.delete(oldest);
    }
    return answer();
  };
}

/** Questions, how they are told apart and answered, and how many are kept. */
interface Questions<Question, Answer> {
  readonly keyOf: (question: Question) => string;
  readonly work: (question: Question) => Promise<Answer>;
  readonly most?: number;
}

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

/** A number of things in words: `1 rule`, `2 rules`. */
export function counted(count: number, word: string): string {
  return `${count} ${count === 1 ? word : `${word}s`}`;
}

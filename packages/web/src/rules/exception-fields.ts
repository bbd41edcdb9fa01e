/** A column and its values as one text; and the values as they were proposed, as long as nobody has written others. */
export type Pair = readonly [column: string, value: string, proposed?: string | readonly string[]];

/** A proposed value may hold commas itself; of what somebody has written, commas and spaces make a list. */
export function fieldsOf(pairs: readonly Pair[]): Record<string, string | string[]> {
  const filled = pairs.filter(([column]) => column !== "");
  return Object.fromEntries(
    filled.map(([column, value, proposed]) => {
      if (proposed !== undefined) return [column, typeof proposed === "string" ? proposed : [...proposed]];
      const values = value.split(/,\s+/).filter((one) => one !== "");
      return [column, values.length > 1 ? values : value];
    }),
  );
}

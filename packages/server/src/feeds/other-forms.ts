/** The ends of names by which Log Analytics tells columns of one key and several types apart. */
const ends = /_(?:s|d|b|t|g)$/;

/** The columns that have a column's values where these come with another type: of the same name but for its end. */
export function otherForms<T extends { readonly name: string }>(
  { name }: { readonly name: string },
  columns: readonly T[],
): readonly T[] {
  const stem = name.replace(ends, "");
  return columns.filter(
    (other) =>
      other.name !== name && other.name.replace(ends, "") === stem && (ends.test(name) || ends.test(other.name)),
  );
}

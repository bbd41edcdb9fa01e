/**
 * How the names of columns begin that exist only between operators. The second character is invisible and stands in no
 * log, since names such as `#text` are the data's own.
 */
const mark = "#\u2063";

/** The name of a column that exists only between operators. */
export function internalName(hint: string): string {
  return mark + hint;
}

/** Whether a column exists only between operators. */
export function isInternal(name: string): boolean {
  return name.startsWith(mark);
}

/** The column that carries `ingestion_time()`. */
export const ingestionTime = internalName("ingestion_time");

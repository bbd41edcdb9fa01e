/** A day of March 2026, in which the rows lie. */
export const day = (text) => `toDateTime64('2026-03-${text} 00:00:00', 7, 'UTC')`;

/** The form of a text that word searches compare; the text index of the table is on it. */
export const searched = (column) =>
  `if(isValidASCII(${column}), lower(${column}), lowerUTF8(replaceRegexpAll(${column}, '[^\\\\p{L}\\\\p{N}\\\\x00-\\\\x7F]', ' ')))`;

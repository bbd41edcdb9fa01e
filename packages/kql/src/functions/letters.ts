import { type Sql, sql, text } from "../sql/sql.js";

/** Lower case by letter; a letter whose lower case is no single letter stays. */
export function lowered(source: Sql): Sql {
  const letters = sql`arrayStringConcat(arrayMap(_c -> if(lengthUTF8(lowerUTF8(_c)) = 1, lowerUTF8(_c), _c), ${characters(source)}))`;
  // Lower case of these depends on their neighbours, or is more than one letter.
  return sql`multiIf(isValidASCII(${source}), lower(${source}), match(${source}, '[İΣ]'), ${letters}, lowerUTF8(${source}))`;
}

/** Upper case by letter; a letter whose upper case is no single letter stays, as `ß` does. */
export function raised(source: Sql): Sql {
  const letters = sql`arrayStringConcat(arrayMap(_c -> if(lengthUTF8(upperUTF8(_c)) = 1, upperUTF8(_c), _c), ${characters(source)}))`;
  return sql`multiIf(isValidASCII(${source}), upper(${source}), match(${source}, ${text(manyLetters)}), ${letters}, upperUTF8(${source}))`;
}

/** The characters of a string as an array. */
export function characters(source: Sql): Sql {
  return sql`extractAll(${source}, '(?s).')`;
}

/** Letters whose upper case is several. */
const manyLetters =
  "[\\x{df}\\x{149}\\x{1f0}\\x{390}\\x{3b0}\\x{587}\\x{1e96}-\\x{1e9a}\\x{1f50}\\x{1f52}\\x{1f54}\\x{1f56}\\x{1f80}-\\x{1faf}" +
  "\\x{1fb2}-\\x{1fb4}\\x{1fb6}\\x{1fb7}\\x{1fbc}\\x{1fc2}-\\x{1fc4}\\x{1fc6}\\x{1fc7}\\x{1fcc}\\x{1fd2}\\x{1fd3}\\x{1fd6}\\x{1fd7}" +
  "\\x{1fe2}-\\x{1fe4}\\x{1fe6}\\x{1fe7}\\x{1ff2}-\\x{1ff4}\\x{1ff6}\\x{1ff7}\\x{1ffc}\\x{fb00}-\\x{fb06}\\x{fb13}-\\x{fb17}]";

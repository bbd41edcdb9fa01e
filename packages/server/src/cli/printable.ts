/**
 * Text from logs made safe for a terminal: control characters, which could move the cursor or hide text, and the marks that
 * turn the direction of writing are shown by their number.
 */
export function printable(text: string): string {
  return text.replace(unsafe, (character) => {
    const short = shortEscapes[character];
    return short ?? `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
  });
}

const unsafe = /[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;
const shortEscapes: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };

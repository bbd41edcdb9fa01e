/** Characters that are not seen, or that change how others are shown: controls, format characters (bidirectional marks, zero-width, tags), fillers. */
const hidden = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\u115f\u1160\u3164\uffa0]|[\ufe00-\ufe0e]|[\u{e0100}-\u{e01ef}]/gu;

/** Text with each character that would be hidden or would hide others written out. */
export function visible(text: string): string {
  return text.replace(hidden, written);
}

/** The same, with lines and tabs as they are, for places that show text of several lines. */
export function visibleLines(text: string): string {
  return text.replace(hidden, (character) =>
    character === "\n" || character === "\t" ? character : written(character),
  );
}

function written(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  if (code === 0x0a) return "⏎";
  if (code === 0x09) return "⇥";
  return `⟨U+${code.toString(16).toUpperCase().padStart(4, "0")}⟩`;
}

/** How a text becomes bytes before it is written in base 64. */
export type TextEncoding = "utf8" | "utf16le" | "utf16be" | "utf16";

/** The bytes of a text. */
export function bytesOf(text: string, encoding: TextEncoding): Uint8Array {
  if (encoding === "utf8") return new TextEncoder().encode(text);
  const units = [...(encoding === "utf16" ? "\uFEFF" : ""), ...text].join("");
  const bytes = new Uint8Array(units.length * 2);
  const view = new DataView(bytes.buffer);
  for (let at = 0; at < units.length; at += 1) view.setUint16(at * 2, units.charCodeAt(at), encoding !== "utf16be");
  return bytes;
}

/** Bytes in base 64. */
export function base64(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length; at += 3) {
    const [first = 0, second = 0, third = 0] = bytes.subarray(at, at + 3);
    const group = (first << 16) | (second << 8) | third;
    const letters = [18, 12, 6, 0].map((shift) => alphabet[(group >> shift) & 63] ?? "");
    text += letters.slice(0, Math.min(3, bytes.length - at) + 1).join("");
  }
  return text + "=".repeat((4 - (text.length % 4)) % 4);
}

/** What of bytes in base 64 is always there, wherever in a longer text they stand: one text for each of the three offsets. */
export function base64Offsets(bytes: Uint8Array): readonly string[] {
  return [0, 1, 2].map((offset) => {
    const shifted = new Uint8Array(bytes.length + offset).fill(32, 0, offset);
    shifted.set(bytes, offset);
    const end = [undefined, -3, -2][shifted.length % 3];
    return base64(shifted).slice([0, 2, 3][offset], end);
  });
}

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/** The value of a JSON text, with whole numbers beyond ±2^53 as text, since a number would not hold them; undefined where it is no JSON. */
export function exactJson(text: string): unknown {
  try {
    return JSON.parse(text.replace(stringOrNumber, exactToken));
  } catch {
    return undefined;
  }
}

const stringOrNumber = /"(?:[^"\\]|\\.)*"|-?\d{16,}(?![\d.eE])/g;

function exactToken(token: string): string {
  return token.startsWith('"') || Number.isSafeInteger(Number(token)) ? token : `"${token}"`;
}

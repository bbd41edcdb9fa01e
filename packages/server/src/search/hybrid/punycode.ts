// The numbers of RFC 3492, section 5.
const base = 36;
const tMin = 1;
const tMax = 26;
const skew = 38;
const damp = 700;
const initialBias = 72;
const firstBeyondAscii = 128;

/** A text in Punycode, without the prefix `xn--`. */
export function punycodeOf(text: string): string {
  const codes = [...text].map((character) => character.codePointAt(0) ?? 0);
  const basic = codes.filter((code) => code < firstBeyondAscii);
  let output = String.fromCodePoint(...basic) + (basic.length > 0 ? "-" : "");
  let [n, delta, bias, handled] = [firstBeyondAscii, 0, initialBias, basic.length];
  while (handled < codes.length) {
    const next = codes.reduce((least, code) => (code >= n && code < least ? code : least), Number.POSITIVE_INFINITY);
    delta += (next - n) * (handled + 1);
    n = next;
    for (const code of codes) {
      if (code < n) delta += 1;
      if (code !== n) continue;
      output += variableLength(delta, bias);
      bias = adapted(delta, handled + 1, handled === basic.length);
      delta = 0;
      handled += 1;
    }
    delta += 1;
    n += 1;
  }
  return output;
}

/** The text that Punycode stands for; undefined where it is none. */
export function textOfPunycode(encoded: string): string | undefined {
  if (/[^\0-\x7f]/.test(encoded)) return undefined;
  const cut = encoded.lastIndexOf("-");
  const output = [...encoded.slice(0, Math.max(0, cut))].map((character) => character.charCodeAt(0));
  let [n, i, bias] = [firstBeyondAscii, 0, initialBias];
  for (let at = cut > 0 ? cut + 1 : 0; at < encoded.length; ) {
    const before = i;
    for (let weight = 1, k = base; ; k += base) {
      const digit = digitOf(encoded[at]);
      at += 1;
      if (digit === undefined) return undefined;
      i += digit * weight;
      const t = threshold(k, bias);
      if (digit < t) break;
      weight *= base - t;
      if (!Number.isSafeInteger(i + base * weight)) return undefined;
    }
    bias = adapted(i - before, output.length + 1, before === 0);
    n += Math.floor(i / (output.length + 1));
    i %= output.length + 1;
    if (n > 0x10ffff || (n >= 0xd800 && n <= 0xdfff)) return undefined;
    output.splice(i, 0, n);
    i += 1;
  }
  return output.map((code) => String.fromCodePoint(code)).join("");
}

function variableLength(delta: number, bias: number): string {
  let rest = delta;
  let output = "";
  for (let k = base; ; k += base) {
    const t = threshold(k, bias);
    if (rest < t) return output + digits[rest];
    output += digits[t + ((rest - t) % (base - t))];
    rest = Math.floor((rest - t) / (base - t));
  }
}

const digits = "abcdefghijklmnopqrstuvwxyz0123456789";

function digitOf(character: string | undefined): number | undefined {
  const at = character === undefined ? -1 : digits.indexOf(character.toLowerCase());
  return at < 0 ? undefined : at;
}

function threshold(k: number, bias: number): number {
  return Math.min(tMax, Math.max(tMin, k - bias));
}

function adapted(delta: number, points: number, isFirst: boolean): number {
  let rest = Math.floor(delta / (isFirst ? damp : 2));
  rest += Math.floor(rest / points);
  let k = 0;
  for (; rest > ((base - tMin) * tMax) / 2; k += base) rest = Math.floor(rest / (base - tMin));
  return k + Math.floor(((base - tMin + 1) * rest) / (rest + skew));
}

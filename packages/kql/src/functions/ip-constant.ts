/** An address range that is known when the query is compiled. */
export interface Range {
  /** The network's number, bits after the prefix cleared. */
  readonly network: bigint;
  readonly prefix: number;
}

/** An IPv4 text such as `10.0.0.0/8` as a range; undefined where it is none. */
export function ipv4Range(text: string): Range | undefined {
  const [address = "", prefix] = splitPrefix(text, 32);
  const number = ipv4Value(address);
  return number === undefined || prefix === undefined ? undefined : range(number, prefix, 32);
}

/** An IPv6 text, or an IPv4 one mapped into IPv6, as a range; undefined where it is none. */
export function ipv6Range(text: string): Range | undefined {
  const plain = text.replace(/^::(?=[0-9]+\.)/, "");
  const ipv4 = ipv4Range(plain);
  if (ipv4) return { network: ipv4.network | (0xffffn << 32n), prefix: ipv4.prefix + 96 };
  const [address = "", prefix] = splitPrefix(plain, 128);
  const number = ipv6Value(address);
  return number === undefined || prefix === undefined ? undefined : range(number, prefix, 128);
}

/** The bits that a prefix keeps, of an address of 32 or 128 bits. */
export function maskOf(prefix: number, bits: 32 | 128): bigint {
  return ((1n << BigInt(prefix)) - 1n) << BigInt(bits - prefix);
}

/** An IPv4 address without a prefix as a number; undefined where the text is none. */
export function ipv4Value(address: string): bigint | undefined {
  const parts = address.split(".");
  if (parts.length !== 4 || !parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) <= 255))
    return undefined;
  return parts.reduce((sum, part) => (sum << 8n) | BigInt(part), 0n);
}

function range(number: bigint, prefix: number, bits: 32 | 128): Range {
  return { network: number & maskOf(prefix, bits), prefix };
}

function splitPrefix(text: string, bits: number): readonly [string, number | undefined] {
  const slash = text.indexOf("/");
  if (slash < 0) return [text, bits];
  const written = text.slice(slash + 1);
  const prefix = /^\d{1,3}$/.test(written) && Number(written) <= bits ? Number(written) : undefined;
  return [text.slice(0, slash), prefix];
}

function ipv6Value(address: string): bigint | undefined {
  const halves = address.split("::");
  if (halves.length > 2) return undefined;
  const [head, tail] = halves.map(groups);
  if (head === undefined || (halves.length === 2 && tail === undefined)) return undefined;
  const missing = 8 - head.length - (tail?.length ?? 0);
  if (tail === undefined ? missing !== 0 : missing < 1) return undefined;
  const all = tail === undefined ? head : [...head, ...Array<bigint>(missing).fill(0n), ...tail];
  return all.reduce((sum, group) => (sum << 16n) | group, 0n);
}

/** The groups of one side of `::`; a dotted address at the end is two of them. */
function groups(side: string): readonly bigint[] | undefined {
  if (side === "") return [];
  const found: bigint[] = [];
  const parts = side.split(":");
  for (const [index, part] of parts.entries()) {
    const dotted = index === parts.length - 1 ? ipv4Value(part) : undefined;
    if (dotted !== undefined) found.push(dotted >> 16n, dotted & 0xffffn);
    else if (/^[0-9a-fA-F]{1,4}$/.test(part)) found.push(BigInt(`0x${part}`));
    else return undefined;
  }
  return found;
}

/** A stream of pseudo-random values that depends on nothing but its seed. */
export interface Random {
  /** An integer from 0 to 2^32 - 1. */
  uint32(): number;
  /** An integer from 0 to `limit` - 1. */
  below(limit: number): number;
  /** True in `probability` of the calls. */
  chance(probability: number): boolean;
  /** One of the items, each as likely as the other. */
  pick<T>(items: readonly T[]): T;
  /** An identifier in the form of a version 4 UUID. */
  guid(): string;
}

/**
 * A stream for one purpose: streams of different names are independent, so that a change to one part of the demo leaves
 * the other parts byte for byte as they were. The generator is xoshiro128**, by Blackman and Vigna.
 */
export function seededRandom(seed: number, name: string): Random {
  let state = mix(seed, hashOf(name));
  const nextState = () => (state = mix(state, 0x9e3779b9));
  let a = nextState();
  let b = nextState();
  let c = nextState();
  let d = nextState() | 1;

  const uint32 = () => {
    const product = Math.imul(b, 5);
    const result = Math.imul((product << 7) | (product >>> 25), 9) >>> 0;
    const shifted = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= shifted;
    d = (d << 11) | (d >>> 21);
    return result;
  };
  const below = (limit: number) => Math.floor((uint32() / 4294967296) * limit);
  return {
    uint32,
    below,
    chance: (probability) => uint32() < probability * 4294967296,
    pick: (items) => {
      const item = items[below(items.length)];
      if (item === undefined) throw new RangeError("Nothing to pick from");
      return item;
    },
    guid: () => guidFrom(uint32(), uint32(), uint32(), uint32()),
  };
}

/** Mixes two integers into one of 32 bits that looks unrelated to either. */
export function mix(first: number, second: number): number {
  let value = (first ^ Math.imul(second, 0x85ebca6b)) + 0x9e3779b9;
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35);
  return (value ^ (value >>> 16)) >>> 0;
}

/** An identifier in the form of a version 4 UUID that is always the same for the same key. */
export function guidOf(...key: readonly (string | number)[]): string {
  const start = key.reduce<number>((hash, part) => mix(hash, typeof part === "number" ? part : hashOf(part)), 0);
  return guidFrom(mix(start, 1), mix(start, 2), mix(start, 3), mix(start, 4));
}

function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  return hash >>> 0;
}

const hexOfByte = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));
const hex4 = (value: number) => hexOfByte[(value >>> 8) & 255]! + hexOfByte[value & 255]!;
const hex8 = (value: number) => hex4(value >>> 16) + hex4(value);

function guidFrom(a: number, b: number, c: number, d: number): string {
  const version = hex4(((b & 0x0fff) | 0x4000) >>> 0);
  const variant = hex4(((c & 0x3fff) | 0x8000) >>> 0);
  return `${hex8(a)}-${hex4(b >>> 16)}-${version}-${variant}-${hex4(c >>> 16)}${hex8(d)}`;
}

import { isIP } from "node:net";

/** A value that MaxMind's database format can hold; a number that is not whole is a double. */
export type MmdbValue = string | number | boolean | readonly MmdbValue[] | { readonly [key: string]: MmdbValue };

/** The bytes of a database in MaxMind's format, version 2, with a value for each network (`1.2.3.0/24`, `2001:db8::/32`). */
export function mmdbOf(networks: Readonly<Record<string, MmdbValue>>, ipVersion: 4 | 6 = 6): Buffer {
  const nodes: Node[] = [[undefined, undefined]];
  const values: Buffer[] = [];
  let size = 0;
  for (const [network, value] of Object.entries(networks)) {
    const bytes = encoded(value);
    insert(nodes, bitsOf(network, ipVersion), { at: size });
    values.push(bytes);
    size += bytes.length;
  }
  const tree = Buffer.concat(nodes.map((node) => Buffer.concat(node.map((record) => record24(record, nodes.length)))));
  const metadata = {
    binary_format_major_version: 2,
    binary_format_minor_version: 0,
    build_epoch: 1_700_000_000,
    database_type: "Test-City",
    description: { en: "made for a test" },
    ip_version: ipVersion,
    languages: ["en"],
    node_count: nodes.length,
    record_size: 24,
  };
  const marker = Buffer.concat([Buffer.from([0xab, 0xcd, 0xef]), Buffer.from("MaxMind.com")]);
  return Buffer.concat([tree, Buffer.alloc(16), ...values, marker, encoded(metadata)]);
}

/** Where a bit leads: to a node of the tree by its number, to a value by its place, or nowhere. */
type Record24 = number | { readonly at: number } | undefined;
type Node = [Record24, Record24];

function insert(nodes: Node[], bits: readonly (0 | 1)[], value: { readonly at: number }): void {
  let node = nodes[0];
  bits.forEach((bit, index) => {
    if (node === undefined) return;
    if (index === bits.length - 1) {
      node[bit] = value;
      return;
    }
    const next = node[bit];
    if (typeof next === "number") node = nodes[next];
    else {
      node[bit] = nodes.length;
      node = [undefined, undefined];
      nodes.push(node);
    }
  });
}

function record24(record: Record24, nodeCount: number): Buffer {
  const number = record === undefined ? nodeCount : typeof record === "number" ? record : nodeCount + 16 + record.at;
  return Buffer.from([number >> 16, (number >> 8) & 0xff, number & 0xff]);
}

function bitsOf(network: string, ipVersion: 4 | 6): readonly (0 | 1)[] {
  const [address = "", length = "0"] = network.split("/");
  const isOld = isIP(address) === 4;
  const bytes = isOld ? address.split(".").map(Number) : bytesOfIpv6(address);
  const whole = isOld && ipVersion === 6 ? [...new Array<number>(12).fill(0), ...bytes] : bytes;
  const bits = whole.flatMap((byte) => [7, 6, 5, 4, 3, 2, 1, 0].map((place) => ((byte >> place) & 1) as 0 | 1));
  return bits.slice(0, Number(length) + (isOld && ipVersion === 6 ? 96 : 0));
}

function bytesOfIpv6(address: string): readonly number[] {
  const [head = "", tail] = address.split("::");
  const groups = (text: string) => (text === "" ? [] : text.split(":"));
  const [first, last] = [groups(head), groups(tail ?? "")];
  const all = [
    ...first,
    ...new Array<string>(tail === undefined ? 0 : 8 - first.length - last.length).fill("0"),
    ...last,
  ];
  return all.flatMap((group) => [Number.parseInt(group, 16) >> 8, Number.parseInt(group, 16) & 0xff]);
}

function encoded(value: MmdbValue): Buffer {
  if (typeof value === "string") return Buffer.concat([control(2, Buffer.byteLength(value)), Buffer.from(value)]);
  if (typeof value === "boolean") return control(14, Number(value));
  if (typeof value === "number") return Number.isInteger(value) ? wholeNumber(value) : realNumber(value);
  if (isList(value)) return Buffer.concat([control(11, value.length), ...value.map(encoded)]);
  const members = Object.entries(value);
  return Buffer.concat([
    control(7, members.length),
    ...members.flatMap(([key, part]) => [encoded(key), encoded(part)]),
  ]);
}

function isList(value: MmdbValue): value is readonly MmdbValue[] {
  return Array.isArray(value);
}

function wholeNumber(value: number): Buffer {
  if (value < 0) return realNumber(value);
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return Buffer.concat([control(6, 4), bytes]);
}

function realNumber(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleBE(value);
  return Buffer.concat([control(3, 8), bytes]);
}

/** The bytes in front of a value: its type, and its size, of which the small ones stand in the first byte. */
function control(type: number, size: number): Buffer {
  const [own, more] =
    size < 29 ? [size, []] : size < 285 ? [29, [size - 29]] : [30, [(size - 285) >> 8, (size - 285) & 0xff]];
  return Buffer.from(type <= 7 ? [(type << 5) | own, ...more] : [own, type - 7, ...more]);
}

import { createHash } from "node:crypto";
import { BlockList, isIP } from "node:net";
import { entityTypes } from "@calypso/catalog";

/** What tells an entity from all others. */
export interface EntityKey {
  /** The same for the same entity; short, whatever the entity is called. */
  readonly key: string;
  /** For people: `Account ann@corp.example`. */
  readonly label: string;
}

/**
 * The strong identifiers of an entity, as Sentinel has them: entities of two alerts that share one are the same. Private
 * addresses without a scope, built-in accounts and bare names tell nobody from anybody, and give none. Upper and lower case
 * are the same but in URLs and names of files.
 */
export function strongKeys({ type, ...identifiers }: Readonly<Record<string, string>>): readonly EntityKey[] {
  if (type === undefined) return [];
  const values = new Map(Object.entries(identifiers).map(([name, value]) => [name.toLowerCase(), value.trim()]));
  const identifier = (name: string) => values.get(name.toLowerCase()) ?? "";
  const sets = type === "IP" ? addressSets(identifier("Address")) : (entityTypes[type]?.strong ?? []);
  return sets.flatMap((names) => {
    const parts = names.map((name) => [name, identifier(name)] as const);
    if (parts.some(([name, value]) => value === "" || name === "FullName") || isBuiltIn(type, identifier, names))
      return [];
    const cased = caseSensitive.has(type) ? parts : parts.map(([name, value]) => [name, value.toLowerCase()] as const);
    const key = createHash("sha256")
      .update(JSON.stringify([type, cased]))
      .digest("hex")
      .slice(0, 32);
    return [{ key, label: labelOf(type, parts) }];
  });
}

/** The strong identifiers of several entities, each once. */
export function keysOf(entities: readonly Readonly<Record<string, string>>[]): readonly EntityKey[] {
  return [...new Map(entities.flatMap(strongKeys).map((key) => [key.key, key])).values()];
}

const caseSensitive: ReadonlySet<string> = new Set(["URL", "File"]);

function addressSets(address: string): readonly (readonly string[])[] {
  const version = isIP(address);
  if (version === 0) return [];
  const isPrivate = privateNetworks.check(address, version === 4 ? "ipv4" : "ipv6");
  return [isPrivate ? ["Address", "AddressScope"] : ["Address"]];
}

/** Networks whose addresses are used again in every organisation. */
const privateNetworks = new BlockList();
for (const [network, bits] of [
  ["10.0.0.0", 8],
  ["172.16.0.0", 12],
  ["192.168.0.0", 16],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
] as const) {
  privateNetworks.addSubnet(network, bits, "ipv4");
}
privateNetworks.addSubnet("fc00::", 7, "ipv6");
privateNetworks.addSubnet("fe80::", 10, "ipv6");
privateNetworks.addAddress("::1", "ipv6");

/** Accounts that every machine has. */
function isBuiltIn(type: string, identifier: (name: string) => string, names: readonly string[]): boolean {
  if (type !== "Account") return false;
  if (names.includes("Sid")) return /^S-1-(?:[0-4]-|5-(?:\d{1,2}$|32-))/i.test(identifier("Sid"));
  return names.includes("NTDomain") && /^(?:nt authority|nt service|builtin)$/i.test(identifier("NTDomain"));
}

function labelOf(type: string, parts: readonly (readonly [string, string])[]): string {
  const [[first, name] = ["", ""], [second, more] = ["", ""]] = parts;
  const text =
    second === "UPNSuffix"
      ? `${name}@${more}`
      : second === "NTDomain" && first === "Name"
        ? `${more}\\${name}`
        : parts.map(([, value]) => value).join(" ");
  return `${type} ${text}`.slice(0, 300);
}

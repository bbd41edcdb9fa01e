import type { Entity } from "./alert.js";

/** Entities in few words: the first three by their names, and how many more there are. */
export function entityNames(entities: readonly Entity[]): string {
  const names = [...new Set(entities.map(entityName))];
  const more = names.length > 3 ? [`+${names.length - 3}`] : [];
  return [...names.slice(0, 3), ...more].join(", ");
}

function entityName(entity: Entity): string {
  const { type, ...identifiers } = entity;
  const { fullName, name, upnSuffix, hostName, dnsDomain } = identifiers;
  if (fullName !== undefined) return fullName;
  if (name !== undefined && upnSuffix !== undefined) return `${name}@${upnSuffix}`;
  if (hostName !== undefined && dnsDomain !== undefined) return `${hostName}.${dnsDomain}`;
  return Object.values(identifiers)[0] ?? type;
}

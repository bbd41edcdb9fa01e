import type { EntityMapping, Rule } from "@calypso/catalog";
import type { Column } from "@calypso/kql";
import type { Entity } from "./alert.js";
import { arrayOfCell, type Row, textOfCell } from "./cells.js";
import { identifierKey } from "./identifier-key.js";
import { sentinelEntities } from "./sentinel-entities.js";

/** Gathers the entities of one alert from its rows. */
export interface EntityCollector {
  add(row: Row): void;
  entities(): readonly Entity[];
  /** How many more there were than the limit lets in. */
  leftOut(): number;
}

/** What a rule says of entities. */
type EntityRules = Pick<Rule, "entityMappings" | "sentinelEntitiesMappings">;

/** Makes collectors that read a rule's mappings; the mappings of a collector share the limit equally. */
export function entityCollectors(rule: EntityRules, columns: readonly Column[], limit: number): () => EntityCollector {
  const positions = new Map(columns.map((column, index) => [column.name, index]));
  const mappings = mappingsOf(rule, positions);
  const share = Math.max(1, Math.floor(limit / Math.max(1, mappings.length)));
  const passedColumns = rule.sentinelEntitiesMappings.flatMap(({ columnName }) => positions.get(columnName) ?? []);
  return () => collect(mappings, positions, passedColumns, { share, limit });
}

function collect(
  mappings: readonly EntityMapping[],
  positions: ReadonlyMap<string, number>,
  passedColumns: readonly number[],
  { share, limit }: { readonly share: number; readonly limit: number },
): EntityCollector {
  const found = mappings.map(() => new Map<string, Entity>());
  const passed = new Map<string, Entity>();
  let leftOut = 0;
  const keep = (entities: Map<string, Entity>, entity: Entity, most: number) => {
    const key = JSON.stringify(entity);
    if (entities.has(key)) return;
    if (entities.size < most) entities.set(key, entity);
    else leftOut += 1;
  };
  return {
    add(row) {
      for (const [index, mapping] of mappings.entries()) {
        const entity = entityOf(mapping, positions, row);
        const entities = found[index];
        if (entity !== undefined && entities !== undefined) keep(entities, entity, share);
      }
      for (const position of passedColumns) {
        for (const entity of sentinelEntities(arrayOfCell(row[position]) ?? [])) keep(passed, entity, limit);
      }
    },
    // The same entity found by two mappings is told once.
    entities: () => [...new Map([...found, passed].flatMap((entities) => [...entities])).values()],
    leftOut: () => leftOut,
  };
}

/** Column names that meant an entity before rules had mappings. */
const legacyColumns: readonly (readonly [string, string, string])[] = [
  ["AccountCustomEntity", "Account", "FullName"],
  ["HostCustomEntity", "Host", "FullName"],
  ["IPCustomEntity", "IP", "Address"],
  ["URLCustomEntity", "URL", "Url"],
];

function mappingsOf(rule: EntityRules, positions: ReadonlyMap<string, number>): readonly EntityMapping[] {
  if (rule.entityMappings.length > 0) return rule.entityMappings;
  return legacyColumns
    .filter(([columnName]) => positions.has(columnName))
    .map(([columnName, entityType, identifier]) => ({
      entityType,
      fieldMappings: [{ identifier, columnName }],
      path: "",
    }));
}

function entityOf(mapping: EntityMapping, positions: ReadonlyMap<string, number>, row: Row): Entity | undefined {
  const identifiers: Record<string, string> = {};
  for (const { identifier, columnName } of mapping.fieldMappings) {
    const text = textOfCell(row[positions.get(columnName) ?? -1]).trim();
    if (text !== "") identifiers[identifierKey(identifier)] = text;
  }
  if (Object.keys(identifiers).length === 0) return undefined;
  switch (mapping.entityType) {
    case "Account": {
      const account = { ...accountParts(identifiers["fullName"]), ...identifiers };
      return isBuiltIn(account) ? undefined : { type: "Account", ...account };
    }
    case "Host":
      return { type: "Host", ...hostParts(identifiers["fullName"]), ...identifiers };
    default:
      return { type: mapping.entityType, ...identifiers };
  }
}

function accountParts(fullName: string | undefined): Record<string, string> {
  if (fullName === undefined) return {};
  const at = fullName.lastIndexOf("@");
  if (at > 0 && at < fullName.length - 1) return { name: fullName.slice(0, at), upnSuffix: fullName.slice(at + 1) };
  const slash = fullName.indexOf("\\");
  if (slash > 0 && slash < fullName.length - 1) {
    return { name: fullName.slice(slash + 1), ntDomain: fullName.slice(0, slash) };
  }
  return { name: fullName };
}

function hostParts(fullName: string | undefined): Record<string, string> {
  if (fullName === undefined) return {};
  const slash = fullName.indexOf("\\");
  if (slash > 0 && slash < fullName.length - 1) {
    return { hostName: fullName.slice(slash + 1), ntDomain: fullName.slice(0, slash) };
  }
  const dot = fullName.indexOf(".");
  const isAddress = /^[\d.]+$/.test(fullName) || fullName.includes(":");
  if (dot <= 0 || dot === fullName.length - 1 || isAddress) return { hostName: fullName };
  return { hostName: fullName.slice(0, dot), dnsDomain: fullName.slice(dot + 1) };
}

/** Names that every machine has, and that say nothing about who it was. */
const builtInNames = new Set([
  "ADMIN",
  "ADMINISTRATOR",
  "SYSTEM",
  "ROOT",
  "ANONYMOUS",
  "AUTHENTICATED USER",
  "NETWORK",
  "NULL",
  "LOCAL SYSTEM",
  "LOCALSYSTEM",
  "NETWORK SERVICE",
]);

function isBuiltIn(account: Readonly<Record<string, string>>): boolean {
  const keys = Object.keys(account);
  const name = account["name"] ?? "";
  return keys.every((key) => key === "name" || key === "fullName") && builtInNames.has(name.toUpperCase());
}

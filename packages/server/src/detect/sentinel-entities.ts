import { entityTypeNamed } from "@calypso/catalog";
import type { Entity } from "./alert.js";
import { type Cell, textOfCell } from "./cells.js";
import { identifierKey } from "./identifier-key.js";

/**
 * The entities of an array as `SecurityAlert.Entities` holds it. Those inside others count too; a `$ref` points at one
 * that stands elsewhere in the array.
 */
export function sentinelEntities(items: readonly Cell[]): Entity[] {
  return items.flatMap((item) => entitiesIn(item));
}

function entitiesIn(cell: Cell): Entity[] {
  if (Array.isArray(cell)) return cell.flatMap((item) => entitiesIn(item));
  if (typeof cell !== "object" || cell === null || "$ref" in cell) return [];
  const entries = Object.entries(cell);
  const inner = entries.flatMap(([, value]) => (typeof value === "object" ? entitiesIn(value) : []));
  const written = entries.find(([key]) => key.toLowerCase() === "type")?.[1];
  if (typeof written !== "string") return inner;
  const identifiers = entries.filter(([key, value]) => {
    const isPlain = typeof value !== "object" && !key.startsWith("$") && key.toLowerCase() !== "type";
    return isPlain && textOfCell(value) !== "";
  });
  if (identifiers.length === 0) return inner;
  const parts = Object.fromEntries(identifiers.map(([key, value]) => [identifierKey(key), textOfCell(value)]));
  return [{ type: typeOf(written), ...parts }, ...inner];
}

/** `cloud-application` is CloudApplication; a type that no mapping knows keeps its name. */
function typeOf(written: string): string {
  return entityTypeNamed(written.replaceAll("-", "")) ?? written;
}

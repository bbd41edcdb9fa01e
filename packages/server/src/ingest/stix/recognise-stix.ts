import { firstObjects, type Properties } from "../first-objects.js";
import type { Shape } from "../recognise.js";

/**
 * Where the STIX objects of a file are: in a bundle or a TAXII envelope, an array, or one after the other; undefined for a file
 * that its first objects do not show to be STIX. Only properties of an object itself count, so that a log which holds STIX
 * objects inside its rows stays a log.
 */
export function recogniseStix(head: Buffer): Shape | undefined {
  const start = head
    .toString("utf8")
    .replace(/^\uFEFF/, "")
    .trimStart();
  if (start.startsWith("[")) return firstObjects(start.slice(1)).some(isObject) ? { kind: "objects" } : undefined;
  if (!start.startsWith("{")) return undefined;
  const [first] = firstObjects(start);
  const inside = first?.get("objects");
  if (inside !== undefined && first !== undefined) {
    const isHolder = first.get("type") === '"bundle"' || firstObjects(inside.slice(1)).some(isObject);
    const firstLine = start.split(/\r?\n/, 1)[0] ?? "";
    const lines = start.includes("\n") && firstLine.trimEnd().endsWith("}");
    return isHolder && inside.startsWith("[") ? { kind: "wrapped", property: "objects", lines } : undefined;
  }
  if (!firstObjects(start).some(isObject)) return undefined;
  return /^\{[^\n]*\}\s*(\n|$)/.test(start) ? { kind: "lines" } : { kind: "objects" };
}

function isObject(properties: Properties): boolean {
  const type = /^"([a-z][a-z0-9-]*)"$/.exec(properties.get("type") ?? "")?.[1];
  return type !== undefined && new RegExp(`^"${type}--[0-9a-f-]{36}"$`, "i").test(properties.get("id") ?? "");
}

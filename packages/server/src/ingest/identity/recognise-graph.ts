import { firstObjects, type Properties } from "../first-objects.js";
import type { Shape } from "../recognise.js";

/** An export of Microsoft Graph: whom it is about, and where its objects are. */
export interface GraphExport {
  readonly about: "users" | "roles";
  readonly shape: Shape;
  /** Only one of the pages of an answer, which are parted by their links. */
  readonly isPage: boolean;
}

/** The users, role assignments or directory roles of a tenant, as Graph answers; undefined for every other file. */
export function recogniseGraph(head: Buffer): GraphExport | undefined {
  const start = head
    .toString("utf8")
    .replace(/^\uFEFF/, "")
    .trimStart();
  if (!start.startsWith("{") && !start.startsWith("[")) return undefined;
  const [first] = firstObjects(start);
  const value = first?.get("value");
  if (!start.startsWith("[") && value?.startsWith("[")) {
    const about = aboutOf(firstObjects(value.slice(1)));
    const firstLine = start.split(/\r?\n/, 1)[0] ?? "";
    const lines = start.includes("\n") && firstLine.trimEnd().endsWith("}");
    const isPage = !lines && first?.has("@odata.nextLink") === true;
    return about === undefined ? undefined : { about, shape: { kind: "wrapped", property: "value", lines }, isPage };
  }
  const about = aboutOf(firstObjects(start));
  if (about === undefined) return undefined;
  const isLines = /^\{[^\n]*\}\s*(\n|$)/.test(start);
  return { about, shape: { kind: isLines ? "lines" : "objects" }, isPage: false };
}

function aboutOf(objects: readonly Properties[]): GraphExport["about"] | undefined {
  if (objects.some(isUser)) return "users";
  return objects.some(isAssignment) || objects.some(isDirectoryRole) ? "roles" : undefined;
}

/** Sign-ins and risky users have the name of a user too, and properties that no user has. */
function isUser(properties: Properties): boolean {
  if (!isGuid(properties.get("id"))) return false;
  if (properties.get("@odata.type") === '"#microsoft.graph.user"') return true;
  const strangers = ["appId", "appDisplayName", "userDisplayName", "riskLevel", "TimeGenerated", "Type"];
  return (
    properties.has("userPrincipalName") &&
    properties.has("displayName") &&
    strangers.every((name) => !properties.has(name))
  );
}

function isAssignment(properties: Properties): boolean {
  return isGuid(properties.get("principalId")) && properties.has("roleDefinitionId") && !properties.has("action");
}

function isDirectoryRole(properties: Properties): boolean {
  return isGuid(properties.get("id")) && properties.has("roleTemplateId") && properties.has("displayName");
}

function isGuid(json: string | undefined): boolean {
  return json !== undefined && /^"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"$/i.test(json);
}

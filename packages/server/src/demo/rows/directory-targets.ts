import { guidOf } from "../random.js";
import { type AuditTarget, changedValue, newValue } from "./audit.js";

/** A Conditional Access policy as the audit log writes it: as much of it as rules read. */
export interface PolicyState {
  readonly state: "enabled" | "disabled" | "enabledForReportingButNotEnforced";
  readonly excludeUsers?: readonly string[];
  readonly controls?: readonly string[];
}

const policyJson = (name: string, { state, excludeUsers = [], controls = ["mfa"] }: PolicyState) => ({
  id: guidOf("policy", name),
  displayName: name,
  state,
  conditions: { users: { includeUsers: ["All"], excludeUsers, excludeGroups: [] } },
  grantControls: { operator: "OR", builtInControls: controls },
});

/** A policy that was changed; its two versions are JSON inside a text inside JSON. */
export const policyTarget = (name: string, before: PolicyState, after: PolicyState): AuditTarget => ({
  id: guidOf("policy", name),
  displayName: name,
  type: "Policy",
  modifiedProperties: [
    {
      displayName: "ConditionalAccessPolicy",
      oldValue: JSON.stringify(policyJson(name, before)),
      newValue: JSON.stringify(policyJson(name, after)),
    },
  ],
});

/** A named location of address ranges. */
export interface LocationState {
  readonly trusted: boolean;
  readonly ranges: readonly string[];
}

const locationJson = (name: string, { trusted, ranges }: LocationState) =>
  JSON.stringify({ displayName: name, isTrusted: trusted, ipRanges: ranges.map((cidrAddress) => ({ cidrAddress })) });

/** A named location that was changed. */
export const locationTarget = (name: string, before: LocationState, after: LocationState): AuditTarget => ({
  id: guidOf("location", name),
  displayName: name,
  type: "Policy",
  modifiedProperties: [
    { displayName: "NamedLocation", oldValue: locationJson(name, before), newValue: locationJson(name, after) },
  ],
});

/** A key as "KeyDescription" lists it. */
export const keyText = (keyId: string, name: string) =>
  `[KeyIdentifier=${keyId},KeyType=Password,KeyUsage=Verify,DisplayName=${name}]`;

/** An application or its service principal that got a key beside those it had. */
export const keyTarget = (
  application: { readonly id: string; readonly name: string; readonly type: "Application" | "ServicePrincipal" },
  before: readonly string[],
  after: readonly string[],
): AuditTarget => ({
  id: application.id,
  displayName: application.name,
  type: application.type,
  modifiedProperties: [
    changedValue("KeyDescription", before, after),
    newValue("Included Updated Properties", "KeyDescription"),
  ],
});

/** A permission of an API that a program was given for itself; the first target is the API. */
export const permissionTarget = (
  permission: string,
  program: { readonly name: string; readonly objectId: string },
): AuditTarget => ({
  id: guidOf("Microsoft Graph"),
  displayName: "Microsoft Graph",
  type: "ServicePrincipal",
  modifiedProperties: [
    newValue("AppRole.Value", permission),
    newValue("ServicePrincipal.DisplayName", program.name),
    newValue("ServicePrincipal.ObjectID", program.objectId),
  ],
});

/** A role of the directory. */
export const roleTarget = (name: string): AuditTarget => ({
  id: guidOf("role", name),
  displayName: name,
  type: "Role",
});

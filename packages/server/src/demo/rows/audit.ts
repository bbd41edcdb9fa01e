import { isoTime } from "../iso-time.js";
import { tenant } from "../population.js";
import type { Random } from "../random.js";

/** What an audit row says was changed; old and new values are JSON inside a text, as the service writes them. */
export interface ModifiedProperty {
  readonly displayName: string;
  readonly oldValue: string | null;
  readonly newValue: string;
}

/** One thing that was changed in the directory. */
export interface AuditTarget {
  readonly id: string;
  readonly displayName: string;
  readonly type: "User" | "ServicePrincipal" | "Application" | "Role" | "Group" | "Device" | "Directory" | "Policy";
  readonly userPrincipalName?: string;
  readonly modifiedProperties?: readonly ModifiedProperty[];
}

/** One operation on the directory. */
export interface AuditEntry {
  readonly time: number;
  readonly operation: string;
  readonly category: string;
  readonly operationType: string;
  readonly service: string;
  readonly initiatedBy:
    | {
        readonly user: {
          readonly id: string;
          readonly displayName: string;
          readonly upn: string;
          readonly address: string;
        };
      }
    | { readonly app: { readonly id: string; readonly displayName: string } };
  readonly targets: readonly AuditTarget[];
  readonly details?: readonly { readonly key: string; readonly value: string }[];
}

/** A row of `AuditLogs`. */
export function auditRow(entry: AuditEntry, random: Random): string {
  const time = isoTime(entry.time);
  const by = entry.initiatedBy;
  const row = {
    TimeGenerated: time,
    ActivityDateTime: time,
    ActivityDisplayName: entry.operation,
    OperationName: entry.operation,
    AADOperationType: entry.operationType,
    Category: entry.category,
    Id: `${entry.service.replaceAll(" ", "")}_${random.guid()}`,
    CorrelationId: random.guid(),
    Result: "success",
    LoggedByService: entry.service,
    Identity: "user" in by ? by.user.displayName : by.app.displayName,
    InitiatedBy: initiator(by),
    TargetResources: entry.targets.map(({ modifiedProperties = [], ...target }) => ({ ...target, modifiedProperties })),
    AdditionalDetails: entry.details ?? [],
    Resource: "Microsoft.aadiam",
    ResourceGroup: "Microsoft.aadiam",
    ResourceId: `/tenants/${tenant.id}/providers/Microsoft.aadiam`,
    OperationVersion: "1.0",
    Level: "4",
    DurationMs: 0,
    AADTenantId: tenant.id,
    TenantId: tenant.workspace,
    SourceSystem: "Azure AD",
    Type: "AuditLogs",
  };
  return `${JSON.stringify(row)}\n`;
}

function initiator(by: AuditEntry["initiatedBy"]): object {
  if ("app" in by) return { app: { appId: null, displayName: by.app.displayName, servicePrincipalId: by.app.id } };
  const { id, displayName, upn, address } = by.user;
  return { user: { id, displayName, userPrincipalName: upn, ipAddress: address, roles: [] } };
}

/** A property that had no value before. */
export const newValue = (displayName: string, value: unknown): ModifiedProperty => ({
  displayName,
  oldValue: null,
  newValue: JSON.stringify(value),
});

/** A property that had another value before. */
export const changedValue = (displayName: string, before: unknown, after: unknown): ModifiedProperty => ({
  displayName,
  oldValue: JSON.stringify(before),
  newValue: JSON.stringify(after),
});

/** A person as the one who did something, from an address. */
export const byPerson = (
  person: { readonly id: string; readonly displayName: string; readonly upn: string },
  address: string,
): AuditEntry["initiatedBy"] => ({
  user: { id: person.id, displayName: person.displayName, upn: person.upn, address },
});

/** A person as the one to whom something was done. */
export const personTarget = (person: {
  readonly id: string;
  readonly displayName: string;
  readonly upn: string;
}): AuditTarget => ({ id: person.id, displayName: person.displayName, type: "User", userPrincipalName: person.upn });

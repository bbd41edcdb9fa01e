import { isoTime } from "../iso-time.js";
import type { Place } from "../places.js";
import { tenant } from "../population.js";
import type { Random } from "../random.js";

/** A user as alerts and risk detections name one. */
export interface AlertUser {
  readonly id: string;
  readonly displayName: string;
  readonly upn: string;
  readonly account: string;
}

/** A detection of Identity Protection about one user. */
export interface RiskDetection {
  readonly time: number;
  readonly user: AlertUser;
  readonly place: Place;
  /** Such as `passwordSpray`. */
  readonly type: string;
  readonly level: "low" | "medium" | "high";
  readonly state: "atRisk" | "remediated" | "dismissed" | "confirmedCompromised";
}

/** A row of `AADUserRiskEvents`. */
export function riskRow(risk: RiskDetection, random: Random): string {
  const time = isoTime(risk.time);
  const row = {
    TimeGenerated: time,
    ActivityDateTime: time,
    DetectedDateTime: time,
    LastUpdatedDateTime: time,
    OperationName: "User Risk Detection",
    Id: random.guid(),
    RequestId: random.guid(),
    CorrelationId: random.guid(),
    Activity: "signin",
    Source: "IdentityProtection",
    DetectionTimingType: "offline",
    TokenIssuerType: "AzureAD",
    RiskEventType: risk.type,
    RiskLevel: risk.level,
    RiskState: risk.state,
    RiskDetail: risk.state === "remediated" ? "userPassedMFADrivenByRiskBasedPolicy" : "none",
    IpAddress: risk.place.address,
    Location: { city: risk.place.city, state: risk.place.state, countryOrRegion: risk.place.country },
    UserId: risk.user.id,
    UserDisplayName: risk.user.displayName,
    UserPrincipalName: risk.user.upn,
    TenantId: tenant.workspace,
    SourceSystem: "Azure AD",
    Type: "AADUserRiskEvents",
  };
  return `${JSON.stringify(row)}\n`;
}

/** An alert that a product other than Calypso raised. */
export interface ProductAlert {
  readonly time: number;
  readonly name: string;
  readonly severity: "Informational" | "Low" | "Medium" | "High";
  readonly product: string;
  /** `IPC` is Identity Protection, `MDATP` Defender for Endpoint, `MCAS` Defender for Cloud Apps. */
  readonly provider: "IPC" | "MDATP" | "MCAS";
  readonly tactics: string;
  readonly user: AlertUser;
  readonly address: string;
}

/** A row of `SecurityAlert`. */
export function securityAlertRow(alert: ProductAlert, random: Random): string {
  const time = isoTime(alert.time);
  const entities = [
    { $id: "1", Type: "account", Name: alert.user.account, UPNSuffix: tenant.domain, AadUserId: alert.user.id },
    { $id: "2", Type: "ip", Address: alert.address },
  ];
  const row = {
    TimeGenerated: time,
    StartTime: time,
    EndTime: time,
    ProcessingEndTime: time,
    SystemAlertId: random.guid(),
    VendorOriginalId: random.guid(),
    VendorName: "Microsoft",
    ProviderName: alert.provider,
    ProductName: alert.product,
    AlertName: alert.name,
    DisplayName: alert.name,
    AlertType: alert.name.replaceAll(" ", ""),
    AlertSeverity: alert.severity,
    Description: `${alert.product} saw this for ${alert.user.displayName}.`,
    Status: "New",
    Tactics: alert.tactics,
    CompromisedEntity: alert.user.upn,
    Entities: JSON.stringify(entities),
    ExtendedProperties: JSON.stringify({ "User Account": alert.user.account, "Client IP Address": alert.address }),
    IsIncident: false,
    TenantId: tenant.workspace,
    Type: "SecurityAlert",
  };
  return `${JSON.stringify(row)}\n`;
}

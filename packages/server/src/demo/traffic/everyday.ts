import { azureActivityTraffic, azureDiagnosticsTraffic } from "./azure.js";
import { auditTraffic } from "./directory.js";
import { firewallTraffic } from "./firewall.js";
import { officeTraffic } from "./office.js";
import { riskTraffic, securityAlertTraffic } from "./risk.js";
import { servicePrincipalTraffic } from "./service-principals.js";
import { nonInteractiveTraffic, signInTraffic } from "./sign-ins.js";
import { syslogTraffic } from "./syslog.js";
import type { Traffic } from "./traffic.js";
import { securityEventTraffic, windowsEventTraffic } from "./windows.js";

/** The everyday traffic of all tables. */
export const everydayTraffic: readonly Traffic[] = [
  signInTraffic,
  nonInteractiveTraffic,
  servicePrincipalTraffic,
  auditTraffic,
  securityEventTraffic,
  windowsEventTraffic,
  syslogTraffic,
  firewallTraffic,
  azureDiagnosticsTraffic,
  securityAlertTraffic,
  riskTraffic,
  officeTraffic,
  azureActivityTraffic,
];

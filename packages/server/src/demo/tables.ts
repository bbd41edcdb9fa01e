/** The tables that the demo fills. */
export const demoTables = [
  "SigninLogs",
  "AADNonInteractiveUserSignInLogs",
  "AADServicePrincipalSignInLogs",
  "AuditLogs",
  "SecurityEvent",
  "WindowsEvent",
  "Syslog",
  "CommonSecurityLog",
  "AzureDiagnostics",
  "SecurityAlert",
  "AADUserRiskEvents",
  "OfficeActivity",
  "AzureActivity",
] as const;

/** One of the tables that the demo fills. */
export type DemoTable = (typeof demoTables)[number];

import type { Platform } from "@calypso/catalog";

/** A rule written for the test, as its platform's repository would hold it. */
export interface WrittenRule {
  readonly platform: Platform;
  readonly text: string;
  /** Of a Panther rule: the YAML beside the Python. */
  readonly beside?: string;
}

const kql = (text: string): WrittenRule => ({ platform: "Sentinel", text });
const sigma = (source: string, detection: string): WrittenRule => ({
  platform: "Sigma",
  text: `title: Written for a test
id: 11111111-2222-4333-8444-555555555555
status: test
logsource: { ${source} }
detection:
${detection
  .trim()
  .split("\n")
  .map((line) => `  ${line}`)
  .join("\n")}
level: medium
`,
});
const elastic = (index: string, query: string, language = "kuery"): WrittenRule => ({
  platform: "Elastic",
  text: `[metadata]
creation_date = "2026/01/01"
maturity = "production"

[rule]
author = ["Contoso"]
description = "Written for a test."
index = ["${index}"]
language = "${language}"
name = "Written for a test"
risk_score = 47
rule_id = "11111111-2222-4333-8444-555555555555"
severity = "medium"
type = "${language === "eql" ? "eql" : "query"}"
query = '''
${query}
'''
`,
});
const splunk = (search: string): WrittenRule => ({
  platform: "Splunk",
  text: `name: Written for a test
id: 11111111-2222-4333-8444-555555555555
type: TTP
status: production
description: Written for a test.
search: '${search.replaceAll("'", "''")} | stats count min(_time) as firstTime max(_time) as lastTime by user'
tags:
  security_domain: identity
`,
});
const panther = (logType: string, condition: string): WrittenRule => ({
  platform: "Panther",
  text: `def rule(event):\n    return ${condition}\n`,
  beside: `AnalysisType: rule\nRuleID: Written.For.A.Test\nFilename: rule.py\nEnabled: true\nSeverity: Medium\nLogTypes:\n  - ${logType}\n`,
});
const chronicle = (events: string): WrittenRule => ({
  platform: "Chronicle",
  text: `rule written_for_a_test {\n  meta:\n    author = "Contoso"\n  events:\n${events
    .trim()
    .split("\n")
    .map((line) => `    ${line.trim()}`)
    .join("\n")}\n  condition:\n    $e\n}\n`,
});

const audit = "product: azure, service: auditlogs";
const security = "product: windows, service: security";

/** What people do, each with rules that look for it, by nobody's algorithm. */
export const rulesByAction: Readonly<Record<string, readonly WrittenRule[]>> = {
  "sign in": [
    kql("SigninLogs | where ResultType == '0' and ClientAppUsed in~ ('IMAP4', 'POP3')"),
    kql(
      "union SigninLogs, AADNonInteractiveUserSignInLogs | where ResultType in ('50126', '50053') | summarize n = dcount(UserPrincipalName) by IPAddress | where n > 20",
    ),
    sigma(
      "product: azure, service: signinlogs",
      "selection:\n  AppDisplayName: Azure Active Directory PowerShell\ncondition: selection",
    ),
    elastic(
      "logs-azure.signinlogs-*",
      "event.dataset:azure.signinlogs and azure.signinlogs.properties.authentication_protocol:deviceCode and event.outcome:(success or Success)",
    ),
    splunk("`azure_monitor_aad` category=SignInLogs properties.status.errorCode=50126"),
    panther(
      "Azure.Audit",
      'event.get("operationName") == "Sign-in activity" and event.deep_get("properties", "clientAppUsed") == "IMAP4"',
    ),
  ],
  "add a member to a role": [
    kql("AuditLogs | where OperationName has 'Add member to role' | mv-expand TargetResources"),
    kql("AuditLogs | where ActivityDisplayName =~ 'Add member to role' and Result == 'success'"),
    sigma(audit, "selection:\n  properties.message: Add member to role\ncondition: selection"),
    elastic(
      "logs-azure.auditlogs-*",
      'event.dataset:azure.auditlogs and azure.auditlogs.operation_name:"Add member to role" and event.outcome:(Success or success)',
    ),
    splunk(
      '`azure_monitor_aad` operationName="Add member to role" "properties.targetResources{}.modifiedProperties{}.newValue"="*Global Administrator*"',
    ),
  ],
  "remove a member from a role": [
    kql("AuditLogs | where OperationName =~ 'Remove member from role'"),
    splunk('`azure_monitor_aad` operationName="Remove member from role"'),
  ],
  "consent to an application": [
    kql(
      "AuditLogs | where OperationName == 'Consent to application' | where tostring(TargetResources) has 'offline_access'",
    ),
    sigma(audit, "selection:\n  properties.message: Consent to application\ncondition: selection"),
    elastic(
      "logs-azure.auditlogs-*",
      'event.dataset:azure.auditlogs and azure.auditlogs.operation_name:"Consent to application" and event.outcome:success',
    ),
    splunk('`azure_monitor_aad` operationName="Consent to application" properties.result=success'),
  ],
  "give an application a permission": [
    kql("AuditLogs | where OperationName =~ 'Add app role assignment to service principal'"),
    sigma(
      audit,
      "selection:\n  properties.message: Add app role assignment to service principal\ncondition: selection",
    ),
    splunk('`azure_monitor_aad` operationName="Add app role assignment to service principal"'),
  ],
  "change a Conditional Access policy": [
    kql("AuditLogs | where OperationName in~ ('Update conditional access policy', 'Delete conditional access policy')"),
    sigma(audit, "selection:\n  properties.message: Update conditional access policy\ncondition: selection"),
    elastic(
      "logs-azure.auditlogs-*",
      'event.dataset:azure.auditlogs and azure.auditlogs.operation_name:"Update conditional access policy"',
    ),
  ],
  "give somebody rights on Azure resources": [
    kql("AzureActivity | where OperationNameValue =~ 'MICROSOFT.AUTHORIZATION/ROLEASSIGNMENTS/WRITE'"),
    sigma(
      "product: azure, service: activitylogs",
      "selection:\n  operationName: MICROSOFT.AUTHORIZATION/ROLEASSIGNMENTS/WRITE\ncondition: selection",
    ),
    elastic(
      "logs-azure.activitylogs-*",
      'event.dataset:azure.activitylogs and azure.activitylogs.operation_name:"MICROSOFT.AUTHORIZATION/ROLEASSIGNMENTS/WRITE"',
    ),
  ],
  "run a command on a virtual machine": [
    kql("AzureActivity | where OperationNameValue has 'virtualMachines/runCommand/action'"),
    elastic(
      "logs-azure.activitylogs-*",
      'event.dataset:azure.activitylogs and azure.activitylogs.operation_name:"MICROSOFT.COMPUTE/VIRTUALMACHINES/RUNCOMMAND/ACTION" and event.outcome:(Success or success)',
    ),
  ],
  "make a mailbox rule": [
    kql("OfficeActivity | where Operation in~ ('New-InboxRule', 'Set-InboxRule')"),
    sigma("product: m365, service: audit", "selection:\n  Operation: New-InboxRule\ncondition: selection"),
    elastic("logs-o365.audit-*", 'event.dataset:o365.audit and event.action:"New-InboxRule"'),
  ],
  "fail to log on to Windows": [
    kql("SecurityEvent | where EventID == 4625 | summarize count() by Account"),
    sigma(security, "selection:\n  EventID: 4625\n  LogonType: 3\ncondition: selection"),
  ],
  "log on to Windows": [
    kql("SecurityEvent | where EventID == 4624 and LogonType == 10"),
    sigma(security, "selection:\n  EventID: 4624\n  LogonType: 9\ncondition: selection"),
  ],
  "clear the log": [
    kql("SecurityEvent | where EventID == 1102"),
    sigma(security, "selection:\n  EventID:\n    - 1102\n    - 517\ncondition: selection"),
  ],
  "run whoami": [
    sigma(
      "category: process_creation, product: windows",
      "selection:\n  Image|endswith: '\\\\whoami.exe'\ncondition: selection",
    ),
    kql("DeviceProcessEvents | where FileName =~ 'whoami.exe'"),
    elastic(
      "logs-endpoint.events.process-*",
      'process where host.os.type == "windows" and event.type == "start" and process.name : "whoami.exe"',
      "eql",
    ),
    chronicle(
      '$e.metadata.event_type = "PROCESS_LAUNCH"\nre.regex($e.target.process.file.full_path, `\\\\whoami\\.exe$`) nocase',
    ),
  ],
};

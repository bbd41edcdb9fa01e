/** A rule of Sentinel as YAML, with another id, name or query. */
export function ruleYaml({
  id = "11111111-0000-4000-8000-000000000001",
  name = "Sign-ins over old protocols",
  description = "Signs in with a protocol that knows no second factor.",
  query = 'SigninLogs\n| where ClientAppUsed in ("IMAP4", "POP3")',
  severity = "Medium",
  technique = "T1078.004",
} = {}): string {
  return `id: ${id}
name: ${JSON.stringify(name)}
description: ${JSON.stringify(description)}
severity: ${severity}
queryFrequency: 1h
queryPeriod: 1h
triggerOperator: gt
triggerThreshold: 0
tactics: [InitialAccess]
relevantTechniques: [${technique}]
query: |
${query.replace(/^/gm, "  ")}
`;
}

/** The tactics that rules may name, in the order of an attack; the last two groups are ICS and newer or older names. */
export const tactics = [
  "Reconnaissance",
  "ResourceDevelopment",
  "InitialAccess",
  "Execution",
  "Persistence",
  "PrivilegeEscalation",
  "DefenseEvasion",
  "CredentialAccess",
  "Discovery",
  "LateralMovement",
  "Collection",
  "CommandAndControl",
  "Exfiltration",
  "Impact",
  "ImpairProcessControl",
  "InhibitResponseFunction",
  "PreAttack",
  "Stealth",
  "DefenseImpairment",
] as const;

/** The token of a tactic that may be written with blanks, in another case, or as a `TA` number; undefined where it is none. */
export function tacticNamed(written: string): string | undefined {
  const number = /^\s*TA(\d{4})\s*$/i.exec(written)?.[1];
  if (number !== undefined) return tacticNumbers[number];
  return byLetters.get(written.toLowerCase().replace(/[^a-z]/g, ""));
}

/** The identifier of a technique (`T1078`, `T1078.004`) that may be written in lower case; undefined where it is none. */
export function techniqueNamed(written: string): string | undefined {
  const text = written.trim().toUpperCase();
  return /^T\d{4}(?:\.\d{3})?$/.test(text) ? text : undefined;
}

const byLetters = new Map<string, string>([
  ...tactics.map((name) => [name.toLowerCase(), name] as const),
  ["commanandcontrol", "CommandAndControl"],
  ["c2", "CommandAndControl"],
  ["defenceevasion", "DefenseEvasion"],
  ["defenceimpairment", "DefenseImpairment"],
]);

const tacticNumbers: Readonly<Record<string, string>> = {
  "0043": "Reconnaissance",
  "0042": "ResourceDevelopment",
  "0001": "InitialAccess",
  "0002": "Execution",
  "0003": "Persistence",
  "0004": "PrivilegeEscalation",
  "0005": "DefenseEvasion",
  "0006": "CredentialAccess",
  "0007": "Discovery",
  "0008": "LateralMovement",
  "0009": "Collection",
  "0011": "CommandAndControl",
  "0010": "Exfiltration",
  "0040": "Impact",
};

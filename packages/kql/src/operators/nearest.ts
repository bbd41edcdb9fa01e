/** Names that mean nearly the same in security logs: where one is missing, the others are what its author looked for. */
const kin: readonly (readonly string[])[] = [
  [
    "Account",
    "UserPrincipalName",
    "AccountUpn",
    "UserId",
    "User",
    "UserName",
    "AccountName",
    "TargetUserName",
    "Caller",
    "Identity",
  ],
  [
    "IPAddress",
    "IpAddress",
    "IP",
    "CallerIpAddress",
    "CallerIPAddress",
    "ClientIP",
    "SourceIP",
    "RemoteIP",
    "SrcIpAddr",
  ],
  ["Computer", "DeviceName", "HostName", "Host", "Hostname", "DvcHostname"],
  ["TimeGenerated", "Timestamp", "EventTime", "ActivityDateTime", "CreatedDateTime"],
  ["CommandLine", "ProcessCommandLine", "Process", "ProcessName", "NewProcessName"],
  ["ResultType", "Result", "ResultCode", "Status", "ResultStatus", "ActivityStatusValue"],
  ["Operation", "OperationName", "OperationNameValue", "ActionType", "Activity"],
];

/** The names nearest to one that is not known, best first: those spelled alike, then those that mean the same. */
export function nearest(name: string, names: Iterable<string>, most = 3): readonly string[] {
  const known = [...new Set(names)];
  const wanted = name.toLowerCase();
  const limit = Math.max(2, wanted.length / 3);
  const alike = known.flatMap((candidate) => {
    const found = score(wanted, candidate.toLowerCase(), limit);
    return found <= limit ? [{ candidate, score: found }] : [];
  });
  alike.sort((a, b) => a.score - b.score || (a.candidate < b.candidate ? -1 : 1));
  const family = kin.find((group) => group.some((member) => member.toLowerCase() === wanted)) ?? [];
  const present = new Set(known);
  const meant = family.filter((member) => present.has(member));
  return [...new Set([...alike.map(({ candidate }) => candidate), ...meant])].slice(0, most);
}

/** "did you mean `a`, `b`?", or nothing where no name is near. */
export function suggestion(name: string, names: Iterable<string>): string | undefined {
  const found = nearest(name, names);
  return found.length === 0 ? undefined : `did you mean ${found.map((near) => `\`${near}\``).join(", ")}?`;
}

/** The names of a `suggestion`; none of any other text. */
export function suggested(hint: string): readonly string[] {
  const list = /^did you mean (`[^`]+`(?:, `[^`]+`)*)\?$/.exec(hint)?.[1] ?? "";
  return [...list.matchAll(/`([^`]+)`/g)].map(([, name = ""]) => name);
}

/** How far a name is from the one that is looked for; a name inside the other counts as near. */
function score(wanted: string, other: string, limit: number): number {
  const difference = Math.abs(wanted.length - other.length);
  // All that a longer name has more has to be taken away.
  const contained = other.includes(wanted) || wanted.includes(other);
  if (contained) return difference - Math.min(wanted.length, other.length);
  return difference > limit ? Number.POSITIVE_INFINITY : distance(wanted, other, limit);
}

/** The number of letters to change, add or take away; infinite where it is above the limit. */
function distance(a: string, b: string, limit: number): number {
  const row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    let diagonal = i - 1;
    let least = i;
    row[0] = i;
    for (let j = 1; j <= b.length; j++) {
      const above = row[j] ?? 0;
      const substitution = diagonal + (a.charCodeAt(i - 1) === b.charCodeAt(j - 1) ? 0 : 1);
      const cost = Math.min(substitution, above + 1, (row[j - 1] ?? 0) + 1);
      row[j] = cost;
      diagonal = above;
      if (cost < least) least = cost;
    }
    if (least > limit) return Number.POSITIVE_INFINITY;
  }
  return row[b.length] ?? 0;
}

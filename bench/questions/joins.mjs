import { day } from "./form.mjs";

/** Questions about two tables, or twice about one. */
export const joins = [
  {
    name: "join of denied addresses with successful sign-ins",
    kql: `let Denied = CommonSecurityLog | where DeviceAction == "Deny" | summarize Denials = count() by SourceIP;
      SigninLogs | where ResultType == "0" | summarize Signins = count() by IPAddress, UserPrincipalName
      | join kind=inner Denied on $left.IPAddress == $right.SourceIP
      | project UserPrincipalName, IPAddress, Signins, Denials`,
    sql: `SELECT s.UserPrincipalName, s.IPAddress, s.Signins, d.Denials
      FROM (SELECT IPAddress, UserPrincipalName, count() AS Signins FROM SigninLogs WHERE ResultType = '0' GROUP BY IPAddress, UserPrincipalName) AS s
      INNER JOIN (SELECT SourceIP, count() AS Denials FROM CommonSecurityLog WHERE DeviceAction = 'Deny' GROUP BY SourceIP) AS d ON s.IPAddress = d.SourceIP`,
    duckdb: `SELECT s.UserPrincipalName, s.IPAddress, s.Signins, d.Denials
      FROM (SELECT IPAddress, UserPrincipalName, count(*) AS Signins FROM SigninLogs WHERE ResultType = '0' GROUP BY ALL) AS s
      JOIN (SELECT SourceIP, count(*) AS Denials FROM CommonSecurityLog WHERE DeviceAction = 'Deny' GROUP BY SourceIP) AS d ON s.IPAddress = d.SourceIP`,
  },
  {
    name: "in (subquery)",
    kql: `let Suspects = SigninLogs | where ResultType == "50053" | summarize n = count() by IPAddress | where n > 15 | project IPAddress;
      SigninLogs | where ResultType == "0" and IPAddress in (Suspects) | summarize count() by UserPrincipalName`,
    sql: `SELECT UserPrincipalName, count() FROM SigninLogs WHERE ResultType = '0' AND IPAddress IN
      (SELECT IPAddress FROM SigninLogs WHERE ResultType = '50053' GROUP BY IPAddress HAVING count() > 15) GROUP BY UserPrincipalName`,
    duckdb: `SELECT UserPrincipalName, count(*) FROM SigninLogs WHERE ResultType = '0' AND IPAddress IN
      (SELECT IPAddress FROM SigninLogs WHERE ResultType = '50053' GROUP BY IPAddress HAVING count(*) > 15) GROUP BY UserPrincipalName`,
  },
  {
    name: "union of both sign-in tables",
    kql: `union SigninLogs, AADNonInteractiveUserSignInLogs | where TimeGenerated > datetime(2026-03-04) and ResultType == "0"
      | summarize Applications = dcount(AppDisplayName), Signins = count() by UserPrincipalName | where Signins > 1000`,
    sql: `SELECT UserPrincipalName, uniq(AppDisplayName) AS Applications, count() AS Signins FROM (
      SELECT UserPrincipalName, AppDisplayName FROM SigninLogs WHERE TimeGenerated > ${day("04")} AND ResultType = '0'
      UNION ALL SELECT UserPrincipalName, AppDisplayName FROM AADNonInteractiveUserSignInLogs WHERE TimeGenerated > ${day("04")} AND ResultType = '0')
      GROUP BY UserPrincipalName HAVING Signins > 1000`,
    duckdb: `SELECT UserPrincipalName, count(DISTINCT AppDisplayName) AS Applications, count(*) AS Signins FROM (
      SELECT UserPrincipalName, AppDisplayName FROM SigninLogs WHERE TimeGenerated > '2026-03-04' AND ResultType = '0'
      UNION ALL SELECT UserPrincipalName, AppDisplayName FROM AADNonInteractiveUserSignInLogs WHERE TimeGenerated > '2026-03-04' AND ResultType = '0')
      GROUP BY UserPrincipalName HAVING Signins > 1000`,
  },
  {
    name: "addresses never seen to sign in, leftanti",
    kql: `CommonSecurityLog | where DeviceAction == "Allow" | join kind=leftanti (SigninLogs | distinct IPAddress) on $left.SourceIP == $right.IPAddress
      | summarize Connections = count(), Bytes = sum(SentBytes) by DestinationPort, DeviceVendor`,
    sql: `SELECT DestinationPort, DeviceVendor, count(), sum(SentBytes) FROM CommonSecurityLog WHERE DeviceAction = 'Allow'
      AND SourceIP NOT IN (SELECT IPAddress FROM SigninLogs) GROUP BY DestinationPort, DeviceVendor`,
    duckdb: `SELECT DestinationPort, DeviceVendor, count(*), sum(SentBytes) FROM CommonSecurityLog AS c ANTI JOIN SigninLogs AS s ON c.SourceIP = s.IPAddress
      WHERE DeviceAction = 'Allow' GROUP BY ALL`,
  },
  {
    name: "locked accounts with what else they did, leftouter",
    kql: `SigninLogs | where ResultType == "50053" | summarize Locked = count() by UserPrincipalName
      | join kind=leftouter (AuditLogs | where OperationName == "Reset password" | extend UserPrincipalName = tostring(InitiatedBy.user.userPrincipalName)
        | summarize Resets = count() by UserPrincipalName) on UserPrincipalName
      | project UserPrincipalName, Locked, Resets = coalesce(Resets, 0)`,
    sql: `SELECT l.UserPrincipalName, l.Locked, r.Resets FROM (SELECT UserPrincipalName, count() AS Locked FROM SigninLogs WHERE ResultType = '50053' GROUP BY UserPrincipalName) AS l
      LEFT JOIN (SELECT JSONExtractString("InitiatedBy/user/userPrincipalName") AS name, count() AS Resets FROM AuditLogs WHERE OperationName = 'Reset password' GROUP BY name) AS r
      ON l.UserPrincipalName = r.name`,
    duckdb: `SELECT l.UserPrincipalName, l.Locked, coalesce(r.Resets, 0) FROM (SELECT UserPrincipalName, count(*) AS Locked FROM SigninLogs WHERE ResultType = '50053' GROUP BY UserPrincipalName) AS l
      LEFT JOIN (SELECT InitiatedBy->>'$.user.userPrincipalName' AS name, count(*) AS Resets FROM AuditLogs WHERE OperationName = 'Reset password' GROUP BY name) AS r
      ON l.UserPrincipalName = r.name`,
  },
  {
    name: "users who failed, then rows of their successes, innerunique",
    kql: `SigninLogs | where ResultType == "50053" and TimeGenerated > datetime(2026-03-14) | project UserPrincipalName
      | join (SigninLogs | where ResultType == "0" and AppDisplayName == "Azure Portal" | project UserPrincipalName, ClientAppUsed, Location) on UserPrincipalName
      | summarize Signins = count(), Users = dcount(UserPrincipalName) by Location, ClientAppUsed`,
    sql: `SELECT Location, ClientAppUsed, count(), uniq(UserPrincipalName) FROM SigninLogs WHERE ResultType = '0' AND AppDisplayName = 'Azure Portal' AND UserPrincipalName IN
      (SELECT UserPrincipalName FROM SigninLogs WHERE ResultType = '50053' AND TimeGenerated > ${day("14")}) GROUP BY Location, ClientAppUsed`,
    duckdb: `SELECT Location, ClientAppUsed, count(*), count(DISTINCT UserPrincipalName) FROM SigninLogs WHERE ResultType = '0' AND AppDisplayName = 'Azure Portal' AND UserPrincipalName IN
      (SELECT UserPrincipalName FROM SigninLogs WHERE ResultType = '50053' AND TimeGenerated > '2026-03-14') GROUP BY ALL`,
  },
  {
    name: "names of ports, lookup",
    kql: `CommonSecurityLog | lookup kind=leftouter (datatable(DestinationPort: int, Service: string)[22, "ssh", 80, "http", 443, "https", 3389, "rdp"]) on DestinationPort
      | summarize Connections = count(), Bytes = sum(SentBytes) by Service, DeviceAction`,
    sql: `SELECT s.Service, DeviceAction, count(), sum(SentBytes) FROM CommonSecurityLog AS c
      LEFT JOIN (SELECT * FROM values('port Int32, Service String', (22, 'ssh'), (80, 'http'), (443, 'https'), (3389, 'rdp'))) AS s ON c.DestinationPort = s.port
      GROUP BY s.Service, DeviceAction`,
    duckdb: `SELECT coalesce(s.Service, ''), DeviceAction, count(*), sum(SentBytes) FROM CommonSecurityLog AS c
      LEFT JOIN (VALUES (22, 'ssh'), (80, 'http'), (443, 'https'), (3389, 'rdp')) AS s(port, Service) ON c.DestinationPort = s.port
      GROUP BY ALL`,
  },
  {
    name: "lock followed by success within minutes, join on time",
    kql: `let Locked = SigninLogs | where ResultType == "50053" and TimeGenerated between (datetime(2026-03-05) .. datetime(2026-03-06)) | project UserPrincipalName, LockTime = TimeGenerated;
      SigninLogs | where ResultType == "0" and TimeGenerated between (datetime(2026-03-05) .. datetime(2026-03-07)) | project UserPrincipalName, TimeGenerated, IPAddress
      | join kind=inner Locked on UserPrincipalName | where TimeGenerated between (LockTime .. LockTime + 10m)
      | summarize Successes = count(), Users = dcount(UserPrincipalName) by bin(LockTime, 1h)`,
    sql: `SELECT toStartOfInterval(LockTime, INTERVAL 1 HOUR)::DateTime64(7, 'UTC') AS hour, count(), uniq(s.UserPrincipalName) FROM
      (SELECT UserPrincipalName, TimeGenerated FROM SigninLogs WHERE ResultType = '0' AND TimeGenerated >= ${day("05")} AND TimeGenerated <= ${day("07")}) AS s
      INNER JOIN (SELECT UserPrincipalName, TimeGenerated AS LockTime FROM SigninLogs WHERE ResultType = '50053' AND TimeGenerated >= ${day("05")} AND TimeGenerated <= ${day("06")}) AS l
      ON s.UserPrincipalName = l.UserPrincipalName WHERE s.TimeGenerated >= LockTime AND s.TimeGenerated <= LockTime + INTERVAL 10 MINUTE GROUP BY hour`,
    duckdb: `SELECT date_trunc('hour', l.TimeGenerated) AS hour, count(*), count(DISTINCT s.UserPrincipalName) FROM SigninLogs AS s
      JOIN SigninLogs AS l ON s.UserPrincipalName = l.UserPrincipalName AND s.TimeGenerated BETWEEN l.TimeGenerated AND l.TimeGenerated + INTERVAL 10 MINUTE
      WHERE s.ResultType = '0' AND s.TimeGenerated BETWEEN '2026-03-05' AND '2026-03-07' AND l.ResultType = '50053' AND l.TimeGenerated BETWEEN '2026-03-05' AND '2026-03-06' GROUP BY hour`,
  },
  {
    name: "far above the average, let used twice and toscalar",
    kql: `let Failures = SigninLogs | where ResultType != "0" | summarize n = count() by UserPrincipalName;
      let Average = toscalar(Failures | summarize avg(n));
      Failures | where n > 4 * Average | project UserPrincipalName, n`,
    sql: `WITH failures AS MATERIALIZED (SELECT UserPrincipalName, count() AS n FROM SigninLogs WHERE ResultType != '0' GROUP BY UserPrincipalName)
      SELECT UserPrincipalName, n FROM failures WHERE n > 4 * (SELECT avg(n) FROM failures)`,
    duckdb: `WITH failures AS MATERIALIZED (SELECT UserPrincipalName, count(*) AS n FROM SigninLogs WHERE ResultType != '0' GROUP BY UserPrincipalName)
      SELECT UserPrincipalName, n FROM failures WHERE n > 4 * (SELECT avg(n) FROM failures)`,
  },
  {
    name: "one week beside the other, fullouter",
    kql: `let Sent = (begin: datetime, end: datetime) { CommonSecurityLog | where TimeGenerated >= begin and TimeGenerated < end | summarize Bytes = sum(SentBytes) by SourceIP };
      Sent(datetime(2026-03-01), datetime(2026-03-08)) | join kind=fullouter Sent(datetime(2026-03-08), datetime(2026-03-15)) on SourceIP
      | extend Before = coalesce(Bytes, 0), After = coalesce(Bytes1, 0) | where After > Before + 150000
      | project Address = coalesce(SourceIP, SourceIP1), Before, After`,
    sql: `SELECT if(a.SourceIP = '', b.SourceIP, a.SourceIP) AS Address, ifNull(a.Bytes, 0) AS Before, ifNull(b.Bytes, 0) AS After
      FROM (SELECT SourceIP, sum(SentBytes) AS Bytes FROM CommonSecurityLog WHERE TimeGenerated >= ${day("01")} AND TimeGenerated < ${day("08")} GROUP BY SourceIP) AS a
      FULL JOIN (SELECT SourceIP, sum(SentBytes) AS Bytes FROM CommonSecurityLog WHERE TimeGenerated >= ${day("08")} AND TimeGenerated < ${day("15")} GROUP BY SourceIP) AS b
      ON a.SourceIP = b.SourceIP WHERE After > Before + 150000`,
    duckdb: `SELECT coalesce(a.SourceIP, b.SourceIP) AS Address, coalesce(a.Bytes, 0) AS Before, coalesce(b.Bytes, 0) AS After
      FROM (SELECT SourceIP, sum(SentBytes) AS Bytes FROM CommonSecurityLog WHERE TimeGenerated >= '2026-03-01' AND TimeGenerated < '2026-03-08' GROUP BY SourceIP) AS a
      FULL JOIN (SELECT SourceIP, sum(SentBytes) AS Bytes FROM CommonSecurityLog WHERE TimeGenerated >= '2026-03-08' AND TimeGenerated < '2026-03-15' GROUP BY SourceIP) AS b
      ON a.SourceIP = b.SourceIP WHERE After > Before + 150000`,
  },
];

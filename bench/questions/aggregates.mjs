import { day } from "./form.mjs";

/** Questions answered by groups and the best of them. */
export const aggregates = [
  {
    name: "failed sign-ins by address, threshold",
    kql: `SigninLogs | where TimeGenerated between (datetime(2026-03-02) .. datetime(2026-03-12)) | where ResultType != "0"
      | summarize Failures = count(), Users = dcount(UserPrincipalName) by IPAddress | where Failures > 20`,
    sql: `SELECT IPAddress, count() AS Failures, uniq(UserPrincipalName) AS Users FROM SigninLogs
      WHERE TimeGenerated >= ${day("02")} AND TimeGenerated <= ${day("12")} AND ResultType != '0' GROUP BY IPAddress HAVING Failures > 20`,
    duckdb: `SELECT IPAddress, count(*) AS Failures, count(DISTINCT UserPrincipalName) AS Users FROM SigninLogs
      WHERE TimeGenerated BETWEEN '2026-03-02' AND '2026-03-12' AND ResultType != '0' GROUP BY IPAddress HAVING Failures > 20`,
  },
  {
    name: "arg_max by user",
    kql: `SigninLogs | where ResultType == "0" | summarize arg_max(TimeGenerated, IPAddress, AppDisplayName, CorrelationId) by UserPrincipalName`,
    sql: `SELECT UserPrincipalName, r.1, r.2, r.3, r.4 FROM (SELECT UserPrincipalName, argMax((TimeGenerated, IPAddress, AppDisplayName, CorrelationId), TimeGenerated) AS r
      FROM SigninLogs WHERE ResultType = '0' GROUP BY UserPrincipalName)`,
    duckdb: `SELECT UserPrincipalName, r.t, r.i, r.a, r.c FROM (SELECT UserPrincipalName,
      arg_max({t: TimeGenerated, i: IPAddress, a: AppDisplayName, c: CorrelationId}, TimeGenerated) AS r FROM SigninLogs WHERE ResultType = '0' GROUP BY UserPrincipalName)`,
  },
  {
    name: "distinct and top",
    kql: `SigninLogs | distinct UserPrincipalName, IPAddress | summarize Addresses = count() by UserPrincipalName | sort by Addresses desc, UserPrincipalName asc | take 20`,
    sql: `SELECT UserPrincipalName, count() AS Addresses FROM (SELECT DISTINCT UserPrincipalName, IPAddress FROM SigninLogs) GROUP BY UserPrincipalName
      ORDER BY Addresses DESC, UserPrincipalName LIMIT 20`,
    duckdb: `SELECT UserPrincipalName, count(*) AS Addresses FROM (SELECT DISTINCT UserPrincipalName, IPAddress FROM SigninLogs) GROUP BY UserPrincipalName
      ORDER BY Addresses DESC, UserPrincipalName LIMIT 20`,
  },
  {
    name: "percentiles of bytes",
    kql: `CommonSecurityLog | summarize percentiles(SentBytes, 50, 95, 99), avg(SentBytes), max(SentBytes) by DeviceVendor, DestinationPort`,
    sql: `SELECT DeviceVendor, DestinationPort, q[1], q[2], q[3], average, largest FROM (SELECT DeviceVendor, DestinationPort,
      quantilesExact(0.499999, 0.949999, 0.989999)(SentBytes) AS q, avg(SentBytes) AS average, max(SentBytes) AS largest FROM CommonSecurityLog GROUP BY DeviceVendor, DestinationPort)`,
    duckdb: `SELECT DeviceVendor, DestinationPort, q[1], q[2], q[3], average, largest FROM (SELECT DeviceVendor, DestinationPort,
      quantile_disc(SentBytes, [0.5, 0.95, 0.99]) AS q, avg(SentBytes) AS average, max(SentBytes) AS largest FROM CommonSecurityLog GROUP BY ALL)`,
  },
  {
    name: "counts under conditions, dcountif",
    kql: `SigninLogs | summarize Signins = count(), Failures = countif(ResultType != "0"), Applications = dcountif(AppDisplayName, ResultType == "0"),
        Locations = dcount(Location), First = min(TimeGenerated), Last = max(TimeGenerated) by UserPrincipalName | where Failures * 8 > Signins`,
    sql: `SELECT UserPrincipalName, count() AS Signins, countIf(ResultType != '0') AS Failures, uniqIf(AppDisplayName, ResultType = '0') AS Applications,
        uniq(Location) AS Locations, min(TimeGenerated) AS First, max(TimeGenerated) AS Last FROM SigninLogs GROUP BY UserPrincipalName HAVING Failures * 8 > Signins`,
    duckdb: `SELECT UserPrincipalName, count(*) AS Signins, count(*) FILTER (ResultType != '0') AS Failures, count(DISTINCT AppDisplayName) FILTER (ResultType = '0') AS Applications,
        count(DISTINCT Location) AS Locations, min(TimeGenerated) AS First, max(TimeGenerated) AS Last FROM SigninLogs GROUP BY UserPrincipalName HAVING Failures * 8 > Signins`,
  },
  {
    name: "sets and their sizes, make_set",
    sets: true,
    kql: `SigninLogs | where ResultType == "50053" | summarize Addresses = make_set(IPAddress), Applications = make_set(AppDisplayName) by UserPrincipalName
      | extend n = array_length(Addresses) | where n > 20 | project UserPrincipalName, n, Applications`,
    sql: `SELECT UserPrincipalName, toInt64(length(groupUniqArray(IPAddress))) AS n, toJSONString(groupUniqArray(AppDisplayName)) AS Applications
      FROM SigninLogs WHERE ResultType = '50053' GROUP BY UserPrincipalName HAVING n > 20`,
    duckdb: `SELECT UserPrincipalName, len(list(DISTINCT IPAddress)) AS n, to_json(list(DISTINCT AppDisplayName)) AS Applications
      FROM SigninLogs WHERE ResultType = '50053' GROUP BY UserPrincipalName HAVING n > 20`,
  },
  {
    name: "classes of sizes, case and iff",
    kql: `CommonSecurityLog | extend Size = case(SentBytes < 1000, "small", SentBytes < 50000, "medium", "large"), Kind = iff(DestinationPort in (22, 3389), "remote", "web")
      | summarize Connections = count(), Bytes = sum(SentBytes), Denied = countif(DeviceAction == "Deny") by Size, Kind, DeviceVendor`,
    sql: `SELECT multiIf(SentBytes < 1000, 'small', SentBytes < 50000, 'medium', 'large') AS Size, if(DestinationPort IN (22, 3389), 'remote', 'web') AS Kind, DeviceVendor,
      count(), sum(SentBytes), countIf(DeviceAction = 'Deny') FROM CommonSecurityLog GROUP BY Size, Kind, DeviceVendor`,
    duckdb: `SELECT CASE WHEN SentBytes < 1000 THEN 'small' WHEN SentBytes < 50000 THEN 'medium' ELSE 'large' END AS Size,
      CASE WHEN DestinationPort IN (22, 3389) THEN 'remote' ELSE 'web' END AS Kind, DeviceVendor,
      count(*), sum(SentBytes), count(*) FILTER (DeviceAction = 'Deny') FROM CommonSecurityLog GROUP BY ALL`,
  },
  {
    name: "best of the best, top-nested",
    kql: `CommonSecurityLog | top-nested 2 of DeviceVendor by Bytes = sum(SentBytes), top-nested 5 of DestinationIP by Sent = sum(SentBytes)`,
    sql: `WITH pairs AS (SELECT DeviceVendor, DestinationIP, sum(SentBytes) AS Sent FROM CommonSecurityLog GROUP BY DeviceVendor, DestinationIP),
        best AS (SELECT DeviceVendor, sum(Sent) AS Bytes FROM pairs GROUP BY DeviceVendor ORDER BY Bytes DESC LIMIT 2)
      SELECT DeviceVendor, Bytes, DestinationIP, Sent FROM pairs INNER JOIN best USING (DeviceVendor) ORDER BY Sent DESC LIMIT 5 BY DeviceVendor`,
    duckdb: `WITH pairs AS MATERIALIZED (SELECT DeviceVendor, DestinationIP, sum(SentBytes) AS Sent FROM CommonSecurityLog GROUP BY ALL),
        best AS (SELECT DeviceVendor, sum(Sent) AS Bytes FROM pairs GROUP BY DeviceVendor ORDER BY Bytes DESC LIMIT 2)
      SELECT DeviceVendor, Bytes, DestinationIP, Sent FROM pairs JOIN best USING (DeviceVendor)
      QUALIFY row_number() OVER (PARTITION BY DeviceVendor ORDER BY Sent DESC) <= 5`,
  },
  {
    name: "newest rows, top",
    kql: `SigninLogs | where ResultType == "50053" | top 100 by TimeGenerated desc | project TimeGenerated, UserPrincipalName, IPAddress, UserAgent`,
    sql: `SELECT TimeGenerated, UserPrincipalName, IPAddress, UserAgent FROM SigninLogs WHERE ResultType = '50053' ORDER BY TimeGenerated DESC LIMIT 100`,
    duckdb: `SELECT TimeGenerated, UserPrincipalName, IPAddress, UserAgent FROM SigninLogs WHERE ResultType = '50053' ORDER BY TimeGenerated DESC LIMIT 100`,
  },
];

const day = (text) => `toDateTime64('2026-03-${text} 00:00:00', 7, 'UTC')`;
/** The form of a text that word searches compare; the text index of the table is on it. */
const searched = (column) =>
  `if(isValidASCII(${column}), lower(${column}), lowerUTF8(replaceRegexpAll(${column}, '[^\\\\p{L}\\\\p{N}\\\\x00-\\\\x7F]', ' ')))`;

/** Questions of the kinds that detection rules ask: the KQL, and the SQL that an expert writes for the same tables. */
export const questions = [
  {
    name: "failed sign-ins by address, threshold",
    kql: `SigninLogs | where TimeGenerated between (datetime(2026-03-02) .. datetime(2026-03-12)) | where ResultType != "0"
      | summarize Failures = count(), Users = dcount(UserPrincipalName) by IPAddress | where Failures > 20`,
    sql: `SELECT IPAddress, count() AS Failures, uniq(UserPrincipalName) AS Users FROM SigninLogs
      WHERE TimeGenerated >= ${day("02")} AND TimeGenerated <= ${day("12")} AND ResultType != '0' GROUP BY IPAddress HAVING Failures > 20`,
  },
  {
    name: "words in messages, has_any",
    kql: `Syslog | where SyslogMessage has_any ("wget", "curl", "invalid") | summarize count() by Computer`,
    sql: `SELECT Computer, count() FROM Syslog WHERE hasAnyTokens(${searched("SyslogMessage")}, ['wget', 'curl', 'invalid']) GROUP BY Computer`,
  },
  {
    name: "join of denied addresses with successful sign-ins",
    kql: `let Denied = CommonSecurityLog | where DeviceAction == "Deny" | summarize Denials = count() by SourceIP;
      SigninLogs | where ResultType == "0" | summarize Signins = count() by IPAddress, UserPrincipalName
      | join kind=inner Denied on $left.IPAddress == $right.SourceIP
      | project UserPrincipalName, IPAddress, Signins, Denials`,
    sql: `SELECT s.UserPrincipalName, s.IPAddress, s.Signins, d.Denials
      FROM (SELECT IPAddress, UserPrincipalName, count() AS Signins FROM SigninLogs WHERE ResultType = '0' GROUP BY IPAddress, UserPrincipalName) AS s
      INNER JOIN (SELECT SourceIP, count() AS Denials FROM CommonSecurityLog WHERE DeviceAction = 'Deny' GROUP BY SourceIP) AS d ON s.IPAddress = d.SourceIP`,
  },
  {
    name: "portal guessing, sets over dynamic properties",
    kql: `SigninLogs | where AppDisplayName == "Azure Portal" and ResultType in ("50126", "50053")
      | extend OS = tostring(DeviceDetail.operatingSystem), City = tostring(LocationDetails.city), Reason = tostring(Status.failureReason)
      | summarize Systems = make_set(OS), Cities = dcount(City), Reasons = make_set(Reason), Attempts = count() by UserPrincipalName
      | where Attempts >= 5`,
    sql: `SELECT UserPrincipalName, toJSONString(groupUniqArray(JSONExtractString(DeviceDetail, 'operatingSystem'))) AS Systems,
        uniq(JSONExtractString(LocationDetails, 'city')) AS Cities, toJSONString(groupUniqArray(JSONExtractString(Status, 'failureReason'))) AS Reasons, count() AS Attempts
      FROM SigninLogs WHERE AppDisplayName = 'Azure Portal' AND ResultType IN ('50126', '50053') GROUP BY UserPrincipalName HAVING Attempts >= 5`,
  },
  {
    name: "mv-expand of target resources",
    kql: `AuditLogs | where OperationName == "Add member to role" | mv-expand TargetResources
      | extend Target = tostring(TargetResources.displayName), Kind = tostring(TargetResources.type)
      | where Kind == "User" | summarize count() by Target`,
    sql: `SELECT t.1 AS Target, count() FROM (SELECT arrayJoin(JSONExtract(TargetResources, 'Array(Tuple(displayName String, type String))')) AS t
      FROM AuditLogs WHERE OperationName = 'Add member to role') WHERE t.2 = 'User' GROUP BY Target`,
  },
  {
    name: "arg_max by user",
    kql: `SigninLogs | where ResultType == "0" | summarize arg_max(TimeGenerated, IPAddress, AppDisplayName, CorrelationId) by UserPrincipalName`,
    sql: `SELECT UserPrincipalName, r.1, r.2, r.3, r.4 FROM (SELECT UserPrincipalName, argMax((TimeGenerated, IPAddress, AppDisplayName, CorrelationId), TimeGenerated) AS r
      FROM SigninLogs WHERE ResultType = '0' GROUP BY UserPrincipalName)`,
  },
  {
    name: "count by hour",
    kql: `SigninLogs | summarize Signins = count(), Failures = countif(ResultType != "0") by bin(TimeGenerated, 1h), AppDisplayName`,
    sql: `SELECT toStartOfInterval(TimeGenerated, INTERVAL 1 HOUR)::DateTime64(7, 'UTC') AS hour, AppDisplayName, count(), countIf(ResultType != '0') FROM SigninLogs GROUP BY hour, AppDisplayName`,
  },
  {
    name: "in (subquery)",
    kql: `let Suspects = SigninLogs | where ResultType == "50053" | summarize n = count() by IPAddress | where n > 15 | project IPAddress;
      SigninLogs | where ResultType == "0" and IPAddress in (Suspects) | summarize count() by UserPrincipalName`,
    sql: `SELECT UserPrincipalName, count() FROM SigninLogs WHERE ResultType = '0' AND IPAddress IN
      (SELECT IPAddress FROM SigninLogs WHERE ResultType = '50053' GROUP BY IPAddress HAVING count() > 15) GROUP BY UserPrincipalName`,
  },
  {
    name: "filters on dynamic properties",
    kql: `SigninLogs | where TimeGenerated >= datetime(2026-03-10) | where LocationDetails.countryOrRegion == "US" and tobool(DeviceDetail.isCompliant) == false
      | where toint(Status.errorCode) != 0 | summarize count() by AppDisplayName, tostring(LocationDetails.city)`,
    sql: `SELECT AppDisplayName, JSONExtractString(LocationDetails, 'city') AS city, count() FROM SigninLogs WHERE TimeGenerated >= ${day("10")}
      AND JSONExtractString(LocationDetails, 'countryOrRegion') = 'US' AND JSONExtract(DeviceDetail, 'isCompliant', 'Nullable(Bool)') = false
      AND JSONExtractInt(Status, 'errorCode') != 0 GROUP BY AppDisplayName, city`,
  },
  {
    name: "distinct and top",
    kql: `SigninLogs | distinct UserPrincipalName, IPAddress | summarize Addresses = count() by UserPrincipalName | sort by Addresses desc, UserPrincipalName asc | take 20`,
    sql: `SELECT UserPrincipalName, count() AS Addresses FROM (SELECT DISTINCT UserPrincipalName, IPAddress FROM SigninLogs) GROUP BY UserPrincipalName
      ORDER BY Addresses DESC, UserPrincipalName LIMIT 20`,
  },
  {
    name: "union of both sign-in tables",
    kql: `union SigninLogs, AADNonInteractiveUserSignInLogs | where TimeGenerated > datetime(2026-03-04) and ResultType == "0"
      | summarize Applications = dcount(AppDisplayName), Addresses = dcount(IPAddress) by UserPrincipalName | where Addresses > 100`,
    sql: `SELECT UserPrincipalName, uniq(AppDisplayName) AS Applications, uniq(IPAddress) AS Addresses FROM (
      SELECT UserPrincipalName, AppDisplayName, IPAddress FROM SigninLogs WHERE TimeGenerated > ${day("04")} AND ResultType = '0'
      UNION ALL SELECT UserPrincipalName, AppDisplayName, IPAddress FROM AADNonInteractiveUserSignInLogs WHERE TimeGenerated > ${day("04")} AND ResultType = '0')
      GROUP BY UserPrincipalName HAVING Addresses > 100`,
  },
  {
    name: "addresses inside ranges",
    kql: `CommonSecurityLog | where ipv4_is_in_any_range(SourceIP, "198.10.0.0/16", "198.20.128.0/17", "203.5.0.0/16")
      | summarize Bytes = sum(SentBytes), Ports = make_set(DestinationPort) by SourceIP | where Bytes > 90000`,
    sql: `SELECT SourceIP, sum(SentBytes) AS Bytes, toJSONString(groupUniqArray(DestinationPort)) AS Ports FROM CommonSecurityLog
      WHERE bitAnd(toUInt32(toIPv4OrZero(SourceIP)), 4294901760) IN (3322544128, 3406102528)
        OR bitAnd(toUInt32(toIPv4OrZero(SourceIP)), 4294934528) = 3323232256
      GROUP BY SourceIP HAVING Bytes > 90000`,
  },
];

import { day } from "./form.mjs";

/** Questions about properties of dynamic columns and parts of texts. */
export const dynamics = [
  {
    name: "portal guessing, sets over dynamic properties",
    sets: true,
    kql: `SigninLogs | where AppDisplayName == "Azure Portal" and ResultType in ("50126", "50053")
      | extend OS = tostring(DeviceDetail.operatingSystem), City = tostring(LocationDetails.city), Reason = tostring(Status.failureReason)
      | summarize Systems = make_set(OS), Cities = dcount(City), Reasons = make_set(Reason), Attempts = count() by UserPrincipalName
      | where Attempts >= 5`,
    sql: `SELECT UserPrincipalName, toJSONString(groupUniqArray(JSONExtractString("DeviceDetail/operatingSystem"))) AS Systems,
        uniq("LocationDetails/city") AS Cities, toJSONString(groupUniqArray(JSONExtractString("Status/failureReason"))) AS Reasons, count() AS Attempts
      FROM SigninLogs WHERE AppDisplayName = 'Azure Portal' AND ResultType IN ('50126', '50053') GROUP BY UserPrincipalName HAVING Attempts >= 5`,
    duckdb: `SELECT UserPrincipalName, to_json(list(DISTINCT DeviceDetail->>'$.operatingSystem')) AS Systems,
        count(DISTINCT LocationDetails->>'$.city') AS Cities, to_json(list(DISTINCT Status->>'$.failureReason')) AS Reasons, count(*) AS Attempts
      FROM SigninLogs WHERE AppDisplayName = 'Azure Portal' AND ResultType IN ('50126', '50053') GROUP BY UserPrincipalName HAVING Attempts >= 5`,
  },
  {
    name: "mv-expand of target resources",
    kql: `AuditLogs | where OperationName == "Add member to role" | mv-expand TargetResources
      | extend Target = tostring(TargetResources.displayName), Kind = tostring(TargetResources.type)
      | where Kind == "User" | summarize count() by Target`,
    sql: `SELECT t.1 AS Target, count() FROM (SELECT arrayJoin(JSONExtract(TargetResources, 'Array(Tuple(displayName String, type String))')) AS t
      FROM AuditLogs WHERE OperationName = 'Add member to role') WHERE t.2 = 'User' GROUP BY Target`,
    duckdb: `SELECT t.displayName AS Target, count(*) FROM (SELECT unnest(from_json(TargetResources, '[{"displayName":"VARCHAR","type":"VARCHAR"}]')) AS t
      FROM AuditLogs WHERE OperationName = 'Add member to role') WHERE t.type = 'User' GROUP BY Target`,
  },
  {
    name: "filters on dynamic properties",
    kql: `SigninLogs | where TimeGenerated >= datetime(2026-03-10) | where LocationDetails.countryOrRegion == "US" and tobool(DeviceDetail.isCompliant) == false
      | where toint(Status.errorCode) != 0 | summarize count() by AppDisplayName, tostring(LocationDetails.city)`,
    sql: `SELECT AppDisplayName, JSONExtractString("LocationDetails/city") AS city, count() FROM SigninLogs WHERE TimeGenerated >= ${day("10")}
      AND "LocationDetails/countryOrRegion" = '"US"' AND "DeviceDetail/isCompliant" = 'false'
      AND toInt32OrZero("Status/errorCode") != 0 GROUP BY AppDisplayName, city`,
    duckdb: `SELECT AppDisplayName, LocationDetails->>'$.city' AS city, count(*) FROM SigninLogs WHERE TimeGenerated >= '2026-03-10'
      AND (LocationDetails->>'$.countryOrRegion') = 'US' AND (DeviceDetail->>'$.isCompliant')::BOOLEAN = false
      AND (Status->>'$.errorCode')::INT != 0 GROUP BY ALL`,
  },
  {
    name: "actors and the first target, paths with an index",
    kql: `AuditLogs | where Result == "success" | extend Actor = tostring(InitiatedBy.user.userPrincipalName), Target = tostring(TargetResources[0].displayName)
      | summarize Changes = count(), Targets = dcount(Target) by Actor | where Changes > 100`,
    sql: `SELECT JSONExtractString("InitiatedBy/user/userPrincipalName") AS Actor, count() AS Changes, uniq("TargetResources/0/displayName") AS Targets
      FROM AuditLogs WHERE Result = 'success' GROUP BY Actor HAVING Changes > 100`,
    duckdb: `SELECT InitiatedBy->>'$.user.userPrincipalName' AS Actor, count(*) AS Changes, count(DISTINCT TargetResources->>'$[0].displayName') AS Targets
      FROM AuditLogs WHERE Result = 'success' GROUP BY Actor HAVING Changes > 100`,
  },
  {
    name: "targets of a kind in each row, mv-apply",
    kql: `AuditLogs | where OperationName == "Consent to application"
      | mv-apply Target = TargetResources on (where tostring(Target.type) == "Application" | summarize n = count(), Name = max(tostring(Target.displayName)))
      | where n > 0 | summarize count() by Name, Result`,
    sql: `SELECT Name, Result, count() FROM (SELECT Result, arrayMap(t -> t.1, arrayFilter(t -> t.2 = 'Application',
        JSONExtract(TargetResources, 'Array(Tuple(displayName String, type String))'))) AS names, arrayMax(names) AS Name
      FROM AuditLogs WHERE OperationName = 'Consent to application') WHERE notEmpty(names) GROUP BY Name, Result`,
    duckdb: `SELECT list_max(names) AS Name, Result, count(*) FROM (SELECT Result, [t.displayName FOR t IN from_json(TargetResources, '[{"displayName":"VARCHAR","type":"VARCHAR"}]') IF t.type = 'Application'] AS names
      FROM AuditLogs WHERE OperationName = 'Consent to application') WHERE len(names) > 0 GROUP BY ALL`,
  },
  {
    name: "fields of failed logins, parse",
    kql: `Syslog | where SyslogMessage startswith "Failed password" | parse SyslogMessage with * "invalid user " User " from " Address " port " Port: int
      | summarize Attempts = count(), Users = dcount(User), Highest = max(Port) by Address`,
    sql: `SELECT f[2] AS Address, count(), uniq(f[1]), max(toInt32OrNull(f[3])) FROM (SELECT extractGroups(SyslogMessage, 'invalid user (.*?) from (.*?) port ([0-9]+)') AS f
      FROM Syslog WHERE startsWith(lower(SyslogMessage), 'failed password')) GROUP BY Address`,
    duckdb: `SELECT f.a AS Address, count(*), count(DISTINCT f.u), max(f.p::INT) FROM (SELECT regexp_extract(SyslogMessage, 'invalid user (.*?) from (.*?) port ([0-9]+)', ['u', 'a', 'p']) AS f
      FROM Syslog WHERE starts_with(lower(SyslogMessage), 'failed password')) GROUP BY Address`,
  },
  {
    name: "users in messages, extract",
    kql: `Syslog | extend User = extract(@"user (user\\d+)", 1, SyslogMessage) | where isnotempty(User) | summarize Messages = count(), Hosts = dcount(Computer) by User`,
    sql: `SELECT User, count(), uniq(Computer) FROM (SELECT regexpExtract(SyslogMessage, 'user (user[0-9]+)', 1) AS User, Computer FROM Syslog) WHERE User != '' GROUP BY User`,
    duckdb: `SELECT User, count(*), count(DISTINCT Computer) FROM (SELECT regexp_extract(SyslogMessage, 'user (user[0-9]+)', 1) AS User, Computer FROM Syslog) WHERE User != '' GROUP BY User`,
  },
  {
    name: "parts of addresses, split and strcat",
    kql: `CommonSecurityLog | extend Net = strcat(split(SourceIP, ".")[0], ".", split(SourceIP, ".")[1]) | summarize Bytes = sum(SentBytes), Hosts = dcount(SourceIP) by Net`,
    sql: `SELECT concat(splitByChar('.', SourceIP)[1], '.', splitByChar('.', SourceIP)[2]) AS Net, sum(SentBytes), uniq(SourceIP) FROM CommonSecurityLog GROUP BY Net`,
    duckdb: `SELECT concat(split_part(SourceIP, '.', 1), '.', split_part(SourceIP, '.', 2)) AS Net, sum(SentBytes), count(DISTINCT SourceIP) FROM CommonSecurityLog GROUP BY Net`,
  },
];

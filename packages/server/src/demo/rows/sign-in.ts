import type { Application } from "../applications.js";
import { isoTime } from "../iso-time.js";
import type { Place } from "../places.js";
import { type Device, tenant } from "../population.js";
import type { Random } from "../random.js";

/** Who signs in: one of the company's people, or somebody of another tenant. */
export interface SignInAccount {
  readonly id: string;
  readonly displayName: string;
  readonly upn: string;
  /** The tenant the account belongs to, where it is not the company's own. */
  readonly homeTenant?: string;
}

/** One attempt to sign in. */
export interface SignIn {
  readonly time: number;
  readonly account: SignInAccount;
  readonly application: Application;
  readonly device: Device;
  readonly place: Place;
  /** The AADSTS code; 0 is success. */
  readonly code: SignInCode;
  readonly sessionId: string;
  /** Attempts of one sign-in share it; a new one is made where it is absent. */
  readonly correlationId?: string;
  readonly protocol?: string;
  /** No second factor was asked for. */
  readonly singleFactor?: true;
}

const failures = {
  0: ["", "MFA requirement satisfied by claim in the token"],
  50020: ["The account of another directory is not known in this tenant", ""],
  50034: ["There is no such account in the directory", ""],
  50053: ["Too many wrong passwords: the account is locked for a while", ""],
  50055: ["The password has expired", ""],
  50074: ["A second factor is required", "MFA required"],
  50076: ["A second factor is required from this location", "MFA required"],
  50126: ["Wrong user name or password", ""],
  50140: ["Interrupted by the question whether to stay signed in", ""],
  53003: ["Blocked by Conditional Access", ""],
  65001: ["The user has not consented to the application", ""],
  70044: ["The session has expired", ""],
  500121: ["The second factor was refused or not answered", "MFA denied; user declined the authentication"],
} as const;

/** The AADSTS codes that occur in the demo. */
export type SignInCode = keyof typeof failures;

const codeFacts = new Map(
  Object.entries(failures).map(([code, [reason, details]]) => {
    const facts = { errorCode: Number(code), failureReason: reason || "Other.", additionalDetails: details };
    const status = JSON.stringify(facts);
    const access = code === "0" ? "success" : code === "53003" ? "failure" : "notApplied";
    const columns =
      `,"ResultType":"${code}","ResultDescription":${JSON.stringify(reason)},` +
      `"ResultSignature":"${code === "0" ? "SUCCESS" : "None"}","ConditionalAccessStatus":"${access}"`;
    return [Number(code), { columns, status, quotedStatus: JSON.stringify(status) }];
  }),
);

/** A row of `SigninLogs`, where devices, places and states are objects. */
export function interactiveSignIn(signIn: SignIn, random: Random): string {
  const { status } = codeFacts.get(signIn.code)!;
  return (
    `${commonColumns(signIn, random)},"Category":"SignInLogs","IsInteractive":true,"Resource":"Microsoft.aadiam",` +
    `"ProcessingTimeInMilliseconds":"${80 + random.below(400)}","DeviceDetail":${signIn.device.json},` +
    `"LocationDetails":${signIn.place.locationJson},"Status":${status},"ConditionalAccessPolicies":[],` +
    `"MfaDetail":${mfaDetail(signIn.code)},"Type":"SigninLogs"}\n`
  );
}

/** A row of `AADNonInteractiveUserSignInLogs`, where the same things are JSON text. */
export function nonInteractiveSignIn(signIn: SignIn, random: Random): string {
  const { quotedStatus } = codeFacts.get(signIn.code)!;
  return (
    `${commonColumns(signIn, random)},"Category":"NonInteractiveUserSignInLogs","IsInteractive":false,` +
    `"IncomingTokenType":"refreshToken","ProcessingTimeInMs":"${20 + random.below(200)}",` +
    `"DeviceDetail":${quotedDevice(signIn.device)},"LocationDetails":${quotedLocation(signIn.place)},` +
    `"Status":${quotedStatus},"ConditionalAccessPolicies":"[]","Type":"AADNonInteractiveUserSignInLogs"}\n`
  );
}

function commonColumns(signIn: SignIn, random: Random): string {
  const { application, device, place, code } = signIn;
  const time = isoTime(signIn.time);
  const factors = signIn.singleFactor || signIn.account.homeTenant !== undefined ? "single" : "multi";
  return (
    `{"TimeGenerated":"${time}","CreatedDateTime":"${time}","Id":"${random.guid()}","CorrelationId":"` +
    `${signIn.correlationId ?? random.guid()}","UniqueTokenIdentifier":"${random.guid()}","SessionId":"` +
    `${signIn.sessionId}"${sameForAll}${accountColumns(signIn.account)}${applicationColumns(application)}` +
    `${placeColumns(place)}${deviceColumns(device)}${codeFacts.get(code)!.columns},"AuthenticationProtocol":"` +
    `${signIn.protocol ?? "none"}","AuthenticationRequirement":"${factors}FactorAuthentication"`
  );
}

const sameForAll =
  `,"OperationName":"Sign-in activity","OperationVersion":"1.0","Level":"4","SourceSystem":"Azure AD",` +
  `"ResourceGroup":"Microsoft.aadiam","AADTenantId":"${tenant.id}","TenantId":"${tenant.workspace}",` +
  `"ResourceTenantId":"${tenant.id}","DurationMs":0,"RiskState":"none","RiskDetail":"none",` +
  `"RiskLevelAggregated":"none","RiskLevelDuringSignIn":"none","RiskEventTypes":"[]","RiskEventTypes_V2":"[]",` +
  `"TokenIssuerType":"AzureAD"`;

// People, devices, places and applications occur thousands of times: their columns are put together once.
const accountColumns = once((account: SignInAccount) => {
  const guest = account.homeTenant !== undefined;
  const name = JSON.stringify(account.displayName);
  return (
    `,"HomeTenantId":"${account.homeTenant ?? tenant.id}","Identity":${name},"UserDisplayName":${name},` +
    `"UserPrincipalName":"${account.upn}","UserId":"${account.id}","UserType":"${guest ? "Guest" : "Member"}",` +
    `"CrossTenantAccessType":"${guest ? "b2bCollaboration" : "none"}"`
  );
});

const applicationColumns = once(
  (application: Application) =>
    `,"AppDisplayName":${JSON.stringify(application.name)},"AppId":"${application.id}",` +
    `"ResourceDisplayName":${JSON.stringify(application.resource)},"ResourceIdentity":"${application.resourceId}"`,
);

const placeColumns = once(
  (place: Place) =>
    `,"IPAddress":"${place.address}","AutonomousSystemNumber":"${place.asn}","Location":"${place.country}"`,
);

const deviceColumns = once(
  (device: Device) => `,"ClientAppUsed":"${device.clientApp}","UserAgent":${JSON.stringify(device.userAgent)}`,
);

const quotedDevice = once((device: Device) => JSON.stringify(device.json));
const quotedLocation = once((place: Place) => JSON.stringify(place.locationJson));

function once<T extends object>(make: (subject: T) => string): (subject: T) => string {
  const made = new WeakMap<T, string>();
  return (subject) => {
    const known = made.get(subject);
    if (known !== undefined) return known;
    const text = make(subject);
    made.set(subject, text);
    return text;
  };
}

function mfaDetail(code: SignInCode): string {
  return code === 500121 ? '{"authMethod":"Microsoft Authenticator","authDetail":""}' : "{}";
}

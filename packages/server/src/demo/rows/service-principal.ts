import { isoTime } from "../iso-time.js";
import type { Place } from "../places.js";
import { tenant } from "../population.js";
import type { Random } from "../random.js";

/** A program with an identity of its own in the directory. */
export interface Program {
  readonly name: string;
  readonly applicationId: string;
  /** The id of its service principal. */
  readonly objectId: string;
  /** The credential that it signs in with. */
  readonly keyId: string;
}

/** A program signing in, with a resource that the token is for. */
export interface ProgramSignIn {
  readonly time: number;
  readonly program: Program;
  readonly place: Place;
  readonly resource: { readonly resource: string; readonly resourceId: string };
  /** Where it is another than the program's usual one. */
  readonly keyId?: string;
  readonly failed?: true;
}

/** A row of `AADServicePrincipalSignInLogs`. */
export function programSignIn(signIn: ProgramSignIn, random: Random): string {
  const { program, place, resource, failed } = signIn;
  const time = isoTime(signIn.time);
  return (
    `{"TimeGenerated":"${time}","CreatedDateTime":"${time}","Id":"${random.guid()}","CorrelationId":"${random.guid()}",` +
    `"UniqueTokenIdentifier":"${random.guid()}","OperationName":"Sign-in activity","Category":"ServicePrincipalSignInLogs",` +
    `"ServicePrincipalId":"${program.objectId}","ServicePrincipalName":"${program.name}","AppId":"${program.applicationId}",` +
    `"ClientCredentialType":"clientSecret","ServicePrincipalCredentialKeyId":"${signIn.keyId ?? program.keyId}",` +
    `"IPAddress":"${place.address}","AutonomousSystemNumber":"${place.asn}","Location":"${place.country}",` +
    `"LocationDetails":${JSON.stringify(place.locationJson)},"ResourceDisplayName":"${resource.resource}",` +
    `"ResourceIdentity":"${resource.resourceId}","ResultType":"${failed ? 7000222 : 0}",` +
    `"ResultDescription":"${failed ? "The secret of the application has expired" : ""}","ConditionalAccessStatus":"notApplied",` +
    `"AADTenantId":"${tenant.id}","TenantId":"${tenant.workspace}","SourceSystem":"Azure AD","Type":"AADServicePrincipalSignInLogs"}\n`
  );
}

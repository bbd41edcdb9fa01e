import { isoTime } from "../iso-time.js";
import { tenant } from "../population.js";
import type { Random } from "../random.js";

/** A request to a Key Vault. */
export interface VaultRequest {
  readonly time: number;
  readonly vault: string;
  readonly operation: "SecretGet" | "SecretList" | "SecretDelete" | "SecretPurge" | "VaultGet" | "KeySign";
  /** The secret or key, where the operation names one. */
  readonly item?: string;
  readonly address: string;
  readonly caller: { readonly objectId: string; readonly applicationId: string; readonly upn?: string };
  readonly denied?: boolean;
}

const upnClaim = "identity_claim_http_schemas_xmlsoap_org_ws_2005_05_identity_claims_upn_s";

/** A row of `AzureDiagnostics` from a Key Vault. */
export function vaultRow(request: VaultRequest, random: Random): string {
  const { vault, caller, denied = false } = request;
  const path = request.item === undefined ? "secrets" : `secrets/${request.item}`;
  const url = `https://${vault.toLowerCase()}.vault.azure.net/${path}`;
  const upn = caller.upn === undefined ? "" : `"${upnClaim}":"${caller.upn}",`;
  return (
    `{"TimeGenerated":"${isoTime(request.time)}","ResourceProvider":"MICROSOFT.KEYVAULT",` +
    `"ResourceType":"VAULTS","Resource":"${vault.toUpperCase()}","ResourceGroup":"PLATFORM","Category":"AuditEvent",` +
    `"OperationName":"${request.operation}","OperationVersion":"7.4","ResultType":"Success",` +
    `"ResultSignature":"${denied ? "Forbidden" : "OK"}","httpStatusCode_d":${denied ? 403 : 200},` +
    `"DurationMs":${8 + random.below(60)},"CallerIPAddress":"${request.address}","CorrelationId":"${random.guid()}",` +
    `"identity_claim_oid_g":"${caller.objectId}","identity_claim_appid_g":"${caller.applicationId}",${upn}` +
    `"id_s":"${url}","requestUri_s":"${url}?api-version=7.4","TenantId":"${tenant.workspace}",` +
    `"Type":"AzureDiagnostics"}\n`
  );
}

/** A request that reached the company's web applications through an Application Gateway. */
export function gatewayRow(
  request: { readonly time: number; readonly client: string; readonly path: string; readonly status: number },
  random: Random,
): string {
  return (
    `{"TimeGenerated":"${isoTime(request.time)}","ResourceProvider":"MICROSOFT.NETWORK",` +
    `"ResourceType":"APPLICATIONGATEWAYS","Resource":"EDGE-GATEWAY","ResourceGroup":"PLATFORM",` +
    `"Category":"ApplicationGatewayAccessLog","OperationName":"ApplicationGatewayAccess","httpMethod_s":"GET",` +
    `"requestUri_s":"${request.path}","httpStatus_d":${request.status},"clientIP_s":"${request.client}",` +
    `"host_s":"www.${tenant.domain}","sentBytes_d":${200 + random.below(60_000)},"TenantId":"${tenant.workspace}",` +
    `"Type":"AzureDiagnostics"}\n`
  );
}

/** A change to an Azure resource. */
export interface AzureChange {
  readonly time: number;
  readonly caller: string;
  readonly address: string;
  /** Such as `MICROSOFT.COMPUTE/VIRTUALMACHINES/WRITE`. */
  readonly operation: string;
  readonly resourceGroup: string;
  readonly resource: string;
  readonly failed?: boolean;
}

/** A row of `AzureActivity`. */
export function azureActivityRow(change: AzureChange, random: Random): string {
  const [provider = "", kind = ""] = change.operation.split("/");
  const group = change.resourceGroup.toLowerCase();
  const resource = `${provider.toLowerCase()}/${kind.toLowerCase()}/${change.resource}`;
  const id = `/subscriptions/${tenant.subscription}/resourcegroups/${group}/providers/${resource}`;
  const status = change.failed ? "Failure" : "Success";
  return (
    `{"TimeGenerated":"${isoTime(change.time)}","Caller":"${change.caller}",` +
    `"CallerIpAddress":"${change.address}","CategoryValue":"Administrative","Level":"Informational",` +
    `"OperationNameValue":"${change.operation}","ActivityStatusValue":"${status}","ActivitySubstatusValue":"OK",` +
    `"ResourceGroup":"${change.resourceGroup}","ResourceProviderValue":"${provider}","Resource":"${change.resource}",` +
    `"_ResourceId":"${id}","ResourceId":"${id}","SubscriptionId":"${tenant.subscription}",` +
    `"CorrelationId":"${random.guid()}","EventDataId":"${random.guid()}","OperationId":"${random.guid()}",` +
    `"TenantId":"${tenant.workspace}","SourceSystem":"Azure","Type":"AzureActivity"}\n`
  );
}

import { isoTime } from "../iso-time.js";
import { tenant } from "../population.js";
import type { Random } from "../random.js";

interface OfficeEvent {
  readonly time: number;
  readonly user: { readonly id: string; readonly upn: string };
  readonly address: string;
}

/** Something done to a file in SharePoint or OneDrive. */
export interface FileEvent extends OfficeEvent {
  readonly operation:
    | "FileAccessed"
    | "FileDeleted"
    | "FileDownloaded"
    | "FileModified"
    | "FileUploaded"
    | "FileSyncDownloadedFull";
  readonly workload: "SharePoint" | "OneDrive";
  readonly site: string;
  readonly file: string;
  readonly managedDevice: boolean;
  readonly userAgent: string;
}

/** A row of `OfficeActivity` about a file. */
export function fileRow(event: FileEvent, random: Random): string {
  const site = `https://halcyonmarine.sharepoint.example/sites/${event.site}/`;
  const extension = event.file.slice(event.file.lastIndexOf(".") + 1);
  return (
    `${start(event, event.operation, random)},"RecordType":"SharePointFileOperation","OfficeWorkload":"${event.workload}",` +
    `"ItemType":"File","Site_Url":"${site}","SourceRelativeUrl":"Shared Documents","SourceFileName":"${event.file}",` +
    `"SourceFileExtension":"${extension}","OfficeObjectId":"${site}Shared Documents/${event.file}",` +
    `"IsManagedDevice":${event.managedDevice},"UserAgent":${JSON.stringify(event.userAgent)}}\n`
  );
}

/** Something done in a mailbox. */
export interface MailboxEvent extends OfficeEvent {
  readonly operation: string;
  readonly result?: string;
  readonly client: string;
  /** Parameters of an Exchange command, in the order given. */
  readonly parameters?: readonly { readonly Name: string; readonly Value: string }[];
  readonly object?: string;
  /** The application that did it, where it was not the user's mail program. */
  readonly appId?: string;
  /** The owner of the mailbox, where that is somebody else. */
  readonly owner?: { readonly upn: string };
}

/** A row of `OfficeActivity` about a mailbox. */
export function mailboxRow(event: MailboxEvent, random: Random): string {
  const recordType = event.parameters === undefined ? "ExchangeItem" : "ExchangeAdmin";
  const parameters = event.parameters ? `,"Parameters":${JSON.stringify(JSON.stringify(event.parameters))}` : "";
  const object = event.object === undefined ? "" : `,"OfficeObjectId":${JSON.stringify(event.object)}`;
  const application = event.appId === undefined ? "" : `,"AppId":"${event.appId}","ClientAppId":"${event.appId}"`;
  const owner = event.owner ?? event.user;
  return (
    `${start(event, event.operation, random)},"RecordType":"${recordType}","OfficeWorkload":"Exchange",` +
    `"ResultStatus":"${event.result ?? "Succeeded"}","MailboxOwnerUPN":"${owner.upn}","Logon_Type":"Owner",` +
    `"ClientInfoString":"${event.client}","OriginatingServer":"AM0PR01MB0000"${application}${parameters}${object}}\n`
  );
}

function start(event: OfficeEvent, operation: string, random: Random): string {
  return (
    `{"TimeGenerated":"${isoTime(event.time)}","OfficeId":"${random.guid()}","Operation":"${operation}","UserId":"` +
    `${event.user.upn}","UserKey":"${event.user.id}","ClientIP":"${event.address}"${sameForAll}`
  );
}

const sameForAll =
  `,"UserType":"Regular","OrganizationId":"${tenant.id}","TenantId":"${tenant.workspace}",` +
  `"SourceSystem":"OfficeActivityManager","Type":"OfficeActivity"`;

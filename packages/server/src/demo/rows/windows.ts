import { isoTime } from "../iso-time.js";
import { tenant } from "../population.js";
import type { Random } from "../random.js";

/** An account of the on-premises domain. */
export interface WindowsAccount {
  readonly account: string;
  readonly sid: string;
}

/** Somebody logging on to a Windows computer, or failing to. */
export interface WindowsLogon {
  readonly time: number;
  readonly computer: string;
  readonly account: WindowsAccount;
  /** 2 interactive, 3 network, 5 service, 7 unlock, 10 remote desktop. */
  readonly logonType: 2 | 3 | 5 | 7 | 10;
  /** `-` for a logon without a network. */
  readonly address: string;
  readonly failed?: boolean;
}

const logonTypeNames = { 2: "Interactive", 3: "Network", 5: "Service", 7: "Unlock", 10: "RemoteInteractive" } as const;

/** A row of `SecurityEvent` for a logon: 4624, or 4625 for a failed one. */
export function securityLogonRow(logon: WindowsLogon, random: Random): string {
  const { account, failed = false } = logon;
  const type = account.account.endsWith("$") ? "Machine" : "User";
  const name = `${tenant.netbios}\\\\${account.account}`;
  const activity = failed ? "4625 - An account failed to log on." : "4624 - An account was successfully logged on.";
  const outcome = failed ? ',"Status":"0xc000006d","SubStatus":"0xc000006a","FailureReason":"%%2313"' : "";
  return (
    `${securityEventStart(logon.time, logon.computer, failed ? 4625 : 4624, activity, random)},"Task":12544,` +
    `"Level":"${failed ? 16 : 8}","Account":"${name}","AccountName":"${account.account}",` +
    `"AccountDomain":"${tenant.netbios}","AccountType":"${type}","TargetAccount":"${name}",` +
    `"TargetUserName":"${account.account}","TargetDomainName":"${tenant.netbios}","TargetUserSid":"${account.sid}",` +
    `"TargetLogonId":"0x${random.uint32().toString(16)}","LogonType":${logon.logonType},` +
    `"LogonTypeName":"${logon.logonType} - ${logonTypeNames[logon.logonType]}","LogonProcessName":"Kerberos",` +
    `"AuthenticationPackageName":"Kerberos","IpAddress":"${logon.address}","IpPort":"${49152 + random.below(16000)}",` +
    `"SubjectAccount":"-\\\\-","SubjectUserSid":"S-1-0-0"${outcome}}\n`
  );
}

/** A row of `SecurityEvent` for a started process, 4688. */
export function processRow(
  started: { readonly time: number; readonly computer: string; readonly account: WindowsAccount },
  program: { readonly path: string; readonly commandLine: string; readonly parent: string },
  random: Random,
): string {
  const name = `${tenant.netbios}\\\\${started.account.account}`;
  const escaped = (text: string) => JSON.stringify(text);
  return (
    `${securityEventStart(started.time, started.computer, 4688, "4688 - A new process has been created.", random)},` +
    `"Task":13312,"Level":"8","Account":"${name}","AccountType":"User","SubjectAccount":"${name}",` +
    `"SubjectUserName":"${started.account.account}","SubjectDomainName":"${tenant.netbios}",` +
    `"SubjectUserSid":"${started.account.sid}","NewProcessId":"0x${random.below(65536).toString(16)}",` +
    `"NewProcessName":${escaped(program.path)},"Process":${escaped(program.path.split("\\").at(-1) ?? "")},` +
    `"CommandLine":${escaped(program.commandLine)},"ParentProcessName":${escaped(program.parent)}}\n`
  );
}

function securityEventStart(time: number, computer: string, id: number, activity: string, random: Random): string {
  return (
    `{"TimeGenerated":"${isoTime(time)}","Computer":"${computer}","EventID":${id},"Activity":"${activity}",` +
    `"EventRecordId":"${random.uint32()}"${sameForSecurity}`
  );
}

const sameForSecurity =
  `,"Channel":"Security","EventSourceName":"Microsoft-Windows-Security-Auditing","EventLevelName":"LogAlways",` +
  `"SourceSystem":"OpsManager","TenantId":"${tenant.workspace}","Type":"SecurityEvent"`;

/** An event of any channel, as Windows Event Forwarding brings it. */
export interface ForwardedEvent {
  readonly time: number;
  readonly computer: string;
  readonly id: number;
  readonly channel: string;
  readonly provider: string;
  readonly data: Readonly<Record<string, string>>;
}

/** A row of `WindowsEvent`; all values of its data are texts. */
export function forwardedRow(event: ForwardedEvent, random: Random): string {
  return (
    `{"TimeGenerated":"${isoTime(event.time)}","Computer":"${event.computer}","EventID":${event.id},` +
    `"Channel":"${event.channel}","Provider":"${event.provider}","EventLevel":4,"EventLevelName":"Information",` +
    `"EventRecordId":"${random.uint32()}","EventData":${JSON.stringify(event.data)},` +
    `"TenantId":"${tenant.workspace}","Type":"WindowsEvent"}\n`
  );
}

/** A logon in the form of Windows Event Forwarding. */
export function forwardedLogonRow(logon: WindowsLogon, random: Random): string {
  return forwardedRow(
    {
      time: logon.time,
      computer: logon.computer,
      id: 4624,
      channel: "Security",
      provider: "Microsoft-Windows-Security-Auditing",
      data: {
        TargetUserSid: logon.account.sid,
        TargetUserName: logon.account.account,
        TargetDomainName: tenant.netbios,
        LogonType: String(logon.logonType),
        LogonProcessName: "User32",
        AuthenticationPackageName: "Negotiate",
        IpAddress: logon.address,
        IpPort: String(49152 + random.below(16000)),
      },
    },
    random,
  );
}

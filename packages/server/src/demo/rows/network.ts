import { isoTime } from "../iso-time.js";
import { tenant } from "../population.js";
import type { Random } from "../random.js";

/** A connection that a Cisco firewall let through or refused. */
export interface CiscoFlow {
  readonly time: number;
  readonly firewall: string;
  readonly action: "denied" | "permitted" | "Built" | "Teardown";
  readonly protocol: "TCP" | "UDP";
  readonly source: string;
  readonly sourcePort: number;
  readonly destination: string;
  readonly destinationPort: number;
  readonly inbound: boolean;
  readonly bytes?: number;
}

const ciscoClasses = {
  denied: { id: 106001, severity: 2, log: "High", text: "Inbound TCP connection denied" },
  permitted: { id: 106100, severity: 6, log: "Low", text: "access-list outside permitted" },
  Built: { id: 302013, severity: 6, log: "Low", text: "Built connection" },
  Teardown: { id: 302014, severity: 6, log: "Low", text: "Teardown connection" },
} as const;

const ciscoMiddles = {
  denied: ciscoMiddle("denied"),
  permitted: ciscoMiddle("permitted"),
  Built: ciscoMiddle("Built"),
  Teardown: ciscoMiddle("Teardown"),
};

// Firewalls write most rows of the demo: what an action fixes is put together once.
function ciscoMiddle(action: CiscoFlow["action"]) {
  const { id, severity, log, text } = ciscoClasses[action];
  return {
    columns:
      `","DeviceVendor":"Cisco","DeviceProduct":"ASA","DeviceEventClassID":"${id}","LogSeverity":"${log}",` +
      `"OriginalLogSeverity":"${severity}","DeviceAction":"${action}",` +
      `"SimplifiedDeviceAction":"${action === "denied" ? "Deny" : "Allow"}","DeviceFacility":"local4",` +
      `"SourceSystem":"OpsManager","TenantId":"${tenant.workspace}","Type":"CommonSecurityLog","SourceIP":"`,
    message: `,"Message":"%ASA-${severity}-${id}: ${text} from `,
    flags: action === "denied" ? ' flags SYN on interface outside"' : '"',
  };
}

/** A row of `CommonSecurityLog` from a Cisco ASA. */
export function ciscoRow(flow: CiscoFlow, random: Random): string {
  const { columns, message, flags } = ciscoMiddles[flow.action];
  const { source, sourcePort, destination, destinationPort, bytes } = flow;
  const volume = bytes === undefined ? "" : `,"SentBytes":${bytes},"ReceivedBytes":${bytes + random.below(90_000)}`;
  return (
    `{"TimeGenerated":"${isoTime(flow.time)}${columns}${source}","SourcePort":${sourcePort},"DestinationIP":"` +
    `${destination}","DestinationPort":${destinationPort},"Protocol":"${flow.protocol}","CommunicationDirection":"` +
    `${flow.inbound ? "Inbound" : "Outbound"}","DeviceName":"${flow.firewall}","Computer":"${flow.firewall}"${volume}` +
    `${message}${source}/${sourcePort} to ${destination}/${destinationPort}${flags}}\n`
  );
}

/** One line of a Unix system's log. */
export interface SyslogLine {
  readonly time: number;
  readonly host: string;
  readonly address: string;
  readonly facility: string;
  readonly severity: string;
  readonly process: string;
  readonly message: string;
}

/** A row of `Syslog`; the message must hold nothing that JSON would escape. */
export function syslogRow(line: SyslogLine, random: Random): string {
  const time = isoTime(line.time);
  return (
    `{"TimeGenerated":"${time}","EventTime":"${time.slice(0, 19)}Z","Computer":"${line.host}","HostName":"${line.host}",` +
    `"HostIP":"${line.address}","Facility":"${line.facility}","SeverityLevel":"${line.severity}",` +
    `"ProcessName":"${line.process}","ProcessID":${400 + random.below(60_000)},"SyslogMessage":"${line.message}",` +
    `"SourceSystem":"Linux","CollectorHostName":"logs01.${tenant.dnsDomain}","TenantId":"${tenant.workspace}","Type":"Syslog"}\n`
  );
}

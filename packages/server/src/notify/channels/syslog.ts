import { createSocket } from "node:dgram";
import { connect as connectTcp, type Socket } from "node:net";
import { hostname } from "node:os";
import { connect as connectTls } from "node:tls";
import type { NoticeField, RuleSeverity } from "@calypso/catalog";
import { cut } from "../text.js";
import { DeliveryError, type Message, patience } from "./channel.js";
import { reasonOf } from "./post.js";

/** Sends one line of CEF in a syslog message (RFC 5424); over a stream each is preceded by its length (RFC 6587, RFC 5425). */
export async function sendSyslog({ server }: { readonly server: string }, message: Message): Promise<void> {
  const line = Buffer.from(syslogLine(message, hostname()), "utf8");
  const { protocol, hostname: host, port } = new URL(server);
  const target = { host: host.replace(/^\[|\]$/g, ""), port: port === "" ? defaultPort(protocol) : Number(port) };
  try {
    if (protocol === "udp:") await sendDatagram(target, line);
    else await sendOverStream(protocol, target, Buffer.concat([Buffer.from(`${line.length} `), line]));
  } catch (cause) {
    throw new DeliveryError(`no connection (${reasonOf(cause)})`, { permanent: false, cause });
  }
}

interface Target {
  readonly host: string;
  readonly port: number;
}

function defaultPort(protocol: string): number {
  return protocol === "tls:" ? 6514 : 514;
}

/** Facility 13 (log audit); severities of syslog from critical to informational. */
const syslogSeverities: Readonly<Record<RuleSeverity, number>> = { High: 2, Medium: 4, Low: 5, Informational: 6 };
const cefSeverities: Readonly<Record<RuleSeverity, number>> = { High: 9, Medium: 6, Low: 3, Informational: 1 };

/** The message as one line: syslog's header and CEF. */
export function syslogLine({ id, at, notice, text }: Message, host: string): string {
  const severity = notice.severity ?? "Medium";
  const priority = 13 * 8 + syslogSeverities[severity];
  const { fields } = notice;
  const label = (number: number, name: string, field: NoticeField) =>
    fields[field] === undefined ? [] : [`cs${number}Label=${name}`, `cs${number}=${extensionValue(fields[field])}`];
  const extension = [
    `rt=${at.getTime()}`,
    `externalId=${extensionValue(fields.id ?? id)}`,
    `msg=${extensionValue(cut(text.text === "" ? text.title : text.text, 1000))}`,
    ...label(1, "rule", "rule"),
    ...label(2, "incident", "incident"),
    ...label(3, "entities", "entities"),
    ...label(4, "status", "status"),
    ...label(5, "tactics", "tactics"),
    ...label(6, "techniques", "techniques"),
  ].join(" ");
  const header = ["CEF:0", "Calypso", "Calypso", "0.1", notice.event, text.title].map(headerValue).join("|");
  const name = host.replace(/[^\x21-\x7e]/g, "").slice(0, 255) || "-";
  return `<${priority}>1 ${at.toISOString()} ${name} calypso - - - ${header}|${cefSeverities[severity]}|${extension}`;
}

function headerValue(value: string): string {
  return value.replace(/[\r\n]+/g, " ").replace(/[\\|]/g, (sign) => `\\${sign}`);
}

function extensionValue(value: string): string {
  return value.replace(/[\\=]/g, (sign) => `\\${sign}`).replace(/\r\n?|\n/g, "\\n");
}

async function sendDatagram({ host, port }: Target, line: Buffer): Promise<void> {
  const socket = createSocket(host.includes(":") ? "udp6" : "udp4");
  try {
    await new Promise<void>((resolve, reject) => {
      socket.once("error", reject);
      socket.send(line, port, host, (error) => (error === null ? resolve() : reject(error)));
    });
  } finally {
    socket.close();
  }
}

async function sendOverStream(protocol: string, target: Target, framed: Buffer): Promise<void> {
  const socket: Socket = protocol === "tls:" ? connectTls({ ...target, servername: target.host }) : connectTcp(target);
  await new Promise<void>((resolve, reject) => {
    socket.setTimeout(patience, () => socket.destroy(Object.assign(new Error("late"), { code: "ETIMEDOUT" })));
    socket.once("error", reject);
    socket.once("close", (failed) => (failed ? undefined : resolve()));
    socket.once(protocol === "tls:" ? "secureConnect" : "connect", () => socket.end(framed));
    socket.resume();
  });
}

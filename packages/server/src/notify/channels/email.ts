import { createTransport } from "nodemailer";
import { DeliveryError, type Message, patience } from "./channel.js";
import { reasonOf } from "./post.js";

/** How mail is sent. */
interface EmailSettings {
  readonly server: string;
  readonly user?: string;
  readonly password?: string;
  readonly from: string;
  readonly to: readonly string[];
}

/** Sends plain text by SMTP. A password leaves this machine only over TLS. */
export async function sendEmail(settings: EmailSettings, { id, at, notice, text }: Message): Promise<void> {
  const { protocol, hostname, port } = new URL(settings.server);
  const { user, password } = settings;
  const isLocal = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(hostname);
  const transport = createTransport({
    host: hostname.replace(/^\[|\]$/g, ""),
    ...(port === "" ? {} : { port: Number(port) }),
    secure: protocol === "smtps:",
    requireTLS: user !== undefined && protocol === "smtp:" && !isLocal,
    ...(user === undefined ? {} : { auth: { user, pass: password ?? "" } }),
    connectionTimeout: patience,
    greetingTimeout: patience,
    socketTimeout: patience,
    // Nothing is read from files or addresses that a text could name.
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  try {
    await transport.sendMail({
      from: settings.from,
      to: [...settings.to],
      subject: text.title,
      text: text.text === "" ? text.title : text.text,
      date: at,
      messageId: `<${id}@calypso>`,
      headers: { "Auto-Submitted": "auto-generated", "X-Calypso-Event": notice.event },
    });
  } catch (cause) {
    const code = cause instanceof Error && "responseCode" in cause ? Number(cause.responseCode) : undefined;
    const reason = code === undefined ? `no connection (${reasonOf(cause)})` : `the mail server says ${code}`;
    throw new DeliveryError(reason, { permanent: code !== undefined && code >= 500, cause });
  } finally {
    transport.close();
  }
}

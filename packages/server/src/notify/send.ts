import type { NotificationChannel } from "@calypso/catalog";
import type { Message } from "./channels/channel.js";
import { sendSlack, sendTeams } from "./channels/chat.js";
import { sendEmail } from "./channels/email.js";
import { sendSyslog } from "./channels/syslog.js";
import { sendWebhook } from "./channels/webhook.js";

/** Tells one place, once. Throws a `DeliveryError` where it did not arrive. */
export async function send(channel: NotificationChannel, message: Message): Promise<void> {
  switch (channel.kind) {
    case "webhook":
      return sendWebhook(channel, message);
    case "slack":
      return sendSlack(channel, message);
    case "teams":
      return sendTeams(channel, message);
    case "email":
      return sendEmail(channel, message);
    case "syslog":
      return sendSyslog(channel, message);
    default:
      return channel satisfies never;
  }
}

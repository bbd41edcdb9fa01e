import { createHmac } from "node:crypto";
import type { Message } from "./channel.js";
import { postJson } from "./post.js";

/**
 * Posts a notice as JSON, signed as Standard Webhooks has it: `webhook-signature` is `v1,` and the HMAC-SHA256, in Base64, of
 * `id.timestamp.body` with the secret (`whsec_` and Base64, or any text).
 */
export async function sendWebhook(
  { url, secret }: { readonly url: string; readonly secret?: string },
  message: Message,
): Promise<void> {
  const { id, at, sentAt, notice, text } = message;
  const data = { ...notice.fields, rules: notice.rules, subject: text.title, text: text.text };
  const body = JSON.stringify({ type: notice.event, timestamp: at.toISOString(), data });
  const timestamp = String(Math.floor(sentAt.getTime() / 1000));
  const headers = { "webhook-id": id, "webhook-timestamp": timestamp };
  if (secret === undefined) return postJson(url, body, headers);
  const signed = `v1,${signature(secret, `${id}.${timestamp}.${body}`)}`;
  await postJson(url, body, { ...headers, "webhook-signature": signed });
}

function signature(secret: string, content: string): string {
  const key = secret.startsWith("whsec_") ? Buffer.from(secret.slice(6), "base64") : Buffer.from(secret, "utf8");
  return createHmac("sha256", key).update(content, "utf8").digest("base64");
}

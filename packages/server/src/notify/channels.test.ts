import type { NotificationChannel } from "@calypso/catalog";
import { afterEach, expect, test } from "vitest";
import { DeliveryError, type Message } from "./channels/channel.js";
import { syslogLine } from "./channels/syslog.js";
import type { Notice } from "./notice.js";
import { send } from "./send.js";
import { datagramServer, mailServer, streamServer, type TestServer, webServer } from "./testing/servers.js";
import { textOfNotice } from "./text.js";

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

async function opened<T>(server: Promise<TestServer<T>>): Promise<TestServer<T>> {
  const one = await server;
  closing.push(one.close);
  return one;
}

/** A notice whose words come from logs that an attacker has written. */
const hostile: Notice = {
  event: "incident-created",
  rules: ["r-1"],
  severity: "High",
  fields: {
    ...{ severity: "High", incident: "7", rule: "Rule | one", status: "New" },
    title: "<!channel> <https://evil.example|click> \u202Egnp.exe \u001b[2J\r\nBcc: victim@contoso.example",
    description: "[click](https://evil.example) *bold* \\ | = end",
    entities: "Account ann@contoso.example\nIP 198.51.100.7",
  },
};

function message(notice: Notice = hostile): Message {
  const at = new Date("2026-05-01T12:00:00Z");
  return { id: "5e0c6c4e-notice", at, sentAt: at, notice, text: textOfNotice({}, notice) };
}

test("texts keep to their route's words, and nothing in them hides or moves", () => {
  const route = { title: "{{severity}}/{{ incident }}/{{owner}}", text: "{{title}}\n\n\n\n{{entities}}" };
  expect(textOfNotice(route, hostile)).toEqual({
    title: "High/7/",
    text: "<!channel> <https://evil.example|click> \uFFFDgnp.exe \uFFFD[2J\nBcc: victim@contoso.example\n\nAccount ann@contoso.example\nIP 198.51.100.7",
  });
  const long = textOfNotice({ title: "{{title}}" }, { ...hostile, fields: { title: "𝕏".repeat(300) } });
  expect(long.title).toBe(`${"𝕏".repeat(99)}…`);
});

test("mail is plain text, and no line of a text becomes a header", async () => {
  const mail = await opened(mailServer());
  await send(emailTo(mail.url, { user: "calypso", password: "p" }), message());
  const [{ to, message: text, user } = { to: [], message: "", user: "" }] = mail.received;
  expect(to).toEqual(["soc@contoso.example", "lead@contoso.example"]);
  expect(user).toBe("calypso");
  const headers = text.slice(0, text.indexOf("\r\n\r\n"));
  expect(headers).not.toMatch(/^Bcc:/im);
  expect(headers).toMatch(/^Message-ID: <5e0c6c4e-notice@calypso>/m);
  expect(headers).toMatch(/^Content-Type: text\/plain/m);
  expect(headers).not.toMatch(/html/i);
});

test("a mail server that says no for good, and one that is away", async () => {
  const mail = await opened(mailServer({ refuse: true }));
  await expect(send(emailTo(mail.url), message())).rejects.toMatchObject({
    message: "the mail server says 550",
    permanent: true,
  });
  await expect(send(emailTo("smtp://127.0.0.1:9"), message())).rejects.toMatchObject({ permanent: false });
});

test("in Slack and Teams a text from logs is no mention, no link and no markup", async () => {
  const web = await opened(webServer());
  await send({ kind: "slack", url: web.url }, message());
  await send({ kind: "teams", url: web.url }, message());
  const [slack, teams] = web.received.map(({ body }) => JSON.parse(body));
  expect(JSON.stringify(slack)).not.toMatch(/<!channel>|<https:/);
  expect(slack.text).toContain("&lt;!channel&gt;");
  expect(slack.blocks[1].text.type).toBe("plain_text");
  const { content, contentType } = teams.attachments[0];
  expect(contentType).toBe("application/vnd.microsoft.card.adaptive");
  expect(content.body.map(({ text }: { text: string }) => text)).toContain(
    "\\[click\\]\\(https://evil.example\\) \\*bold\\* \\\\ \\| = end",
  );
});

test("syslog has one line of CEF, by datagram and by stream", async () => {
  const line = syslogLine(message(), "host one");
  expect(line).toBe(
    "<106>1 2026-05-01T12:00:00.000Z hostone calypso - - - " +
      "CEF:0|Calypso|Calypso|0.1|incident-created|High incident 7: <!channel> <https://evil.example\\|click> \uFFFDgnp.exe " +
      "\uFFFD[2J Bcc: victim@contoso.example|9|rt=1777636800000 externalId=5e0c6c4e-notice " +
      "msg=[click](https://evil.example) *bold* \\\\ | \\= end\\n\\nAccount ann@contoso.example\\nIP 198.51.100.7 " +
      "cs1Label=rule cs1=Rule | one cs2Label=incident cs2=7 cs3Label=entities cs3=Account ann@contoso.example\\nIP 198.51.100.7 cs4Label=status cs4=New",
  );
  const datagrams = await opened(datagramServer());
  const streams = await opened(streamServer());
  await send({ kind: "syslog", server: datagrams.url }, message());
  await send({ kind: "syslog", server: streams.url }, message());
  await expect.poll(() => datagrams.received.length + streams.received.length).toBe(2);
  const [framed = ""] = streams.received;
  const length = Number(/^\d+/.exec(framed)?.[0]);
  expect(Buffer.byteLength(framed.slice(String(length).length + 1))).toBe(length);
  expect(datagrams.received[0]).toMatch(/^<106>1 2026-05-01T12:00:00\.000Z /);
  await expect(send({ kind: "syslog", server: "tcp://127.0.0.1:9" }, message())).rejects.toBeInstanceOf(DeliveryError);
});

function emailTo(
  server: string,
  login: { readonly user?: string; readonly password?: string } = {},
): NotificationChannel {
  return {
    kind: "email",
    server,
    from: "calypso@contoso.example",
    to: ["soc@contoso.example", "lead@contoso.example"],
    ...login,
  };
}

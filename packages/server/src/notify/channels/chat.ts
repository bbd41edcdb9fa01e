import { cut } from "../text.js";
import type { Message } from "./channel.js";
import { postJson } from "./post.js";

/** Posts to an incoming webhook of Slack. What text from logs could mean there (mentions, links) is escaped. */
export async function sendSlack({ url }: { readonly url: string }, { text }: Message): Promise<void> {
  const title = cut(escaped(text.title), 150);
  const blocks = [
    { type: "section", text: { type: "mrkdwn", text: `*${title.replaceAll("*", "∗")}*` } },
    ...(text.text === ""
      ? []
      : [{ type: "section", text: { type: "plain_text", text: cut(text.text, 2900), emoji: false } }]),
  ];
  await postJson(url, JSON.stringify({ text: title, blocks, unfurl_links: false, unfurl_media: false }));
}

/** Slack reads `<!channel>`, `<@user>` and `<link|text>`; three characters are all that has to be escaped. */
function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

/** Posts an adaptive card to a webhook of Teams (a workflow, or an incoming webhook). */
export async function sendTeams({ url }: { readonly url: string }, { text }: Message): Promise<void> {
  const lines = text.text.split("\n").filter((line) => line.trim() !== "");
  const card = {
    $schema: "http://adaptivecards.io/schemas/adaptive-card.json",
    type: "AdaptiveCard",
    version: "1.4",
    body: [
      { type: "TextBlock", text: withoutMarkdown(text.title), weight: "Bolder", size: "Medium", wrap: true },
      ...lines.map((line) => ({ type: "TextBlock", text: withoutMarkdown(line), wrap: true, spacing: "Small" })),
    ],
  };
  const attachments = [{ contentType: "application/vnd.microsoft.card.adaptive", content: card }];
  await postJson(url, JSON.stringify({ type: "message", attachments }));
}

/** Cards read links, emphasis and lists of Markdown; a backslash makes its signs mean themselves. */
function withoutMarkdown(text: string): string {
  return text.replace(/[\\`*_[\]()#>~|]/g, (sign) => `\\${sign}`).replace(/^(\s*)([-+]|\d+\.)(?=\s)/, "$1\\$2");
}

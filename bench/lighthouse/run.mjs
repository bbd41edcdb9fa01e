// Lighthouse's scores for accessibility and best practices of every page on the live demo, in light and in dark.
//   npm run bench:lighthouse   (after npm run build; CALYPSO_TEST_CHROMIUM names another browser)
import { launch } from "chrome-launcher";
import lighthouse from "lighthouse";
import { demoService } from "../demo-service.mjs";
import { pageAddresses } from "../pages.mjs";
import { report } from "../report.mjs";

const categories = ["accessibility", "best-practices"];
const service = await demoService();
const browser = await launch({
  chromePath: process.env.CALYPSO_TEST_CHROMIUM ?? "/usr/bin/chromium",
  chromeFlags: ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-background-networking"],
});
const lines = ["| page | accessibility | best practices | what is wrong |", "| --- | ---: | ---: | --- |"];
let worst = 100;
try {
  for (const address of await pageAddresses(service.origin)) {
    const { lhr } = await lighthouse(`${service.origin}${address}`, {
      ...{ port: browser.port, logLevel: "error", onlyCategories: categories, formFactor: "desktop" },
      screenEmulation: { mobile: false, width: 1280, height: 800, deviceScaleFactor: 1, disabled: false },
    });
    const scores = categories.map((name) => Math.round((lhr.categories[name]?.score ?? 0) * 100));
    worst = Math.min(worst, ...scores);
    const wrong = Object.values(lhr.audits).filter(
      ({ id, score }) => score !== null && score < 1 && categories.some((name) => isWeighed(lhr.categories[name], id)),
    );
    const page = address.replace(/[?#].*/, "");
    lines.push(`| \`${page}\` | ${scores.join(" | ")} | ${wrong.map(({ id }) => id).join(", ") || "nothing"} |`);
    console.log(lines.at(-1));
  }
} finally {
  browser.kill();
  await service.stop();
}
report("lighthouse: every page on the live demo", [...lines, "", `The lowest score is ${worst} (limit 95).`]);

function isWeighed(category, id) {
  return category.auditRefs.some((audit) => audit.id === id && audit.weight > 0);
}

import { readFileSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Locator, Page } from "playwright-core";
import { expect } from "vitest";
import { picture } from "./browser.ts";
import { smallPicture } from "./small-picture.ts";

/** What a journey takes: presses of the mouse, keys pressed as commands, and pages that are seen. What is typed as text is not counted. */
interface Cost {
  readonly clicks: number;
  readonly keys: number;
  readonly pages: number;
}

const documented = readFileSync(new URL("../../../../docs/journeys.md", import.meta.url), "utf8");

/** What the manual says that a journey takes, in its table. */
function documentedCost(name: string): Cost {
  const cells = documented
    .split("\n")
    .map((line) => line.split("|").map((cell) => cell.trim()))
    .find(([, title]) => title?.replace(/^\[(.*)\]\(.*\)$/, "$1") === name);
  const [clicks = Number.NaN, keys = Number.NaN, pages = Number.NaN] = (cells ?? []).slice(2, 5).map(Number);
  return { clicks, keys, pages };
}

/** A journey of a user over pages, under its name in the manual. */
export interface Journey {
  readonly click: (target: Locator) => Promise<void>;
  /** Two clicks. */
  readonly clickTwice: (target: Locator) => Promise<void>;
  /** A key as a command, such as `Control+s`. */
  readonly press: (key: string) => Promise<void>;
  readonly write: (text: string) => Promise<void>;
  /** Writes a text in the place of what the editor holds, at once. */
  readonly paste: (text: string) => Promise<void>;
  /** Hands a file or a folder to a field, as one who drops it on the page: a press of the mouse. */
  readonly drop: (field: Locator, path: string) => Promise<void>;
  /** Keeps a picture of a step; where `CALYPSO_DOCS_PICTURES` names a folder, a small one too of what the manual shows. */
  readonly step: (name: string) => Promise<void>;
  /** Compares what it took with what the manual says, which has to be the same. */
  readonly end: () => void;
}

/** Begins a journey on a page that is open, which counts as seen. */
export function journeyOf(page: Page, name: string): Journey {
  const cost = { clicks: 0, keys: 0, pages: 1 };
  page.setDefaultTimeout(60_000);
  let path = new URL(page.url()).pathname;
  page.on("framenavigated", (frame) => {
    if (frame !== page.mainFrame()) return;
    const next = new URL(frame.url()).pathname;
    if (next !== path) cost.pages += 1;
    path = next;
  });
  return {
    click: async (target) => {
      cost.clicks += 1;
      await target.click();
    },
    clickTwice: async (target) => {
      cost.clicks += 2;
      await target.dblclick();
    },
    press: async (key) => {
      cost.keys += 1;
      await page.keyboard.press(key);
    },
    write: (text) => page.keyboard.type(text),
    paste: async (text) => {
      await page.evaluate((copied) => navigator.clipboard.writeText(copied), text);
      await page.keyboard.press("Control+a");
      await page.keyboard.press("Control+v");
    },
    drop: async (field, path) => {
      cost.clicks += 1;
      await field.setInputFiles(path);
    },
    step: async (step) => {
      const file = `${name.toLowerCase().replace(/\W+/g, "-")}-${step}`;
      await picture(page, `journey-${file}`);
      const folder = process.env["CALYPSO_DOCS_PICTURES"];
      if (folder === undefined || !documented.includes(`(pictures/${file}.png)`)) return;
      await mkdir(folder, { recursive: true });
      await writeFile(join(folder, `${file}.png`), await smallPicture(page));
    },
    end: () => expect({ journey: name, ...cost }).toEqual({ journey: name, ...documentedCost(name) }),
  };
}

import type { Page } from "playwright-core";

const lines = (page: Page) => page.locator(".monaco-editor .view-line");

/** Writes a query in the place of what the editor holds, as one who pastes it. */
export async function writeQuery(page: Page, text: string): Promise<void> {
  await page.getByLabel("Query", { exact: true }).focus();
  await lines(page).first().waitFor();
  await page.evaluate((copied) => navigator.clipboard.writeText(copied), text);
  await page.keyboard.press("Control+a");
  await page.keyboard.press("Control+v");
}

/** The lines of the query that are seen, in their order. */
export async function queryText(page: Page): Promise<string> {
  const seen = await lines(page).evaluateAll((elements) =>
    elements.map((element) => ({ top: element.getBoundingClientRect().top, text: element.textContent ?? "" })),
  );
  seen.sort((one, other) => one.top - other.top);
  return seen.map(({ text }) => text.replaceAll("\u00a0", " ")).join("\n");
}

/** Writes a query, runs it, and waits for its end. */
export async function ask(page: Page, text: string): Promise<void> {
  await writeQuery(page, text);
  await page.keyboard.press("Shift+Enter");
  await page.getByText(/\d rows · /).waitFor();
}

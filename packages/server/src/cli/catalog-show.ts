import { type CatalogFlags, inCatalog } from "./catalog-state.js";
import { printable } from "./printable.js";
import type { Terminal } from "./terminal.js";

/** The options of `calypso catalog show`. */
export interface ShowFlags extends CatalogFlags {
  readonly format?: "json" | "text" | "markdown";
}

/** Prints all that is known of a rule. */
export async function showCommand(terminal: Terminal, reference: string, flags: ShowFlags): Promise<void> {
  const [
    { showRule },
    { rulePage },
    { guidanceFor },
    { pageMarkdown, pageText },
    { shippedVocabulary },
    { relatedInState },
  ] = await Promise.all([
    import("../catalogue/show-rule.js"),
    import("../catalogue/rule-page.js"),
    import("../catalogue/shipped-guidance.js"),
    import("../catalogue/page-text.js"),
    import("../platform/vocabulary.js"),
    import("../catalogue/siblings.js"),
  ]);
  const [{ contentFolder }, { shippedSchema }] = await Promise.all([
    import("../platform/content.js"),
    import("../main.js"),
  ]);
  const format = flags.format ?? (terminal.interactive ? "text" : "json");
  await inCatalog(terminal, flags, { mayMake: false }, async ({ db }) => {
    const details = await showRule(db, reference, relatedInState(db, shippedVocabulary()));
    const references = { content: contentFolder(), schema: shippedSchema() };
    const guidance = guidanceFor(references)(details.detection);
    if (format === "json") {
      const { summaryOf } = await import("@calypso/catalog");
      const summary = summaryOf(details.detection);
      await terminal.out.write(
        `${JSON.stringify({ ...details, summary, ...(guidance === undefined ? {} : { guidance }) })}\n`,
      );
      return;
    }
    const page = rulePage(details, guidance);
    const text = format === "markdown" ? pageMarkdown(page) : `${pageText(page)}\n`;
    await terminal.out.write(`${text.split("\n").map(printable).join("\n")}`);
  });
}

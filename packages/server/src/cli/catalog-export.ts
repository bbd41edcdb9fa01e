import { secondsSince } from "../platform/clock.js";
import { type CatalogFlags, inCatalog } from "./catalog-state.js";
import { counted } from "./counted.js";
import type { Terminal } from "./terminal.js";

/** Seconds between two lines of progress. */
const pause = 5;

/** Writes the catalogue as a web site into a folder. */
export async function exportCommand(terminal: Terminal, folder: string, flags: CatalogFlags): Promise<void> {
  const [{ exportSite }, { siteFolder }, { relatedInMemory }, { guidanceFor }, { shippedVocabulary }] =
    await Promise.all([
      import("../catalogue/export/export-site.js"),
      import("../catalogue/export/site-folder.js"),
      import("../catalogue/siblings.js"),
      import("../catalogue/shipped-guidance.js"),
      import("../platform/vocabulary.js"),
    ]);
  const [{ contentFolder }, { shippedSchema }] = await Promise.all([
    import("../platform/content.js"),
    import("../main.js"),
  ]);
  await inCatalog(terminal, flags, { mayMake: false }, async ({ db }) => {
    const guidanceOf = guidanceFor({ content: contentFolder(), schema: shippedSchema() });
    const relatedTo = await relatedInMemory(db, shippedVocabulary());
    const seconds = secondsSince();
    let told = 0;
    let written = 0;
    for await (const { done, of } of exportSite(siteFolder(folder), {
      db,
      relatedTo,
      guidanceOf,
      signal: terminal.signal,
    })) {
      written = done;
      if (!terminal.interactive || seconds() - told < pause) continue;
      told = seconds();
      await terminal.err.write(`${done} of ${counted(of, "page")}\n`);
    }
    await terminal.err.write(`${counted(written, "page")} in ${folder}; begin at index.html\n`);
  });
}

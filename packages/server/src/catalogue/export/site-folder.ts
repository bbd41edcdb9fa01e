import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { Failure } from "../../store/failures.js";

/** A folder that a site is written to. */
export interface SiteFolder {
  write(path: string, text: string): void;
}

const marker = "catalogue-site.json";
const parts = ["rules", "techniques", "tables", "fields"];

/** Makes the folder ready. An earlier export is replaced; a folder with anything else in it is refused, and left alone. */
export function siteFolder(folder: string): SiteFolder {
  if (existsSync(folder) && readdirSync(folder).length > 0) {
    if (!existsSync(join(folder, marker))) {
      throw new Failure(
        "folder-not-empty",
        `${folder} holds something other than an export of the catalogue, and is left alone`,
        {
          hint: "name a folder that is empty or not there",
        },
      );
    }
    for (const part of parts) rmSync(join(folder, part), { recursive: true, force: true });
  }
  const write = (path: string, text: string) => {
    const whole = join(folder, path);
    mkdirSync(dirname(whole), { recursive: true });
    writeFileSync(whole, text);
  };
  write(marker, '{"about":"made by calypso catalog export, which replaces this folder when it runs again"}\n');
  return { write };
}

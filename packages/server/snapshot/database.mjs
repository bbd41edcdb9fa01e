// Packs the files of an empty database beside the compiled code, where there are none of this version of the engine: a new
// state begins with them. Without them everything works, and a new state takes seconds more; see src/state/empty-database.ts.
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { PGlite } from "@electric-sql/pglite";

const server = new URL("../", import.meta.url);
const { dependencies } = JSON.parse(readFileSync(new URL("package.json", server), "utf8"));
const name = `database-${dependencies["@electric-sql/pglite"]}.tar.gz`;
const dist = new URL("dist/", server);
if (!existsSync(new URL(name, dist))) {
  for (const old of readdirSync(dist)) if (old.startsWith("database-")) rmSync(new URL(old, dist));
  const database = await PGlite.create();
  const packed = await database.dumpDataDir("gzip");
  await database.close();
  writeFileSync(new URL(`${name}.new`, dist), Buffer.from(await packed.arrayBuffer()));
  renameSync(new URL(`${name}.new`, dist), new URL(name, dist));
}

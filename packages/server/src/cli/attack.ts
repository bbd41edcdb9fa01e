import { readFile, rename, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { attackFromStix, readStixBundle } from "@calypso/catalog";
import { type Command, Option } from "commander";
import { ownAttackFile } from "../lint/attack-facts.js";
import { Failure } from "../store/failures.js";
import { type Terminal, UsageError } from "./terminal.js";

interface UpdateFlags {
  readonly workspace?: string;
  readonly out?: string;
}

/** `calypso attack`. */
export function register(command: Command, terminal: Terminal): void {
  command
    .command("update")
    .description("take techniques and tactics from enterprise-attack.json, as MITRE publishes it")
    .argument("<file>", "a STIX 2.1 bundle")
    .addOption(new Option("--workspace <path>", "the workspace that is to use it (or CALYPSO_WORKSPACE)"))
    .option("--out <file>", "write it to this file instead")
    .action((file: string, flags: UpdateFlags) => update(terminal, file, flags));
}

async function update(terminal: Terminal, file: string, flags: UpdateFlags): Promise<void> {
  const path = targetOf(terminal, flags);
  const text = await readFile(file, "utf8").catch((cause: unknown) => {
    throw new Failure("file-unreadable", `${file} cannot be read`, { cause });
  });
  const bundle = readStixBundle(text);
  const read = "problem" in bundle ? bundle : attackFromStix(bundle);
  if ("problem" in read) throw new Failure("bad-data", `${file}: ${read.problem}`);
  const { version, tactics, techniques } = read.attack;
  // Whole or not at all, as a service may read it now.
  await writeFile(`${path}.new`, `${JSON.stringify(read.attack, undefined, 1)}\n`);
  await rename(`${path}.new`, path);
  const all = Object.values(techniques);
  const withdrawn = all.filter((one) => one.withdrawn === true).length;
  await terminal.err.write(
    `ATT&CK ${version}: ${tactics.length} tactics, ${all.length - withdrawn} techniques and sub-techniques, ${withdrawn} withdrawn; written to ${path}\n`,
  );
}

function targetOf({ environment }: Terminal, { workspace, out }: UpdateFlags): string {
  if (out !== undefined) return resolve(out);
  const folder = workspace ?? environment["CALYPSO_WORKSPACE"] ?? "";
  if (folder === "")
    throw new UsageError("say with --workspace which workspace is to use it, or with --out where to write it");
  if (/^https?:/i.test(folder)) throw new UsageError("a ClickHouse server has no folder for it; give --out FILE");
  return join(resolve(folder), ownAttackFile);
}

import { readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { type AccessSettings, publicOrigin, readAccessSettings, usualSettings } from "../access/settings.js";
import { configurationOf } from "../store/configuration.js";
import { Failure } from "../store/failures.js";
import type { Terminal } from "./terminal.js";

/** Where settings of access can stand. */
export interface AccessPlaces {
  /** The workspace's folder, whose `calypso.json` has them as `access`. */
  readonly folder: string | undefined;
  /** A file of their own, which then is the only one. */
  readonly file: string | undefined;
  /** The origin that the command line names. */
  readonly origin: string | undefined;
}

/** Who signs in how, as the command line, a file or the workspace says. */
export function accessSettings(terminal: Terminal, { folder, file, origin }: AccessPlaces): AccessSettings {
  const path = file ?? (folder === undefined ? undefined : join(folder, "calypso.json"));
  const written = file === undefined ? folder && configurationOf(folder).access : parsed(file);
  const settings =
    path === undefined || written === undefined
      ? usualSettings
      : readAccessSettings(written, {
          path,
          environment: (name) => terminal.environment[name],
          file: (name) => readFileSync(resolve(dirname(path), name), "utf8"),
        });
  return origin === undefined ? settings : { ...settings, origin: publicOrigin(origin) };
}

function parsed(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch (cause) {
    throw new Failure("access-unusable", `${path} is not a file of JSON`, { cause });
  }
}

import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { Failure } from "./failures.js";

/** What a workspace's own file `calypso.json` says. */
export interface Configuration {
  /** Hosts that `externaldata` may fetch from. */
  readonly allowHosts: readonly string[];
  /** The file that says where addresses are; in the file a path from the workspace's folder. */
  readonly addressDatabase?: string;
  /** How people sign in, as it is written; read where it is used. */
  readonly access?: unknown;
}

/** The configuration of a workspace's folder; it allows and names nothing where there is no file. */
export function configurationOf(folder: string): Configuration {
  const path = join(folder, "calypso.json");
  const written = read(path);
  const hosts: unknown = member(member(written, "externaldata"), "allowHosts") ?? [];
  if (!Array.isArray(hosts) || !hosts.every((host) => typeof host === "string")) {
    throw new Failure("file-unreadable", `${path}: externaldata.allowHosts has to be a list of host names`);
  }
  const database = member(written, "addressDatabase");
  const access = member(written, "access");
  const parts = { allowHosts: hosts, ...(access === undefined ? {} : { access }) };
  if (database === undefined) return parts;
  if (typeof database !== "string" || database === "") {
    throw new Failure("file-unreadable", `${path}: addressDatabase has to be the path of a file`);
  }
  return { ...parts, addressDatabase: resolve(folder, database) };
}

function read(path: string): unknown {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch {
    return {};
  }
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new Failure("file-unreadable", `${path} is not JSON`, { cause });
  }
}

function member(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null && Object.hasOwn(value, name)
    ? Reflect.get(value, name)
    : undefined;
}

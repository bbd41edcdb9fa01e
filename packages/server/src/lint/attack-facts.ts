import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type AttackFacts, readAttack } from "@calypso/catalog";
import { Failure } from "../store/failures.js";

/** The name of the file in a workspace's folder that stands for the shipped one. */
export const ownAttackFile = "attack.json";

/** The version of ATT&CK that rules are compared with: the workspace's own, where it has one, or the shipped one. */
export function attackFacts(content: string, workspace?: string): AttackFacts {
  const own = workspace === undefined ? undefined : join(workspace, ownAttackFile);
  const path = own !== undefined && existsSync(own) ? own : join(content, "attack", "enterprise.json");
  const read = readAttack(readFileSync(path, "utf8"));
  if ("problem" in read) throw new Failure("file-unreadable", `${path}: ${read.problem}`);
  return read;
}

import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Failure } from "../store/failures.js";
import { refuseSecondOwner } from "../store/owner.js";

const marker = "demo.json";

/** Makes an empty folder for the demo. An earlier demo is removed; anything else that is there stays, and is refused. */
export function emptyDemoFolder(folder: string): void {
  try {
    if (existsSync(folder) && readdirSync(folder).length > 0) removeDemo(folder);
    mkdirSync(folder, { recursive: true });
    writeFileSync(
      join(folder, marker),
      '{"about":"made by calypso demo, which replaces this folder when it runs again"}\n',
    );
  } catch (cause) {
    if (cause instanceof Failure) throw cause;
    throw new Failure("workspace-unusable", `the folder ${folder} cannot be used for the demo`, { cause });
  }
}

function removeDemo(folder: string): void {
  if (!existsSync(join(folder, marker))) {
    throw new Failure("workspace-unusable", `${folder} holds something other than a demo, and is left alone`, {
      hint: "name another folder with --workspace",
    });
  }
  refuseSecondOwner(folder);
  rmSync(folder, { recursive: true });
}

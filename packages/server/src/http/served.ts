import type { Workspace } from "../main.js";

/** What the routes work on. */
export interface Served {
  readonly workspace: Pick<Workspace, "store" | "clock" | "ids" | "folder">;
  /** What the workspace is called. */
  readonly name: string;
  readonly version: string;
}

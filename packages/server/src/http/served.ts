import type { Access } from "../access/access.js";
import type { ShippedImport } from "../catalogue/shipped-rules.js";
import type { Compiler } from "../compiler/compiler.js";
import type { LoadedRules } from "../detect/load.js";
import type { Workspace } from "../main.js";
import type { DiskRoom } from "../service/disk-room.js";
import type { State } from "../state/open-state.js";

/** What the routes work on. */
export interface Served {
  readonly workspace: Pick<Workspace, "store" | "clock" | "ids" | "folder" | "watchlists" | "ownFunctions">;
  /** What the workspace is called. */
  readonly name: string;
  readonly version: string;
  readonly state: State;
  readonly rules: RulesServed;
  /** Compiles what users type. */
  readonly compiler: Compiler;
  /** Who may use the service. */
  readonly access: Access;
  /** Whether new rows may be stored now. */
  readonly room: DiskRoom;
  /** How far the import of the shipped rules into the catalogue is; nobody does it where absent. */
  readonly shipped?: () => ShippedImport;
  /** The largest file that is taken on the pages, in bytes. */
  readonly uploadLimit: number;
}

/** The rules that the service runs. */
export interface RulesServed {
  /** The files and folders that hold them, as the service was started. */
  readonly paths: readonly string[];
  /** What was in them when they were last taken up. */
  loaded(): LoadedRules;
  /** Takes up at once what has changed in the files. */
  lookNow(): Promise<void>;
}

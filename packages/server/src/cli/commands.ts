import type { Command } from "commander";
import type { Terminal } from "./terminal.js";

/** One command of the command line; its module is read only when it is the one that runs. */
export interface CommandEntry {
  readonly name: string;
  readonly summary: string;
  load(): Promise<CommandModule>;
}

/** Gives a command its arguments, options and action; the action returns the exit status. */
export interface CommandModule {
  register(command: Command, terminal: Terminal): void;
}

/** The commands, in the order in which help lists them. */
export const commands: readonly CommandEntry[] = [
  { name: "query", summary: "run a KQL query over logs", load: () => import("./query.js") },
  { name: "detect", summary: "run detection rules over logs", load: () => import("./detect.js") },
  { name: "replay", summary: "run rules over history as the service would", load: () => import("./replay.js") },
  { name: "rules", summary: "check and test detection rules", load: () => import("./rules.js") },
  { name: "explain", summary: "take a detection rule apart", load: () => import("./explain.js") },
  {
    name: "catalog",
    summary: "take in rules of every platform, and look things up among them",
    load: () => import("./catalog.js"),
  },
  {
    name: "exceptions",
    summary: "list, measure and propose exceptions of rules",
    load: () => import("./exceptions.js"),
  },
  {
    name: "feeds",
    summary: "show whether the tables and columns that rules read still come as they did",
    load: () => import("./feeds.js"),
  },
  {
    name: "coverage",
    summary: "show how much of ATT&CK rules cover, in five steps",
    load: () => import("./coverage.js"),
  },
  { name: "attack", summary: "take another version of MITRE ATT&CK", load: () => import("./attack.js") },
  { name: "ingest", summary: "load files of logs into the workspace", load: () => import("./ingest.js") },
  { name: "watchlists", summary: "import, list, show and delete watchlists", load: () => import("./watchlists.js") },
  {
    name: "indicators",
    summary: "pull threat indicators from TAXII servers, and delete them",
    load: () => import("./indicators.js"),
  },
  { name: "serve", summary: "run detection rules by the clock", load: () => import("./serve.js") },
  { name: "users", summary: "say who may sign in, and see who did what", load: () => import("./users.js") },
  { name: "incidents", summary: "look at incidents and act on them", load: () => import("./incidents.js") },
  { name: "hunts", summary: "run hunting queries, and keep what they find", load: () => import("./hunts.js") },
  {
    name: "notifications",
    summary: "try the routes of notifications, and list what did not arrive",
    load: () => import("./notifications.js"),
  },
  {
    name: "demo",
    summary: "make a demo tenant's logs, load them and run the shipped rules",
    load: () => import("./demo.js"),
  },
];

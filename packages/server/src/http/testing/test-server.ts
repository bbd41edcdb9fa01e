import { apiClient, type Client, type Role } from "@calypso/contract";
import type { FastifyInstance } from "fastify";
import { Access } from "../../access/access.js";
import { type AccessSettings, usualSettings } from "../../access/settings.js";
import { withOwnFolder } from "../../authoring/rule-folders.js";
import { Compiler, type CompilerLimits } from "../../compiler/compiler.js";
import { type LoadedRules, loadRules } from "../../detect/load.js";
import { ruleFilesOnDisk } from "../../detect/rule-files.js";
import { openWorkspace, type Workspace } from "../../main.js";
import { randomSecrets } from "../../platform/ids.js";
import { takeUpRules } from "../../service/rules-in-force.js";
import { openState, type State } from "../../state/open-state.js";
import { testPlaces } from "../../state/testing/places.js";
import { whoAsks } from "../access/who-asks.js";
import type { User } from "../handler.js";
import type { Served } from "../served.js";
import { httpServer } from "../server.js";

/** A server over a workspace and a state of its own, which listens on loopback. */
export interface TestServer {
  readonly app: FastifyInstance;
  readonly workspace: Workspace;
  readonly state: State;
  readonly served: Served;
  readonly origin: string;
  readonly client: Client;
  /** Who asks from now on; nobody where undefined. */
  signIn(role: Role | undefined): void;
  /** What went wrong inside; a test that expects nothing compares with `[]`. */
  readonly faults: readonly unknown[];
  close(): Promise<void>;
}

/** What differs between tests. */
export interface TestServerOptions {
  /** Files and folders of rules. */
  readonly rules?: readonly string[];
  /** A folder for the workspace; a temporary one where absent. */
  readonly folder?: string;
  readonly now?: () => Date;
  /** Who asks is found out as a service does, with these settings; where absent, `signIn` says who asks. */
  readonly access?: AccessSettings;
  /** What a query may cost before it runs, other than usual. */
  readonly compiler?: Partial<CompilerLimits>;
  /** Adds to the server before it listens. */
  readonly prepare?: (app: FastifyInstance) => void;
}

export async function testServer(options: TestServerOptions = {}): Promise<TestServer> {
  const workspace = await openWorkspace(options.folder === undefined ? {} : { workspace: options.folder });
  const embedded = testPlaces["embedded"];
  if (embedded === undefined) throw new Error("there is always an embedded state");
  const place = await embedded();
  const state = await openState(place.place);
  const paths = options.rules ?? [];
  const clock = options.now ?? (() => new Date("2026-10-14T03:00:00Z"));
  const load = async () => {
    const found = await loadRules(ruleFilesOnDisk, await withOwnFolder(paths, options.folder));
    await takeUpRules(state, found.rules, clock());
    return found;
  };
  let loaded: LoadedRules = await load();
  const lookNow = async () => {
    loaded = await load();
  };
  const access = new Access(
    { state, clock, ids: workspace.ids, secrets: randomSecrets },
    options.access ?? usualSettings,
  );
  const compiler = new Compiler(options.compiler);
  const served: Served = {
    workspace: { ...workspace, clock },
    name: "contoso",
    version: "1.2.3",
    state,
    access,
    compiler,
    rules: { paths, loaded: () => loaded, lookNow },
    uploadLimit: 5_000_000,
    room: { enough: async () => true, refused: () => {} },
  };
  let user: User | undefined = { id: "u", name: "Ada", role: "admin" };
  const faults: unknown[] = [];
  const userOf = options.access === undefined ? async () => user : whoAsks(access);
  const app = httpServer(served, { userOf, fault: (error) => void faults.push(error) });
  options.prepare?.(app);
  const origin = await app.listen({ host: "127.0.0.1", port: 0 });
  return {
    ...{ app, workspace, state, served, origin, faults },
    client: apiClient({ origin }),
    signIn(role) {
      user = role === undefined ? undefined : { id: "u", name: "Ada", role };
    },
    async close() {
      await app.close();
      await compiler.close();
      await state.close();
      await place.remove();
      await workspace.close();
    },
  };
}

import {
  entityTypeNamed,
  entityTypes,
  identifierNamed,
  type Rule,
  tacticNamed,
  techniqueNamed,
} from "@calypso/catalog";
import { chooseRows } from "../hunts/choose-rows.js";
import type { State } from "../state/open-state.js";
import { printBookmarks } from "./bookmark-lines.js";
import { publishOwn } from "./hunts-publish.js";
import { huntOf, isAdHoc, type QueryFlags, startRun, techniquesOf } from "./hunts-run.js";
import { inState, whoActs } from "./incidents.js";
import { optionalRange } from "./options.js";
import { type Terminal, UsageError } from "./terminal.js";
import { inWorkspace } from "./workspace-options.js";

/** What is said of a bookmark, as commander hands it over. */
export interface WordFlags {
  readonly name?: string;
  readonly notes?: string;
  readonly tag?: readonly string[];
  readonly tactic?: readonly string[];
  readonly technique?: readonly string[];
}

/** The options of `calypso hunts bookmark`. */
export interface BookmarkFlags extends QueryFlags, WordFlags {
  readonly where?: string;
  readonly row?: readonly string[];
  readonly entity?: readonly string[];
  readonly state?: string;
  readonly by?: string;
}

/** Keeps rows of a query's result, with what is said of them. */
export async function bookmarkCommand(
  terminal: Terminal,
  huntName: string | undefined,
  flags: BookmarkFlags,
): Promise<void> {
  const { where, row } = flags;
  if ((where === undefined) === (row === undefined)) throw new UsageError("say which rows to keep: --where or --row");
  if (row?.some((key) => !/^[0-9a-f]{1,12}$/i.test(key)) === true)
    throw new UsageError("a key of a row has up to twelve hexadecimal digits, as `calypso hunts run` prints it");
  const by = whoActs(terminal, flags);
  const range = optionalRange(flags);
  const given = wordsOf(flags);
  const isHunt = !isAdHoc(flags);
  if (given.name === undefined && !isHunt) throw new UsageError("say what the bookmark is called: --name");
  const mapped = mappingsOf(flags.entity ?? []);
  const hunt = withMappings(await huntOf(terminal, huntName, flags), mapped);
  await inWorkspace(terminal, flags, async (workspace) => {
    const run = await startRun(terminal, workspace, hunt, { range, ...(where === undefined ? {} : { only: where }) });
    checkMapped(mapped, run.columns);
    const chosen = (await chooseRows(run.rows, row)).map((one) => ({ ...one, id: workspace.ids() }));
    const { addBookmarks, bookmarkNamed } = await import("../hunts/bookmarks.js");
    const words = {
      name: hunt.name,
      notes: "",
      tags: [],
      tactics: hunt.tactics,
      techniques: techniquesOf(hunt),
      ...given,
    };
    const source = { ...(isHunt ? { hunt: hunt.name } : {}), query: hunt.query.text, window: run.window };
    const keep = async (state: State) => {
      await addBookmarks(state, chosen, source, words, { by, now: workspace.clock() });
      const kept = [];
      for (const { id } of chosen) kept.push(await bookmarkNamed(state, id));
      await printBookmarks(terminal.out, kept, terminal.interactive ? "table" : "ndjson");
      await publishOwn(terminal, flags, state, workspace);
    };
    await inState(terminal, stateFlags(flags), keep, { make: true });
  });
}

/** Only what names the state: the format is that of rows elsewhere. */
function stateFlags({ state, workspace }: BookmarkFlags) {
  return {
    ...(state === undefined ? {} : { state }),
    ...(workspace === undefined ? {} : { workspace }),
  };
}

/** What the options say of a bookmark; what they do not name is absent. */
export function wordsOf({ name, notes, tag, tactic, technique }: WordFlags) {
  return {
    ...(name === undefined ? {} : { name }),
    ...(notes === undefined ? {} : { notes }),
    ...(tag === undefined ? {} : { tags: distinct(tag) }),
    ...(tactic === undefined ? {} : { tactics: distinct(tactic).map(tacticOf) }),
    ...(technique === undefined ? {} : { techniques: distinct(technique).map(techniqueOf) }),
  };
}

/** An empty one, given alone, takes all away. */
function distinct(values: readonly string[]): readonly string[] {
  return [...new Set(values.map((value) => value.trim()))].filter((value) => value !== "");
}

function tacticOf(written: string): string {
  const tactic = tacticNamed(written);
  if (tactic === undefined) throw new UsageError(`${written} is no tactic of ATT&CK, such as CredentialAccess`);
  return tactic;
}

function techniqueOf(written: string): string {
  const technique = techniqueNamed(written);
  if (technique === undefined) throw new UsageError(`${written} is no technique of ATT&CK, such as T1110 or T1110.003`);
  return technique;
}

type Mappings = Rule["entityMappings"];

/** Identifiers of one type make one entity, as the mappings of a rule do. */
function mappingsOf(written: readonly string[]): Mappings {
  const byType = new Map<string, Mappings[number]["fieldMappings"][number][]>();
  for (const text of written) {
    const [, type = "", name = "", column = ""] = /^\s*(\w+)\.(\w+)\s*=\s*(.+?)\s*$/.exec(text) ?? [];
    const entityType = entityTypeNamed(type);
    if (entityType === undefined)
      throw new UsageError(`${text} is no mapping such as Account.FullName=UserPrincipalName`);
    const identifier = identifierNamed(entityType, name);
    if (identifier === undefined) {
      const known = entityTypes[entityType]?.identifiers.join(", ");
      throw new UsageError(`${name} identifies no ${entityType}: ${known}`);
    }
    byType.set(entityType, [...(byType.get(entityType) ?? []), { identifier, columnName: column }]);
  }
  return [...byType].map(([entityType, fieldMappings]) => ({ entityType, fieldMappings, path: "" }));
}

function withMappings(hunt: Rule, mapped: Mappings): Rule {
  return mapped.length === 0 ? hunt : { ...hunt, entityMappings: mapped, sentinelEntitiesMappings: [] };
}

function checkMapped(mapped: Mappings, columns: readonly { readonly name: string }[]): void {
  for (const { columnName } of mapped.flatMap(({ fieldMappings }) => fieldMappings)) {
    if (!columns.some(({ name }) => name === columnName))
      throw new UsageError(`the result has no column ${columnName}: ${columns.map(({ name }) => name).join(", ")}`);
  }
}

import type { RuleSeverity } from "@calypso/catalog";
import type { Bookmark } from "../hunts/bookmarks.js";
import type { Act } from "../service/incident-changes.js";
import type { State } from "../state/open-state.js";
import { printBookmark, printBookmarks } from "./bookmark-lines.js";
import { type WordFlags, wordsOf } from "./hunts-bookmark.js";
import { publishInto } from "./hunts-publish.js";
import { inState, type StateFlags, whoActs } from "./incidents.js";
import { formatOf } from "./options.js";
import { type Terminal, UsageError } from "./terminal.js";

/** The options of `calypso hunts bookmarks`. */
export interface BookmarksFlags extends StateFlags {
  readonly tag?: string;
  readonly deleted?: boolean;
  readonly limit: number;
}

/** The options of every command that changes bookmarks. */
export interface ChangeFlags extends StateFlags {
  readonly by?: string;
}

/** The options of `calypso hunts edit`. */
export interface EditFlags extends ChangeFlags, WordFlags {}

/** The options of `calypso hunts attach` and `detach`. */
export interface AttachFlags extends ChangeFlags {
  readonly incident?: string;
  readonly newIncident?: string;
  readonly description?: string;
  readonly severity?: RuleSeverity;
}

/** Lists bookmarks. */
export async function bookmarksCommand(terminal: Terminal, flags: BookmarksFlags): Promise<void> {
  const format = formatOf(terminal, flags);
  await inState(terminal, flags, async (state) => {
    const { listBookmarks } = await import("../hunts/bookmarks.js");
    await printBookmarks(terminal.out, await listBookmarks(state, flags), format);
  });
}

/** Prints a bookmark. */
export async function showCommand(terminal: Terminal, name: string, flags: StateFlags): Promise<void> {
  const format = formatOf(terminal, flags);
  await inState(terminal, flags, async (state) => {
    const { bookmarkNamed, incidentsOf } = await import("../hunts/bookmarks.js");
    const bookmark = await bookmarkNamed(state, name);
    await printBookmark(terminal.out, bookmark, await incidentsOf(state, bookmark.id), format);
  });
}

/** Changes what is said of a bookmark. */
export async function editCommand(terminal: Terminal, name: string, flags: EditFlags): Promise<void> {
  const change = wordsOf(flags);
  if (Object.keys(change).length === 0) throw new UsageError("say what to change: --name, --notes, --tag, …");
  await act(terminal, [name], flags, async (state, [bookmark], who) => {
    const { changeBookmark } = await import("../hunts/bookmarks.js");
    if (bookmark !== undefined) await changeBookmark(state, bookmark.id, change, who);
  });
}

/** Marks a bookmark as deleted. */
export async function deleteCommand(terminal: Terminal, name: string, flags: ChangeFlags): Promise<void> {
  await act(terminal, [name], flags, async (state, [bookmark], who) => {
    const { deleteBookmark } = await import("../hunts/bookmarks.js");
    if (bookmark !== undefined) await deleteBookmark(state, bookmark.id, who);
  });
}

/** Adds bookmarks to an incident, or makes one of them. */
export async function attachCommand(terminal: Terminal, names: readonly string[], flags: AttachFlags): Promise<void> {
  const { incident, newIncident, description, severity } = flags;
  if ((incident === undefined) === (newIncident === undefined))
    throw new UsageError("say to which incident: --incident or --new-incident");
  if (newIncident === undefined && (description !== undefined || severity !== undefined))
    throw new UsageError("--description and --severity are of use only with --new-incident");
  await act(terminal, names, flags, async (state, bookmarks, who) => {
    const [{ attachBookmarks, incidentOfBookmarks }, { incidentNamed }, { randomIds }] = await Promise.all([
      import("../hunts/bookmark-incidents.js"),
      import("../service/incident-queries.js"),
      import("../platform/ids.js"),
    ]);
    const ids = bookmarks.map(({ id }) => id);
    if (newIncident === undefined)
      return attachBookmarks(state, (await incidentNamed(state, incident ?? "")).id, ids, who);
    const made = {
      id: randomIds(),
      title: newIncident,
      description: description ?? "",
      severity: severity ?? "Medium",
    };
    return incidentOfBookmarks(state, made, ids, who);
  });
}

/** Takes bookmarks from an incident. */
export async function detachCommand(terminal: Terminal, names: readonly string[], flags: AttachFlags): Promise<void> {
  await act(terminal, names, flags, async (state, bookmarks, who) => {
    const [{ detachBookmarks }, { incidentNamed }] = await Promise.all([
      import("../hunts/bookmark-incidents.js"),
      import("../service/incident-queries.js"),
    ]);
    const { id } = await incidentNamed(state, flags.incident ?? "");
    await detachBookmarks(
      state,
      id,
      bookmarks.map((bookmark) => bookmark.id),
      who,
    );
  });
}

/** Does something to bookmarks, prints them as they are then, and brings their rows into the logs. */
async function act(
  terminal: Terminal,
  names: readonly string[],
  flags: ChangeFlags,
  work: (state: State, bookmarks: readonly Bookmark[], act: Act) => Promise<void>,
): Promise<void> {
  const format = formatOf(terminal, flags);
  const by = whoActs(terminal, flags);
  await inState(terminal, flags, async (state) => {
    const [{ bookmarkNamed, incidentsOf }, { systemClock }] = await Promise.all([
      import("../hunts/bookmarks.js"),
      import("../platform/clock.js"),
    ]);
    const named = new Map<string, Bookmark>();
    for (const name of names) {
      const bookmark = await bookmarkNamed(state, name);
      named.set(bookmark.id, bookmark);
    }
    await work(state, [...named.values()], { by, now: systemClock() });
    for (const id of named.keys())
      await printBookmark(terminal.out, await bookmarkNamed(state, id), await incidentsOf(state, id), format);
    await publishInto(terminal, flags, state);
  });
}

import type { Column } from "@calypso/kql";
import { printJson } from "../detect/cells.js";
import type { Bookmark } from "../hunts/bookmarks.js";
import type { ResultFormat } from "./options.js";
import { printable } from "./printable.js";
import { writeTable } from "./table.js";
import type { TextSink } from "./terminal.js";

/** Prints bookmarks: a table, or a line of JSON each. */
export async function printBookmarks(
  out: TextSink,
  bookmarks: readonly Bookmark[],
  format: ResultFormat,
): Promise<void> {
  if (format === "ndjson") {
    for (const bookmark of bookmarks) await out.write(lineOf(bookmark));
    return;
  }
  const columns = ["Id", "Name", "EventTime", "Tags", "Tactics", "Updated", "By", "Notes"];
  const rows = bookmarks.map(({ id, name, event_time, tags, tactics, updated_at, updated_by, notes }) =>
    printJson([
      ...[id, name, (event_time ?? "").slice(0, 19), tags.join(", "), tactics.join(", ")],
      ...[updated_at.toISOString().slice(0, 19), updated_by, notes],
    ]),
  );
  await writeTable(
    out,
    columns.map((name): Column => ({ name, type: "string" })),
    each(rows),
  );
}

/** Prints a bookmark with its row and the numbers of its incidents: for people, or as one line of JSON. */
export async function printBookmark(
  out: TextSink,
  bookmark: Bookmark,
  incidents: readonly number[],
  format: ResultFormat,
): Promise<void> {
  if (format === "ndjson") return out.write(lineOf(bookmark, { incidents }));
  const { id, name, notes, tags, tactics, techniques, hunt, query, query_from, query_to, row, entities } = bookmark;
  const lines = [
    `Bookmark ${id}: ${name}${bookmark.deleted_at === null ? "" : " (deleted)"}`,
    `made by ${bookmark.created_by} ${bookmark.created_at.toISOString()}, changed by ${bookmark.updated_by} ${bookmark.updated_at.toISOString()}`,
    ...(notes === "" ? [] : [notes]),
    ...tags.map((tag) => `tag ${tag}`),
    ...[...tactics, ...techniques].map((one) => `ATT&CK ${one}`),
    ...(incidents.length === 0 ? [] : [`incidents ${incidents.join(", ")}`]),
    "",
    row,
    entities,
    "",
    `${hunt ?? "query"}: ${query_from} to ${query_to}`,
    ...query.split("\n"),
  ];
  return out.write(`${lines.map(printable).join("\n")}\n`);
}

function lineOf(bookmark: Bookmark, more: object = {}): string {
  const { id, name, notes, tags, tactics, techniques, hunt, query } = bookmark;
  const line = {
    ...{ id, name, notes, tags, tactics, techniques, hunt, query },
    ...{ from: bookmark.query_from, to: bookmark.query_to, eventTime: bookmark.event_time },
    entities: JSON.parse(bookmark.entities),
    ...{ createdAt: bookmark.created_at.toISOString(), createdBy: bookmark.created_by },
    ...{ updatedAt: bookmark.updated_at.toISOString(), updatedBy: bookmark.updated_by },
    deletedAt: bookmark.deleted_at?.toISOString() ?? null,
    ...more,
  };
  // The row is JSON already, and keeps its numbers as they are.
  return `${printJson(line).slice(0, -1)},"row":${bookmark.row}}\n`;
}

async function* each(rows: readonly string[]): AsyncGenerator<string> {
  yield* rows;
}

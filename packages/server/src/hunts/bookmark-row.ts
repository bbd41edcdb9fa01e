import type { Selectable } from "kysely";
import type { Entity } from "../detect/alert.js";
import { entitiesText } from "../service/alert-row.js";
import type { BookmarksTable } from "../state/tables.js";

/** The bookmark as it is now, as a row of `HuntingBookmark` in one line of JSON; each change adds a row. */
export function bookmarkRow(bookmark: Selectable<BookmarksTable>): string {
  const entities = JSON.parse(bookmark.entities) as readonly Entity[]; // What `addBookmarks` wrote.
  return JSON.stringify({
    TimeGenerated: bookmark.updated_at.toISOString(),
    BookmarkId: bookmark.id,
    BookmarkName: bookmark.name,
    CreatedBy: bookmark.created_by,
    UpdatedBy: bookmark.updated_by,
    CreatedTime: bookmark.created_at.toISOString(),
    LastUpdatedTime: bookmark.updated_at.toISOString(),
    ...(bookmark.event_time === null ? {} : { EventTime: bookmark.event_time }),
    Notes: bookmark.notes,
    Tags: JSON.stringify(bookmark.tags),
    QueryText: bookmark.query,
    QueryStartTime: bookmark.query_from,
    QueryEndTime: bookmark.query_to,
    QueryResultRow: bookmark.row,
    Entities: entitiesText(entities),
    SoftDeleted: bookmark.deleted_at !== null,
    SourceSystem: "Azure",
    Type: "HuntingBookmark",
  });
}

/** Why a function has no meaning in a workspace, and what to write in its place. */
interface Unavailable {
  readonly why: string;
  readonly hint?: string;
}

const cursor: Unavailable = {
  why: "compares rows with a cursor of a database, and a workspace has none",
  hint: "compare `ingestion_time()` with a time",
};
const shard: Unavailable = { why: "tells of the parts in which a cluster stores a table, and a workspace has none" };
const principal: Unavailable = {
  why: "tells of who asks, and a workspace has no directory of users",
  hint: "write the name as a text",
};
const server: Unavailable = { why: "tells of the cluster that answers, and a workspace is none" };

const period: Unavailable = {
  why: "gives a score, and how it comes about is not public",
  hint: "functions that need a period take it as an argument",
};
const combined: Unavailable = {
  why: "makes one hash of several, and how is not public",
  hint: "`hash(strcat(…))` hashes several values",
};

/** Functions that depend on what a cluster has and a workspace has not, or on what only its makers know. */
export const unavailable: Readonly<Record<string, Unavailable>> = {
  current_cluster_endpoint: server,
  current_cursor: cursor,
  current_node_id: server,
  current_principal: principal,
  current_principal_details: principal,
  current_principal_is_member_of: principal,
  cursor_after: cursor,
  cursor_before_or_at: cursor,
  cursor_current: cursor,
  entity_group: { why: "names a group of databases, and a workspace is one" },
  extent_id: shard,
  extent_tags: shard,
  extentid: shard,
  hash_combine: combined,
  hash_many: combined,
  row_id: shard,
  row_rank: { why: "is an old name whose rank is not written down", hint: "write `row_rank_dense`" },
  rowstore_ordinal_range: shard,
  series_periods_detect: period,
  series_periods_validate: period,
};

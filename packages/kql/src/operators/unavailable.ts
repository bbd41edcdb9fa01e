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

/** Functions that depend on what a cluster has and a workspace has not. */
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
  estimate_data_size: {
    why: "estimates a size in the storage of a cluster",
    hint: "`string_size(tostring(column))` gives the size of a text",
  },
  extent_id: shard,
  extent_tags: shard,
  extentid: shard,
  row_id: shard,
  row_rank: { why: "is an old name whose rank is not written down", hint: "write `row_rank_dense`" },
  rowstore_ordinal_range: shard,
};

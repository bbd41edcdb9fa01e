/** Why a plugin is not translated, and what can be done instead. */
export interface RefusedPlugin {
  readonly why: string;
  readonly hint: string;
}

const outside = "asks a service outside the workspace";
const store = "load its data with `calypso ingest`, or read a file of it with `externaldata`";

/** Plugins that have no translation, and are not likely to get one. */
export const refusedPlugins: Readonly<Record<string, RefusedPlugin>> = {
  ai_chat_completion: {
    why: outside,
    hint: "give the rows to the model that you choose, from the output of the query",
  },
  ai_chat_completion_prompt: {
    why: outside,
    hint: "give the rows to the model that you choose, from the output of the query",
  },
  ai_embed_text: { why: outside, hint: "load vectors that were made elsewhere as a dynamic column" },
  ai_embeddings: { why: outside, hint: "load vectors that were made elsewhere as a dynamic column" },
  autocluster: {
    why: "chooses its patterns by an algorithm that is not documented, from seeds that differ from run to run",
    hint: "`summarize count() by` the columns, then `top`, shows the combinations that are frequent",
  },
  azure_digital_twins_query_request: { why: outside, hint: store },
  basket: {
    why: "looks at a sample of the rows, so that its answers differ from run to run",
    hint: "`summarize count() by` the columns, then `top`, shows the combinations that are frequent",
  },
  cosmosdb_sql_request: { why: outside, hint: store },
  csharp: { why: "runs a program of another language", hint: "run the program over the output of the query" },
  dax_request: { why: outside, hint: store },
  diffpatterns: {
    why: "chooses its patterns by an algorithm that is not documented",
    hint: "`summarize countif(…), countif(…) by` the columns shows the combinations that differ",
  },
  execute_query: { why: "sends a query to another cluster", hint: store },
  execute_show_command: {
    why: "sends a command to another cluster",
    hint: "`getschema` and `| take 0` show what a table has",
  },
  external_datatable: { why: "reads a table outside the workspace", hint: store },
  funnel_sequence: {
    why: "gives three tables, and a query has one result here",
    hint: "`scan` finds sequences of rows, and `summarize` counts them",
  },
  http_request: { why: outside, hint: store },
  http_request_post: { why: outside, hint: store },
  identity_v3: { why: "is for tests of the service itself, and is not documented", hint: "leave it out" },
  infer_storage_schema: {
    why: "looks into a storage account outside the workspace",
    hint: "`calypso ingest` recognises the columns of files; `getschema` then shows them",
  },
  infer_storage_schema_with_suggestions: {
    why: "looks into a storage account outside the workspace",
    hint: "`calypso ingest` recognises the columns of files; `getschema` then shows them",
  },
  mysql_request: { why: outside, hint: store },
  postgresql_request: { why: outside, hint: store },
  preview: {
    why: "gives two tables, and a query has one result here",
    hint: "`take` gives the first rows, and `count` their number",
  },
  python: { why: "runs a program of another language", hint: "run the program over the output of the query" },
  r: { why: "runs a program of another language", hint: "run the program over the output of the query" },
  session_count: {
    why: "is documented by a picture of its result only, which does not say whether sessions count that began before",
    hint: "sort by id and time, compare each row with the one before by `prev`, and `summarize` those that begin a session",
  },
  sql_request: { why: outside, hint: store },
};

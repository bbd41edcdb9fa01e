/** Commands that may begin a search where no pipe stands before them. */
export const generating = new Set([
  ...["search", "tstats", "mstats", "inputlookup", "from", "datamodel", "rest", "makeresults", "metadata", "union"],
  ...["multisearch", "dbxquery", "loadjob", "savedsearch", "pivot"],
]);

/** Commands that keep no row out by a condition; what they make beside names is not followed. */
export const withoutEffect = new Set([
  ...[
    "sort",
    "head",
    "tail",
    "reverse",
    "dedup",
    "uniq",
    "convert",
    "fillnull",
    "filldown",
    "makemv",
    "mvexpand",
    "mvcombine",
    "nomv",
  ],
  ...["fromjson", "kv", "extract", "xmlkv", "xpath", "multikv", "tojson", "addinfo", "fieldformat", "fieldsummary"],
  ...[
    "append",
    "appendcols",
    "appendpipe",
    "union",
    "multisearch",
    "outputlookup",
    "collect",
    "makeresults",
    "replace",
    "rangemap",
  ],
  ...[
    "strcat",
    "addtotals",
    "addcoltotals",
    "accum",
    "autoregress",
    "delta",
    "reltime",
    "typer",
    "tags",
    "noop",
    "localize",
    "gauge",
  ],
]);

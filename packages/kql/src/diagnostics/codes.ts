/** Every code of Calypso's own, with what it means. Codes of the KQL binder keep their `KS…` name. */
export const diagnosticCodes = {
  "syntax-error": "The text is not KQL.",
  "unknown-table": "A table that the workspace does not have.",
  "unknown-watchlist": "A watchlist that has not been loaded; it reads as empty.",
  "unknown-column": "A column that the rows at this place do not have; it reads as null.",
  "unknown-function": "A function that neither KQL nor the workspace has.",
  "unsupported-operator": "A tabular operator that cannot be translated faithfully.",
  "unsupported-function": "A function that cannot be translated faithfully.",
  "unsupported-option": "An option or form of a construct that cannot be translated faithfully.",
  "bad-argument": "An argument whose value the function or operator does not take.",
  "not-constant": "A value that has to be known before the query runs.",
  "type-mismatch": "Types that do not go together at this place.",
  "recursive-function": "A function that calls itself.",
  "no-data": "A source that nobody has the data of: it gives nulls or no rows.",
  "not-followed": "A stage through which one event cannot be followed, or that has no rows to count.",
  "too-complex": "A query that grows beyond what the engine reads.",
} as const;

export type DiagnosticCode = keyof typeof diagnosticCodes;

import { unsettledRows } from "@calypso/kql";

/** Every code of a failure: the world said no. A user reads the message, a script the code. */
export const failureCodes = {
  "workspace-in-use": "Another process has the workspace folder open.",
  "workspace-unusable": "The workspace folder or server cannot be opened.",
  "store-unreachable": "The ClickHouse server does not answer.",
  "store-forbidden": "The ClickHouse server refuses the user or the statement.",
  "store-full": "The disk that holds the workspace is full.",
  "query-timeout": "The query ran longer than its limit.",
  "query-memory": "The query needs more memory than its limit.",
  "query-cancelled": "The query was stopped.",
  "query-wrong": "The query has an error, so that it has no result.",
  "no-columns": "A result without columns, which a file cannot hold.",
  "result-too-large": "The result has more rows or bytes than its limit.",
  "step-memory": "A part of the query that works outside the engine needs more memory than its limit.",
  "compile-timeout": "The query takes longer than its limit to be understood.",
  "compile-memory": "The query needs more memory than its limit to be understood.",
  "too-complex": "The query grows beyond what the engine reads.",
  "bad-value": "A value in the data stopped the query.",
  "unsettled-rows":
    "The rows meet an operator in a way for which the language's reference does not say what comes out.",
  "bad-data": "A file does not hold what its format promises.",
  "column-conflict": "A column has two types that no column can hold.",
  "external-forbidden": "A remote file whose host is not on the allow-list.",
  "external-missing": "A file of `externaldata` that is not there.",
  "external-unreadable": "A file of `externaldata` that cannot be fetched or read.",
  "external-option": "A format or option of `externaldata` that is not supported.",
  "file-unreadable": "A file that cannot be read.",
  "watchlist-unusable": "A file that cannot be loaded as a watchlist.",
  "state-in-use": "Another service uses the database of rules, alerts and incidents.",
  "incident-unknown": "There is no such incident, alert or task.",
  "hunt-unknown": "There is no such hunting query.",
  "hunt-unusable": "A query to hunt with that cannot be run.",
  "bookmark-unknown": "There is no such bookmark.",
  "bookmark-refused": "Bookmarks that cannot be made or changed as wanted.",
  "notice-unknown": "There is no such notice among those that were given up.",
  "incident-refused": "A change that an incident does not take.",
  "incident-changed": "An incident that somebody else has changed since it was looked at.",
  "state-missing": "There is no database of rules, alerts and incidents at the place that was named.",
  "catalog-source-unknown": "A source of rules for the catalogue that does not show whose they are, or holds none.",
  "folder-not-empty": "A folder to write to that holds something else.",
  "catalog-rule-unknown": "There is no such rule in the catalogue.",
  "catalog-rule-foreign": "A rule of the catalogue that cannot run here.",
  "trial-refused": "A trial of rules of the catalogue that cannot begin.",
  "profile-unknown": "There is no such threat profile.",
  "profile-unusable": "A threat profile that cannot be read, or names no technique.",
  "file-in-the-way": "A file that would be written is there already.",
  "file-unwritable": "A file that cannot be written.",
  "rule-unknown": "There is no such rule.",
  "rule-read-only": "A file of rules that cannot be changed where it is.",
  "rule-changed": "A file of rules is another than the one that was changed.",
  "rule-wrong": "The text of a rule, an override or an exception has errors.",
  "preview-too-long": "A preview would run more windows than a page waits for.",
  "exception-hides-attacks": "An exception would hide alerts that were found to be about attacks.",
  "upload-too-large": "A file is larger than the service takes on its pages.",
  "upload-broken": "A file that was handed in did not come to its end.",
  "table-unknown": "There is no such table or column.",
  "load-unknown": "There is no such load.",
  "work-in-progress": "As much work of this kind is going on as the service does at a time.",
  "rule-unusable": "The query behind an alert cannot be run any more.",
  "rows-gone": "Rows behind an alert are not there any more.",
  "publication-refused": "Rows of alerts or incidents could not be stored among the logs.",
  "listen-refused": "An address that the service cannot, or may not, listen on.",
  "saved-query-unknown": "There is no such saved query or function.",
  "saved-query-refused": "A query or function that cannot be kept as wanted.",
  "trace-refused": "A stage of a query, or an event, that cannot be looked at.",
  "access-unknown": "There is no such user, session, passkey or token.",
  "access-refused": "A change of users, passwords, passkeys or tokens that is not allowed.",
  "access-unusable": "Settings of signing in, or a provider of accounts, that cannot be used.",
  "engine-error": "The engine refused a statement of Calypso's own making: a fault in Calypso.",
} as const;

export type FailureCode = keyof typeof failureCodes;

/** The world said no: a code for scripts, a sentence for people, and the original error as the cause. */
export class Failure extends Error {
  override readonly name = "Failure";
  readonly code: FailureCode;
  /** What the user can do about it. */
  readonly hint: string | undefined;

  constructor(code: FailureCode, message: string, options: { readonly cause?: unknown; readonly hint?: string } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.hint = options.hint;
  }
}

/** The coded failure for an error of the ClickHouse client or of the embedded engine; its own text stays in `cause`. */
export function failureFrom(error: unknown): Failure {
  if (error instanceof Failure) return error;
  const raw = error instanceof Error ? error.message : String(error);
  const unsettled = unsettledRows(raw);
  if (unsettled !== undefined) return new Failure("unsettled-rows", unsettled, { cause: error });
  const coded = byEngineCode[engineCode(error, raw)];
  const known = coded === tooLarge && /max bytes/.test(raw) ? tooWide : coded;
  if (known !== undefined) return new Failure(known.code, known.message, { cause: error, ...hintOf(known) });
  if (/ECONNREFUSED|ENOTFOUND|EAI_AGAIN|ECONNRESET|ETIMEDOUT|EHOSTUNREACH|socket hang up|Timeout error/i.test(raw)) {
    return new Failure("store-unreachable", "the ClickHouse server does not answer", { cause: error });
  }
  if (/ENOSPC/.test(raw)) return new Failure("store-full", "no space is left on the disk", { cause: error });
  return new Failure("engine-error", "the engine could not run the SQL of this query", {
    cause: error,
    hint: "this is a fault in Calypso; `--explain-sql` prints the SQL for a report",
  });
}

interface KnownError {
  readonly code: FailureCode;
  readonly message: string;
  readonly hint?: string;
}

const unreadable: KnownError = { code: "bad-data", message: "the data does not hold what its format promises" };
const tooComplex: KnownError = { code: "too-complex", message: "the query grows beyond what the engine reads" };
const tooLarge: KnownError = {
  code: "result-too-large",
  message: "the result has more rows than the limit",
  hint: "summarize, or take fewer rows",
};
const tooWide: KnownError = { ...tooLarge, message: "the result has more bytes than the limit" };
const badValue: KnownError = { code: "bad-value", message: "a value in the data stopped the query" };
const forbidden: KnownError = { code: "store-forbidden", message: "ClickHouse refuses this user or statement" };

/** By ClickHouse's own error numbers. */
const byEngineCode: Readonly<Record<string, KnownError>> = {
  6: unreadable,
  26: unreadable,
  27: unreadable,
  33: unreadable,
  38: unreadable,
  41: unreadable,
  72: unreadable,
  117: unreadable,
  636: unreadable,
  1001: unreadable,
  153: badValue,
  321: badValue,
  349: badValue,
  395: badValue,
  407: badValue,
  158: tooLarge,
  396: tooLarge,
  159: {
    code: "query-timeout",
    message: "the query ran longer than its time limit",
    hint: "ask for a shorter time range, or raise the limit",
  },
  241: {
    code: "query-memory",
    message: "the query needs more memory than its limit",
    hint: "ask for a shorter time range or fewer columns, or raise the limit",
  },
  394: { code: "query-cancelled", message: "the query was stopped" },
  167: tooComplex,
  168: tooComplex,
  306: tooComplex,
  164: forbidden,
  497: forbidden,
  516: forbidden,
  243: { code: "store-full", message: "no space is left on the disk" },
};

function engineCode(error: unknown, raw: string): string {
  const own = error instanceof Error && "code" in error ? String(error.code) : "";
  return /^\d+$/.test(own) ? own : (/\bCode: (\d+)\b/.exec(raw)?.[1] ?? "");
}

function hintOf(known: KnownError): { readonly hint?: string } {
  return known.hint === undefined ? {} : { hint: known.hint };
}

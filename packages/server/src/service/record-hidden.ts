import { createHash } from "node:crypto";
import type { RuleException } from "@calypso/catalog";
import type { Transaction } from "kysely";
import type { HiddenByException, HiddenRows } from "../detect/exceptions.js";
import type { StateTables } from "../state/tables.js";
import type { LedgerWindow } from "./ledger.js";

/** Whom or what an exception hid in a window and never before. */
export interface NewlyHidden {
  readonly exception: RuleException;
  /** Rows of the window that the exception hid, also of those whom it had hidden before. */
  readonly rows: number;
  readonly values: readonly string[];
}

/** Keeps what exceptions hid in a window, in the transaction of its result, and gives what is new about that. */
export async function recordHidden(
  db: Transaction<StateTables>,
  { rule_id, window_to }: LedgerWindow,
  { byException }: HiddenRows,
): Promise<readonly NewlyHidden[]> {
  const found: NewlyHidden[] = [];
  for (const one of byException) {
    const { exception, rows } = one;
    await db.insertInto("exception_hits").values({ rule_id, exception_id: exception.id, window_to, rows }).execute();
    const values = await newAmong(db, { rule_id, window_to }, one);
    if (values.length > 0) found.push({ exception, rows, values });
  }
  return found;
}

/** Values in one statement; a statement takes 65535 parameters. */
const most = 5000;

async function newAmong(
  db: Transaction<StateTables>,
  window: Pick<LedgerWindow, "rule_id" | "window_to">,
  { exception, values }: HiddenByException,
): Promise<readonly string[]> {
  const rows = values.map((value) => ({
    rule_id: window.rule_id,
    exception_id: exception.id,
    digest: createHash("sha256").update(value).digest("hex"),
    value: value.slice(0, longest),
    first_window: window.window_to,
  }));
  const added: string[] = [];
  for (let at = 0; at < rows.length; at += most) {
    const inserted = await db
      .insertInto("exception_values")
      .values(rows.slice(at, at + most))
      .onConflict((conflict) => conflict.doNothing())
      .returning("value")
      .execute();
    added.push(...inserted.map(({ value }) => value));
  }
  return added;
}

/** Characters of a value that are kept. */
const longest = 500;

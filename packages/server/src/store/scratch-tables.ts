import { type Column, clickHouseTypes } from "@calypso/kql";
import { quoteName, quoteText } from "./quoting.js";

/** How the names of all tables begin that exist for the length of one run. */
export const scratchPrefix = "_calypso_step_";

/** The statement that makes a table in memory. */
export function makeScratchStatement(name: string, columns: readonly Column[]): string {
  return `CREATE TABLE ${quoteName(name)} (${structureOf(columns)}) ENGINE = Memory`;
}

/**
 * The statement that adds rows, each a JSON array in one line. They are a text in the statement, because an embedded
 * engine that is given data after a statement goes on to read the process's standard input.
 */
export function fillScratchStatement(name: string, lines: readonly string[], columns: readonly Column[]): string {
  const data = `format(JSONCompactEachRow, ${quoteText(structureOf(columns))}, ${quoteText(lines.join("\n"))})`;
  return `INSERT INTO ${quoteName(name)} SELECT * FROM ${data}`;
}

function structureOf(columns: readonly Column[]): string {
  return columns.map(({ name, type }) => `${quoteName(name)} ${clickHouseTypes[type]}`).join(", ");
}

/** The statement that takes a table away. */
export function dropScratchStatement(name: string): string {
  return `DROP TABLE IF EXISTS ${quoteName(name)} SYNC`;
}

/**
 * A SELECT of the names of tables that runs have left behind: all of them where no other process can be at work, and
 * otherwise those that are older than any run.
 */
export function leftScratchQuery(alone: boolean): string {
  const age = alone ? "" : " AND metadata_modification_time < now() - INTERVAL 2 DAY";
  return `SELECT name FROM system.tables WHERE database = currentDatabase() AND startsWith(name, ${quoteText(scratchPrefix)})${age}`;
}

import { randomUUID } from "node:crypto";
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { openState } from "../open-state.js";

/** A place for a state that nothing else uses. */
export interface TestPlace {
  readonly place: string;
  remove(): Promise<void>;
}

/** Where a state can be kept here, by name: in a folder, and on a PostgreSQL server where the environment names one. */
export const testPlaces: Readonly<Record<string, () => Promise<TestPlace>>> = {
  embedded: async () => {
    const place = mkdtempSync(join(tmpdir(), "calypso-state-"));
    template ??= emptyState();
    cpSync(await template, place, { recursive: true });
    return { place, remove: async () => rmSync(place, { recursive: true, force: true }) };
  },
  ...serverPlace(process.env["CALYPSO_TEST_POSTGRES"]),
};

/** Making a new embedded state takes seconds; copying one does not. */
let template: Promise<string> | undefined;

async function emptyState(): Promise<string> {
  const place = mkdtempSync(join(tmpdir(), "calypso-state-"));
  process.once("exit", () => rmSync(place, { recursive: true, force: true }));
  await (await openState(place)).close();
  return place;
}

function serverPlace(url: string | undefined): Readonly<Record<string, () => Promise<TestPlace>>> {
  if (url === undefined) return {};
  return {
    server: async () => {
      const name = `calypso_${randomUUID().replaceAll("-", "")}`;
      await onServer(url, `CREATE DATABASE ${name}`);
      const place = new URL(url);
      place.pathname = `/${name}`;
      return { place: place.href, remove: () => onServer(url, `DROP DATABASE ${name} WITH (FORCE)`) };
    },
  };
}

async function onServer(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(statement);
  await client.end();
}

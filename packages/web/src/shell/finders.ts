import { client, needSchema, schema } from "../platform/client.ts";
import type { Command } from "../platform/commands.ts";
import { go } from "../platform/router.ts";
import { packed } from "../text/packed.ts";

/** What the palette finds by a text that was typed, beside commands. */
export interface Found extends Command {
  /** What it is: `table`, `incident`. */
  readonly kind: string;
}

/** Looks for things of one kind; those that fit best come first. Fails where the server cannot be asked. */
type Finder = (text: string, signal: AbortSignal) => Promise<readonly Found[]>;

/** How many things of one kind are shown. */
const most = 5;

const tables: Finder = async (text) => {
  needSchema();
  const known = schema.state === "ready" ? schema().tables : [];
  const lower = text.toLowerCase();
  const fits = known.filter(({ name }) => name.toLowerCase().includes(lower));
  return fits
    .sort((one, other) => Number(other.hasData) - Number(one.hasData) || one.name.length - other.name.length)
    .slice(0, most)
    .map(({ name }) => ({ kind: "table", name, run: () => go(`/tables?table=${encodeURIComponent(name)}`) }));
};

const incidents: Finder = async (text, signal) => {
  const answer = await client.call("incidents", { query: { text, limit: most }, signal });
  return answer.incidents.map(({ number, title, severity }) => ({
    kind: "incident",
    name: `${number} ${title} (${severity})`,
    run: () => go(`/incidents/${number}`),
  }));
};

const rules: Finder = async (text, signal) => {
  const answer = await client.call("rules", { signal });
  const words = text.toLowerCase().split(/\s+/);
  return answer.rules
    .filter(({ name }) => words.every((word) => name.toLowerCase().includes(word)))
    .slice(0, most)
    .map(({ key, name }) => ({ kind: "rule", name, run: () => go(`/rules/${encodeURIComponent(key)}`) }));
};

const catalogue: Finder = async (text, signal) => {
  const answer = await client.call("searchCatalogue", { query: { text, limit: most }, signal });
  return answer.rules.map(({ id, name, platform }) => ({
    kind: `catalogue · ${platform}`,
    name,
    run: () => go(`/catalogue/rules/${encodeURIComponent(id)}`),
  }));
};

/** An account, address or other entity whose name was typed whole has a page, whether an alert names it or not. */
const entities: Finder = async (text) => {
  const type = /^[^\s@]+@[^\s@]+$/.test(text)
    ? "account"
    : /^(\d{1,3}(\.\d{1,3}){3}|[\da-f:]*:[\da-f:]+)$/i.test(text)
      ? "ip"
      : undefined;
  if (type === undefined) return [];
  return [{ kind: "entity", name: text, run: () => go(`/entities/${type}/${encodeURIComponent(text)}`) }];
};

const logs: Finder = async (text) => {
  const query = `search ${JSON.stringify(text)}\n| take 100`;
  return [
    {
      kind: "logs",
      name: `Look for “${text}” in all tables of the last day`,
      run: async () => go(`/hunt?range=24h#q=${await packed(query)}`, { atOnce: true }),
    },
  ];
};

const finders: readonly Finder[] = [entities, incidents, rules, tables, catalogue, logs];

/** Everything of these names, kind by kind; a kind that cannot be asked for now is left out. */
export async function findAll(text: string, signal: AbortSignal): Promise<readonly Found[]> {
  const wanted = text.trim();
  if (wanted.length < 2) return [];
  const lists = await Promise.all(finders.map((finder) => finder(wanted, signal).catch(() => [])));
  return lists.flat();
}

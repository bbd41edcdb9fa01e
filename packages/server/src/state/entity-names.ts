import { entityTypes } from "@calypso/catalog";

/** What people call an entity, and what its page is called. */
export interface EntityName {
  /** Sentinel's type in lower case: `account`, `ip`, `cloudapplication`. */
  readonly type: string;
  /** In lower case, but for URLs and files; at most 300 characters. */
  readonly name: string;
  /** As it was written. */
  readonly label: string;
  /** Whether its page is called so; an entity has one such name. */
  readonly main: boolean;
}

/** How entities of a type are called, the best first; parts of a name are joined by what stands between them. */
const forms: Readonly<Record<string, readonly (readonly [string, string?, string?])[]>> = {
  account: [
    ["name", "@", "upnsuffix"],
    ["fullname"],
    ["ntdomain", "\\", "name"],
    ["aaduserid"],
    ["sid"],
    ["displayname"],
    ["name"],
  ],
  host: [["hostname", ".", "dnsdomain"], ["fullname"], ["hostname"], ["netbiosname"], ["azureid"]],
  cloudapplication: [["name"], ["appid"]],
  file: [["directory", "/", "name"], ["name"]],
};

const cased: ReadonlySet<string> = new Set(["url", "file"]);
const longest = 300;

/**
 * The names of an entity, the one of its page first. A bare name is one only where there is no better: `ann` may be anybody.
 * Nothing where it has none.
 */
export function namesOfEntity({ type = "", ...identifiers }: Readonly<Record<string, string>>): readonly EntityName[] {
  const values = new Map(Object.entries(identifiers).map(([key, value]) => [key.toLowerCase(), value.trim()]));
  const kind = type.toLowerCase();
  const usual = entityTypes[type]?.identifiers.map((name) => [name.toLowerCase()] as const) ?? [];
  const found = (forms[kind] ?? usual).flatMap(([first, between, second]) => {
    const [one, other] = [values.get(first) ?? "", second === undefined ? "" : (values.get(second) ?? "")];
    if (one === "" || (second !== undefined && other === "")) return [];
    return [{ text: second === undefined ? one : `${one}${between}${other}`, bare: first === "name" && !second }];
  });
  const good = kind === "account" && found.some(({ bare }) => !bare) ? found.filter(({ bare }) => !bare) : found;
  const names = new Map(good.map(({ text }) => [nameOfPage(kind, text), text]));
  return [...names].map(([name, label], index) => ({
    ...{ type: kind, name, label: label.slice(0, longest), main: index === 0 },
  }));
}

/** A name as it is compared. */
export function nameOfPage(type: string, text: string): string {
  const trimmed = text.trim();
  return (cased.has(type) ? trimmed : trimmed.toLowerCase()).slice(0, longest);
}

/** The names of several entities, each once. */
export function namesOfAll(entities: readonly Readonly<Record<string, string>>[]): readonly EntityName[] {
  const all = new Map<string, EntityName>();
  for (const name of entities.flatMap(namesOfEntity)) {
    const key = JSON.stringify([name.type, name.name]);
    if (all.get(key)?.main !== true) all.set(key, name);
  }
  return [...all.values()];
}

import { type AttackFacts, isSubTechnique, techniqueOf } from "@calypso/catalog";
import type { Kysely } from "kysely";
import type { StateTables } from "../state/tables.js";
import { claimsOf, platformsOf } from "./tables.js";

/** A technique of ATT&CK, and how many rules claim it; undefined where ATT&CK has none of that number. */
export async function techniqueKnown(db: Kysely<StateTables>, attack: AttackFacts, number: string) {
  const id = number.toUpperCase();
  const found = Object.hasOwn(attack.techniques, id) ? attack.techniques[id] : undefined;
  if (found === undefined) return undefined;
  const parent = isSubTechnique(id) ? techniqueOf(id) : undefined;
  const below = Object.entries(attack.techniques).filter(
    ([one, { withdrawn }]) => withdrawn !== true && one !== id && techniqueOf(one) === id,
  );
  const counts = await claimsOf(
    db,
    below.map(([one]) => one),
  );
  return {
    ...{ id, name: found.name, attack: { version: attack.version, source: attack.source } },
    tactics: found.tactics.map((token) => ({
      token,
      name: attack.tactics.find((tactic) => tactic.token === token)?.name ?? token,
    })),
    platforms: found.platforms ?? [],
    dataComponents: found.data ?? [],
    ...(parent === undefined ? {} : { parent: { id: parent, name: attack.techniques[parent]?.name ?? parent } }),
    withdrawn: found.withdrawn === true,
    ...(found.successor === undefined ? {} : { successor: found.successor }),
    subTechniques: below.map(([one, { name }]) => ({ id: one, name, rules: counts.get(one) ?? 0 })),
    rules: await platformsOf(db, "technique", id),
  };
}

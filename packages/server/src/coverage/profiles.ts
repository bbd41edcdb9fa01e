import { type AttackFacts, readThreatProfile, type ThreatProfile } from "@calypso/catalog";
import type { State } from "../state/open-state.js";
import { Failure } from "../store/failures.js";

/** A threat profile that somebody has kept. */
export interface KeptProfile {
  readonly name: string;
  /** What the profile calls itself. */
  readonly title: string;
  /** How many techniques it names that ATT&CK knows. */
  readonly techniques: number;
  readonly savedBy: string;
  readonly savedAt: Date;
}

/** The profiles that are kept, in the order of their names. */
export async function keptProfiles({ db }: State): Promise<readonly KeptProfile[]> {
  const rows = await db
    .selectFrom("coverage_profiles")
    .select(["name", "title", "techniques", "saved_by", "saved_at"])
    .orderBy("name")
    .execute();
  return rows.map(({ saved_by: savedBy, saved_at: savedAt, ...profile }) => ({ ...profile, savedBy, savedAt }));
}

/** A profile to keep. */
export interface ProfileToKeep {
  readonly name: string;
  readonly text: string;
  /** Of a STIX bundle. */
  readonly group?: string;
  readonly by: string;
  readonly at: Date;
}

/** Keeps a profile, in the place of one of its name; gives what there is to remark about it. Throws a `Failure` where it is none. */
export async function keepProfile(
  { db }: State,
  attack: AttackFacts,
  { name, text, group, by, at }: ProfileToKeep,
): Promise<readonly string[]> {
  const { profile, problems } = readThreatProfile({ name, text }, attack, group);
  const said = problems.map(({ message, line }) => `line ${line}: ${message}`);
  if (profile === undefined) throw new Failure("profile-unusable", said.join("; ") || `${name} is no profile`);
  const row = {
    ...{ title: profile.name, techniques: profile.techniques.length, text, group_name: group ?? "" },
    ...{ saved_by: by, saved_at: at },
  };
  await db
    .insertInto("coverage_profiles")
    .values({ name, ...row })
    .onConflict((conflict) => conflict.column("name").doUpdateSet(row))
    .execute();
  return said;
}

/** Forgets a profile. Throws a `Failure` where there is none of the name. */
export async function dropProfile({ db }: State, name: string): Promise<void> {
  const { numDeletedRows } = await db.deleteFrom("coverage_profiles").where("name", "=", name).executeTakeFirst();
  if (numDeletedRows === 0n) throw unknown(name);
}

/** The profile of a name. Throws a `Failure` where there is none. */
export async function profileNamed({ db }: State, attack: AttackFacts, name: string): Promise<ThreatProfile> {
  const row = await db
    .selectFrom("coverage_profiles")
    .select(["text", "group_name"])
    .where("name", "=", name)
    .executeTakeFirst();
  if (row === undefined) throw unknown(name);
  const { text, group_name: group } = row;
  const { profile } = readThreatProfile({ name, text }, attack, group === "" ? undefined : group);
  if (profile === undefined) {
    throw new Failure("profile-unusable", `this version of ATT&CK knows no technique of the profile ${name}`);
  }
  return profile;
}

function unknown(name: string): Failure {
  return new Failure("profile-unknown", `there is no threat profile ${name}`, { hint: "the coverage page lists them" });
}

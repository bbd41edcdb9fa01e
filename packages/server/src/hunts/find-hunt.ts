import type { Rule } from "@calypso/catalog";
import { Failure } from "../store/failures.js";

/** The hunting queries among rules. */
export function huntsAmong(rules: readonly Rule[]): readonly Rule[] {
  return rules.filter(({ kind }) => kind === "Hunting");
}

/** The hunting query of a name or an id, whatever the case of its letters. */
export function huntNamed(rules: readonly Rule[], name: string): Rule {
  const wanted = name.trim().toLowerCase();
  const named = rules.filter((rule) => [rule.id, rule.name.trim()].some((own) => own.toLowerCase() === wanted));
  const hunts = huntsAmong(named);
  const [hunt, other] = hunts;
  if (hunt !== undefined && other === undefined) return hunt;
  if (hunt !== undefined) {
    const places = hunts.map(({ id, file }) => (id === "" ? file : `${id} in ${file}`)).join(", ");
    throw new Failure("hunt-unknown", `${hunts.length} hunting queries are called ${name}: ${places}`, {
      hint: "name it by its id, or give its own file with --rules",
    });
  }
  const rule = named[0];
  if (rule === undefined)
    throw new Failure("hunt-unknown", `there is no hunting query ${name}`, { hint: "`calypso hunts list` lists them" });
  throw new Failure("hunt-unknown", `${name} is no hunting query, its kind is ${rule.kind}`, {
    hint: "`calypso detect` runs it",
  });
}

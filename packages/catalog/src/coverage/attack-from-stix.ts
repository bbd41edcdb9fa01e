import type { AttackFacts, AttackTactic, AttackTechnique } from "./attack-facts.js";
import { type StixBundle, type StixObject, textOf, textsOf } from "./stix.js";

/** What a bundle says of ATT&CK Enterprise, or why it says nothing. */
export type AttackOfStix = { readonly attack: AttackFacts } | { readonly problem: string };

/** Reads `enterprise-attack.json` as MITRE publishes it: techniques, tactics, what was revoked, and what data shows them. */
export function attackFromStix(bundle: StixBundle): AttackOfStix {
  const patterns = bundle.ofType("attack-pattern").flatMap((object) => {
    const id = bundle.attackId(object);
    return id === undefined || !/^T[1-9]\d{3}(?:\.\d{3})?$/.test(id) ? [] : [{ id, object }];
  });
  if (patterns.length === 0) return { problem: "the bundle holds no techniques of ATT&CK (attack-pattern)" };
  const tactics = tacticsOf(bundle);
  if (tactics.length === 0) return { problem: "the bundle holds no tactics of ATT&CK (x-mitre-tactic)" };
  const version = bundle.ofType("x-mitre-collection").map((object) => textOf(object, "x_mitre_version"))[0];
  if (version === undefined) return { problem: "the bundle does not say its version (x-mitre-collection)" };
  const successors = successorsOf(bundle);
  const data = dataOf(bundle);
  const techniques = patterns
    .sort((a, b) => (a.id < b.id ? -1 : 1))
    // A number that was used twice is that of the technique which is in force.
    .sort((a, b) => Number(isWithdrawn(b.object)) - Number(isWithdrawn(a.object)))
    .map(({ id, object }) => [id, techniqueOf(object, tactics, successors, data)] as const);
  const sorted = [...new Map(techniques)].sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    attack: {
      version: version.replace(/\.0$/, ""),
      source: `MITRE ATT&CK Enterprise v${version.replace(/\.0$/, "")}. ${copyrightOf(bundle)}`,
      tactics: tactics.map(({ id, token, name }) => ({ id, token, name })),
      techniques: Object.fromEntries(sorted),
    },
  };
}

interface StixTactic extends AttackTactic {
  readonly shortName: string;
}

/** The tactics in the order of the matrix. */
function tacticsOf(bundle: StixBundle): readonly StixTactic[] {
  const order = bundle.ofType("x-mitre-matrix").flatMap((matrix) => textsOf(matrix, "tactic_refs"));
  return bundle
    .ofType("x-mitre-tactic")
    .filter((object) => !isWithdrawn(object))
    .flatMap((object) => {
      const [id, name, shortName] = [
        bundle.attackId(object),
        textOf(object, "name"),
        textOf(object, "x_mitre_shortname"),
      ];
      if (id === undefined || name === undefined || shortName === undefined) return [];
      const place = order.indexOf(object.id);
      return [{ id, name, shortName, token: tokenOf(name), place: place === -1 ? order.length : place }];
    })
    .sort((a, b) => a.place - b.place);
}

/** `CommandAndControl` for `Command and Control`. */
function tokenOf(name: string): string {
  return name
    .split(/[^A-Za-z]+/)
    .map((word) => word.slice(0, 1).toUpperCase() + word.slice(1))
    .join("");
}

function techniqueOf(
  object: StixObject,
  tactics: readonly StixTactic[],
  successors: ReadonlyMap<string, string>,
  data: ReadonlyMap<string, ReadonlySet<string>>,
): AttackTechnique {
  const phases = object.list("kill_chain_phases").map((phase) => phase["phase_name"]);
  const successor = successors.get(object.id);
  const platforms = textsOf(object, "x_mitre_platforms");
  // Until version 17 the technique itself names them: `Process: Process Creation`.
  const named = textsOf(object, "x_mitre_data_sources").map((text) => text.replace(/^[^:]*:\s*/, ""));
  const components = [...new Set([...(data.get(object.id) ?? []), ...named])].sort();
  return {
    name: textOf(object, "name") ?? "",
    tactics: tactics.filter(({ shortName }) => phases.includes(shortName)).map(({ token }) => token),
    ...(platforms.length === 0 ? {} : { platforms }),
    ...(isWithdrawn(object) ? { withdrawn: true as const } : {}),
    ...(isWithdrawn(object) && successor !== undefined ? { successor } : {}),
    ...(components.length === 0 ? {} : { data: components }),
  };
}

function isWithdrawn({ properties }: StixObject): boolean {
  return properties["revoked"] === true || properties["x_mitre_deprecated"] === true;
}

function successorsOf(bundle: StixBundle): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const { source, target } of bundle.relations("revoked-by")) {
    const id = bundle.attackId(target);
    if (id !== undefined) found.set(source.id, id);
  }
  return found;
}

/** Data components by the technique that they show: named at once, or since version 18 by a strategy and its analytics. */
function dataOf(bundle: StixBundle): ReadonlyMap<string, ReadonlySet<string>> {
  const found = new Map<string, Set<string>>();
  const add = (technique: StixObject, component: StixObject | undefined) => {
    const name =
      component === undefined || component.type !== "x-mitre-data-component" ? "" : textOf(component, "name");
    if (name) found.set(technique.id, (found.get(technique.id) ?? new Set()).add(name));
  };
  for (const { source, target } of bundle.relations("detects")) {
    add(target, source);
    for (const analytic of textsOf(source, "x_mitre_analytic_refs").map((id) => bundle.byId(id))) {
      for (const log of analytic?.list("x_mitre_log_source_references") ?? []) {
        const id = log["x_mitre_data_component_ref"];
        add(target, typeof id === "string" ? bundle.byId(id) : undefined);
      }
    }
  }
  return found;
}

const permission = "Reproduced and distributed with the permission of The MITRE Corporation.";

function copyrightOf(bundle: StixBundle): string {
  const statements = bundle.ofType("marking-definition").flatMap(({ properties: { definition } }) => {
    const statement = typeof definition === "object" && definition !== null ? Object.entries(definition) : [];
    return statement.flatMap(([key, value]) => (key === "statement" && typeof value === "string" ? value : []));
  });
  const own = statements.find((statement) => statement.includes("MITRE")) ?? "© The MITRE Corporation.";
  return `${own.replace(/\s+/g, " ").trim()} ${permission}`;
}

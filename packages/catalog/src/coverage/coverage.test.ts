import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { parse } from "yaml";
import type { AttackFacts } from "./attack-facts.js";
import { attackFromStix } from "./attack-from-stix.js";
import { currentClaims, currentTactics, currentTechnique } from "./current-claims.js";
import { dettectDataSources, dettectTechniques } from "./dettect.js";
import { gapsBefore, profileCoverage } from "./gaps.js";
import { coverageMatrix, type RuleCoverage, type StepFinding } from "./matrix.js";
import { navigatorLayer } from "./navigator.js";
import { readAttack } from "./read-attack.js";
import { readStixBundle } from "./stix.js";
import { readThreatProfile } from "./threat-profile.js";

const shipped = attackOf(readFileSync(new URL("../../../../content/attack/enterprise.json", import.meta.url), "utf8"));

function attackOf(text: string): AttackFacts {
  const read = readAttack(text);
  if ("problem" in read) throw new Error(read.problem);
  return read;
}

const rule = (
  name: string,
  claims: readonly string[],
  {
    purpose = "rule",
    upTo = 0,
    tactics = [],
    tested,
  }: Partial<RuleCoverage> & { upTo?: number; tactics?: string[]; tested?: undefined | boolean } = {},
): RuleCoverage => {
  const step = (index: number): StepFinding => ({ reached: upTo >= index, why: upTo >= index ? "yes" : `no ${index}` });
  const steps = {
    binds: step(1),
    data: step(2),
    tested: tested === undefined ? { why: "not run" } : step(3),
    fired: step(4),
  };
  return { id: name, name, purpose, claims: { tactics, techniques: claims }, steps };
};

test("the shipped file has every tactic, and successors that are in force", () => {
  expect(shipped.tactics.map(({ id }) => id)).toHaveLength(14);
  const tokens = new Set(shipped.tactics.map(({ token }) => token));
  const all = Object.entries(shipped.techniques);
  expect(all.filter(([, { withdrawn }]) => withdrawn !== true)).toHaveLength(691);
  for (const [id, { tactics, successor, withdrawn, platforms = [] }] of all) {
    if (withdrawn !== true) expect(tactics.length * platforms.length, id).toBeGreaterThan(0);
    expect(
      tactics.filter((token) => !tokens.has(token)),
      id,
    ).toEqual([]);
    if (successor === undefined) continue;
    expect({ id, withdrawn }).toEqual({ id, withdrawn: true });
    expect(shipped.techniques[successor], `${id} to ${successor}`).toMatchObject({ name: expect.any(String) });
    expect(shipped.techniques[successor]?.withdrawn, `${id} to ${successor}`).toBe(undefined);
  }
  expect(shipped.source).toContain("The MITRE Corporation");
});

test("claims are brought to the numbers and tactics in force", () => {
  const current = (id: string) => currentTechnique(shipped, id);
  expect(current("T1086")).toBe("T1059.001"); // withdrawn
  expect(current("T1073")).toBe("T1574.001");
  expect(current("T1685.002")).toBe("T1562.008"); // the number of the next version
  expect(current("T1043")).toBe(undefined); // withdrawn, and nothing took its place
  expect(current("T1999")).toBe(undefined);
  expect(currentTactics(shipped, "DefenseImpairment")).toEqual(["DefenseEvasion"]);
  expect(
    currentClaims(shipped, {
      tactics: ["Stealth", "Exfil"],
      techniques: ["T1078", "T1078.004", "T1086", "T1059.001", "T1043", "T0801"],
    }),
  ).toEqual({
    techniques: [{ id: "T1059.001" }, { id: "T1078.004" }],
    tactics: ["DefenseEvasion"],
    unknown: ["T1043", "Exfil"],
  });
});

test("steps are counted by rule, and by the furthest that one rule comes to without a gap", () => {
  const matrix = coverageMatrix(shipped, [
    rule("A", ["T1078.004"], { upTo: 2, tactics: ["InitialAccess"] }),
    rule("B", ["T1078"], { upTo: 0 }),
    rule("C", ["T1110.003"], { upTo: 4 }),
    rule("H", ["T1110"], { purpose: "hunt", upTo: 4 }),
    rule("F", ["T1110"], { purpose: "feed" }),
    rule("Old", ["T1086", "T1043"], { upTo: 1 }),
  ]);
  const of = (id: string) => matrix.all.find((one) => one.id === id);
  expect(of("T1078.004")).toMatchObject({ reached: "data", counts: { claimed: 1, binds: 1, data: 1, fired: 0 } });
  expect(of("T1078.004")?.tactics).toEqual({
    DefenseEvasion: undefined,
    Persistence: undefined,
    PrivilegeEscalation: undefined,
    InitialAccess: "data",
  });
  expect(of("T1078")).toMatchObject({ reached: "data", counts: { claimed: 2, binds: 1 }, ownRules: [{ name: "B" }] });
  expect(of("T1078")?.tactics).toMatchObject({ Persistence: "claimed", InitialAccess: "data" });
  expect(of("T1110")).toMatchObject({ reached: "fired", hunts: 1, feeds: 1, ownRules: [], counts: { claimed: 1 } });
  expect(matrix).toMatchObject({
    rules: { total: 4, counts: { claimed: 4, binds: 3, data: 2, tested: 0, fired: 1 } },
    hunts: { total: 1 },
    feeds: { total: 1 },
    notLookedAt: ["tested"],
    techniques: { total: 216, reached: { claimed: 3, binds: 3, data: 2, fired: 1 } },
    subTechniques: { total: 475, reached: { claimed: 3 } },
    mapped: [{ claimed: "T1086", id: "T1059.001" }],
    unknown: [{ claimed: "T1043" }],
  });
  expect(matrix.tactics.find(({ id }) => id === "TA0001")).toMatchObject({
    techniques: { total: 11, reached: { claimed: 1, data: 1, fired: 0 } },
  });
  const untested = coverageMatrix(shipped, [
    rule("A", ["T1528"], { upTo: 4, tested: true }),
    rule("B", ["T1530"], { upTo: 2, tested: false }),
  ]);
  expect(untested.notLookedAt).toEqual([]);
  expect(coverageMatrix(shipped, [], { platforms: ["identity provider"] }).techniques.total).toBeLessThan(60);
});

const profile = (text: string, group?: string) => readThreatProfile({ name: "p.yaml", text }, shipped, group);

test("profiles: lists, weights, Navigator layers; what is wrong has its place", () => {
  expect(profile("name: Ours\ntechniques:\n  - T1078.004\n  - { technique: t1086, weight: 3, why: seen }\n")).toEqual({
    profile: {
      name: "Ours",
      techniques: [
        { id: "T1078.004", weight: 1 },
        { id: "T1059.001", weight: 3, why: "seen" },
      ],
    },
    problems: [],
  });
  expect(profile("techniques: { T1078: 2, T1110: 0 }").profile?.techniques).toEqual([{ id: "T1078", weight: 2 }]);
  const layer = {
    name: "L",
    techniques: [
      { techniqueID: "T1078", tactic: "persistence", score: 5 },
      { techniqueID: "T1078", score: 2 },
      { techniqueID: "T1110", enabled: false },
    ],
  };
  expect(profile(JSON.stringify(layer)).profile).toEqual({ name: "L", techniques: [{ id: "T1078", weight: 5 }] });
  const wrong = profile(
    "techniques:\n  - T1078\n  - { technique: password spray }\n  - { technique: T1110, weight: lots }\n",
  );
  expect(wrong.profile).toBe(undefined);
  expect(wrong.problems.map(({ line, message }) => `${line} ${message}`)).toEqual([
    "3 `password spray` is not the number of a technique, such as T1078 or T1078.004",
    "4 the weight of T1110 is a number of 0 or more, not `lots`",
  ]);
  for (const text of ["", "[", "techniques: []", "a: 1", "techniques: 7", "techniques: &a [*a, *a]"]) {
    expect(profile(text).profile, text).toBe(undefined);
    expect(profile(text).problems.length, text).toBeGreaterThan(0);
  }
});

test("gaps of a profile, and of claims, say what holds them up", () => {
  const matrix = coverageMatrix(shipped, [rule("A", ["T1078"], { upTo: 1 }), rule("B", ["T1110.003"], { upTo: 2 })]);
  const read = profile("techniques: { T1078.004: 4, T1110: 2, T1528: 1 }").profile;
  if (read === undefined) throw new Error("no profile");
  const coverage = profileCoverage(shipped, matrix, read);
  expect(coverage).toMatchObject({ weight: 7, reached: { claimed: 2, binds: 2, data: 2, fired: 0 } });
  expect(coverage.techniques.map(({ id, remark }) => [id, remark])).toEqual([
    ["T1078.004", "only its technique T1078 is claimed, not it"],
    ["T1110", "only sub-techniques of it are claimed"],
    ["T1528", undefined],
  ]);
  expect(gapsBefore("data", matrix, coverage).map(({ id, because }) => [id, because])).toEqual([
    ["T1078.004", ["only its technique T1078 is claimed, not it"]],
    ["T1528", ["no rule claims it"]],
  ]);
  expect(gapsBefore("data", matrix).map(({ id, because }) => [id, because])).toEqual([["T1078", ["A: no 2"]]]);
  expect(gapsBefore("binds", matrix)).toEqual([]);
});

test("a Navigator layer has a score and colour for each technique and tactic, and red for gaps", () => {
  const matrix = coverageMatrix(shipped, [rule("A <b>", ["T1078.004"], { upTo: 4, tactics: ["InitialAccess"] })]);
  const read = profile("techniques: [T1528]").profile;
  const layer = JSON.parse(
    JSON.stringify(navigatorLayer(shipped, matrix, read && profileCoverage(shipped, matrix, read))),
  );
  expect(layer).toMatchObject({ versions: { layer: "4.5", attack: "18" }, domain: "enterprise-attack" });
  const brief = layer.techniques.map((one: Record<string, unknown>) => [
    one["techniqueID"],
    one["tactic"],
    one["score"],
    one["color"],
  ]);
  expect(brief).toEqual([
    ["T1078", "initial-access", 5, "#2f8f46"],
    ["T1078.004", "initial-access", 5, "#2f8f46"],
    ["T1528", "credential-access", 0, "#e5735c"],
  ]);
  expect(layer.techniques[1].comment).toBe("claimed: 1, binds here: 1, has data here: 1, has fired: 1. A <b>");
  expect(layer.legendItems.map(({ label }: { label: string }) => label)).toContain("tested (not looked at)");
});

test("DeTT&CT's files, in their versions", () => {
  const matrix = coverageMatrix(shipped, [
    rule("A: 'x'", ["T1078.004"], { upTo: 4 }),
    rule("B", ["T1110"], { upTo: 1 }),
  ]);
  const text = dettectTechniques(shipped, matrix, "2026-04-01");
  expect(text).toMatch(/date: 2026-04-01\n/);
  const file = parse(text);
  expect(file).toMatchObject({ version: 1.2, file_type: "technique-administration", domain: "enterprise-attack" });
  expect(
    file.techniques.map(
      (one: { technique_id: string; detection: { location: string[]; score_logbook: { score: number }[] }[] }) => [
        one.technique_id,
        one.detection[0]?.location,
        one.detection[0]?.score_logbook[0]?.score,
      ],
    ),
  ).toEqual([
    ["T1078.004", ["A: 'x'"], 2],
    ["T1110", ["B"], -1],
  ]);
  const sources = parse(
    dettectDataSources(shipped, matrix, [
      { table: "SigninLogs", components: ["User Account Authentication"], first: "2026-01-01", last: "2026-03-31" },
      { table: "Syslog", components: ["Application Log Content"] },
    ]),
  );
  expect(sources).toMatchObject({
    version: 1.1,
    data_sources: [
      {
        data_source_name: "Application Log Content",
        data_source: [{ available_for_data_analytics: false, products: ["None"] }],
      },
      {
        data_source_name: "User Account Authentication",
        data_source: [{ date_connected: "2026-01-01", products: ["SigninLogs"], data_quality: { timeliness: 1 } }],
      },
    ],
  });
});

const reference = (id: string) => [{ source_name: "mitre-attack", external_id: id }];
const pattern = (id: string, more: object = {}) => ({
  ...{ type: "attack-pattern", id: `attack-pattern--${id}`, name: `Name ${id}`, external_references: reference(id) },
  ...{
    kill_chain_phases: [{ kill_chain_name: "mitre-attack", phase_name: "stealth" }],
    x_mitre_platforms: ["Windows"],
  },
  ...more,
});
const related = (type: string, source: string, target: string) => ({
  ...{ type: "relationship", id: `relationship--${type}${source}${target}`, relationship_type: type },
  ...{ source_ref: source, target_ref: target },
});
const objects = [
  { type: "x-mitre-collection", id: "c", x_mitre_version: "19.0" },
  { type: "marking-definition", id: "m", definition: { statement: "Copyright 2015-2026, The MITRE Corporation." } },
  { type: "x-mitre-matrix", id: "x", tactic_refs: ["t2", "t1"] },
  {
    type: "x-mitre-tactic",
    id: "t1",
    name: "Defense Impairment",
    x_mitre_shortname: "defense-impairment",
    external_references: reference("TA0112"),
  },
  {
    type: "x-mitre-tactic",
    id: "t2",
    name: "Stealth",
    x_mitre_shortname: "stealth",
    external_references: reference("TA0005"),
  },
  pattern("T1685"),
  pattern("T1685.002"),
  pattern("T1562", { revoked: true }),
  pattern("T1562.008", { revoked: true }),
  pattern("T1999", { x_mitre_deprecated: true }),
  pattern("T1000", { external_references: reference("CVE-1") }),
  related("revoked-by", "attack-pattern--T1562", "attack-pattern--T1685"),
  related("revoked-by", "attack-pattern--T1562.008", "attack-pattern--T1562"),
  related("subtechnique-of", "attack-pattern--T1685.002", "attack-pattern--T1685"),
  { type: "x-mitre-data-component", id: "d", name: "Cloud Service Disable" },
  { type: "x-mitre-analytic", id: "a", x_mitre_log_source_references: [{ x_mitre_data_component_ref: "d" }] },
  { type: "x-mitre-detection-strategy", id: "s", x_mitre_analytic_refs: ["a", "gone"] },
  related("detects", "s", "attack-pattern--T1685.002"),
  {
    type: "intrusion-set",
    id: "g",
    name: "Example Group",
    aliases: ["Sample"],
    external_references: reference("G9999"),
  },
  related("uses", "g", "attack-pattern--T1685.002"),
];
const bundleText = JSON.stringify({ type: "bundle", id: "b", objects: [null, 7, { type: "x" }, ...objects] });

test("another version of ATT&CK is read from MITRE's STIX", () => {
  const bundle = readStixBundle(bundleText);
  if ("problem" in bundle) throw new Error(bundle.problem);
  const read = attackFromStix(bundle);
  if ("problem" in read) throw new Error(read.problem);
  const attack = attackOf(JSON.stringify(read.attack));
  expect(attack).toMatchObject({
    version: "19",
    tactics: [
      { id: "TA0005", token: "Stealth" },
      { id: "TA0112", token: "DefenseImpairment" },
    ],
    techniques: { "T1685.002": { data: ["Cloud Service Disable"], tactics: ["Stealth"], platforms: ["Windows"] } },
  });
  expect(Object.keys(attack.techniques)).toEqual(["T1562", "T1562.008", "T1685", "T1685.002", "T1999"]);
  expect(attack.source).toMatch(
    /^MITRE ATT&CK Enterprise v19\. Copyright 2015-2026, The MITRE Corporation\. Reproduced/,
  );
  expect(currentTechnique(attack, "T1562.008")).toBe("T1685");
  expect(currentTechnique(attack, "T1999")).toBe(undefined);
  expect(currentTactics(attack, "DefenseEvasion")).toEqual(["Stealth", "DefenseImpairment"]);
  const group = (name?: string) => readThreatProfile({ name: "b.json", text: bundleText }, attack, name);
  expect(group("sample").profile).toEqual({
    name: "Example Group, G9999",
    techniques: [{ id: "T1685.002", weight: 1 }],
  });
  expect(group("nobody").problems[0]?.message).toBe("the bundle has no group `nobody`");
  expect(group().problems[0]?.message).toMatch(/say which/);
});

test("what is no bundle, and what goes in circles, is said", () => {
  const problem = (text: string) => {
    const bundle = readStixBundle(text);
    const read = "problem" in bundle ? bundle : attackFromStix(bundle);
    return "problem" in read ? read.problem : "none";
  };
  expect(problem("{")).toMatch(/^the text is not JSON/);
  expect(problem("[]")).toMatch(/no STIX bundle/);
  expect(problem('{"type": "bundle", "objects": []}')).toMatch(/no techniques/);
  expect(problem(JSON.stringify({ type: "bundle", objects: [pattern("T1685")] }))).toMatch(/no tactics/);
  const circle: AttackFacts = {
    ...{ version: "1", source: "", tactics: [] },
    techniques: {
      T1001: { name: "A", tactics: [], withdrawn: true, successor: "T1002" },
      T1002: { name: "B", tactics: [], withdrawn: true, successor: "T1001" },
    },
  };
  expect(currentTechnique(circle, "T1001")).toBe(undefined);
  for (const text of ["{}", "[]", "null", '{"version":"1","source":"","tactics":[{}],"techniques":{}}']) {
    expect(readAttack(text)).toEqual({ problem: "the document is not what `calypso attack update` writes" });
  }
});

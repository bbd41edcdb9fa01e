import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readRules } from "@calypso/catalog";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ruleYaml } from "../catalogue/testing/rules.js";
import { contentFolder } from "../platform/content.js";
import { testPlaces } from "../state/testing/places.js";
import { calypso } from "./testing/calypso.js";

const folder = mkdtempSync(join(tmpdir(), "calypso-adopt-"));
const path = (...names: readonly string[]) => join(folder, ...names);
let state = { place: path("state"), remove: async () => {} };

const query = [
  "SigninLogs",
  "| extend Old = case(ClientAppUsed has 'Other clients', 'yes', 'no') // a comment: kept",
  '| where Old == "yes" and ResultType == "0"',
].join("\n");
const hostile = "../../evil\u001b[31m: 'a' # b\n- x: y";
const sigma = `title: Password flows of old clients
id: 22222222-0000-4000-8000-000000000001
author: Ann, Bob
logsource: { product: azure, service: signinlogs }
detection:
  selection: { userAgent|contains: oldclient }
  condition: selection
level: high
tags: [attack.initial-access, attack.t1078.004]
`;
const elastic = `[metadata]
creation_date = "2026/01/01"
[rule]
name = "Old clients"
rule_id = "33333333-0000-4000-8000-000000000001"
type = "query"
language = "kuery"
index = ["logs-azure.signinlogs-*"]
query = '''
data_stream.dataset: "azure.signinlogs" and azure.signinlogs.properties.client_app_used: "Other clients"
'''
`;

beforeAll(async () => {
  state = (await testPlaces["embedded"]?.()) ?? state;
  const sources = {
    Sentinel: { "Detections/a.yaml": ruleYaml({ query }), "Detections/b.yaml": ruleYaml({ id: id(2), name: hostile }) },
    Sigma: { "rules/cloud/old.yml": sigma },
    Elastic: { "rules/azure/old.toml": elastic },
  };
  for (const [platform, files] of Object.entries(sources)) {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(path(platform, name, ".."), { recursive: true });
      writeFileSync(path(platform, name), text);
    }
    const about = ["--source", `their ${platform}`, "--licence", "MIT", "--commit", "c1", "--platform", platform];
    await calypso("catalog", "import", path(platform), "--state", state.place, ...about);
  }
  const shipped = join(contentFolder(), "rules", "legacy-protocol-from-new-network.yaml");
  await calypso("catalog", "import", shipped, "--state", state.place);
});
afterAll(async () => {
  await state.remove();
  rmSync(folder, { recursive: true, force: true });
});

const id = (number: number) => `11111111-0000-4000-8000-00000000000${number}`;
const adopt = (into: string, ...rules: readonly string[]) =>
  calypso("catalog", "adopt", ...rules, "--into", path(into), "--state", state.place);
const rulesIn = (file: string) => readRules({ name: file, text: readFileSync(file, "utf8") }).rules;

test("a field is found wherever a rule compares it, on every platform", async () => {
  const { out } = await calypso("catalog", "search", "--field", "ClientAppUsed", "--state", state.place);
  expect(JSON.parse(out).facets.platform).toEqual([
    { value: "Sentinel", rules: 3 },
    { value: "Elastic", rules: 1 },
  ]);
});

test("a rule is written as it is, with where it is from, and coverage has it", async () => {
  const before = JSON.parse((await calypso("coverage", emptyRules(), "--format", "json")).out);
  const { out, err, status } = await adopt("one", id(1));
  const file = path("one", "sign-ins-over-old-protocols.yaml");
  expect({ out, status }).toEqual({ out: `${file}\n`, status: 0 });
  expect(err).toMatch(/Sentinel in kql, their Sentinel, c1, MIT\n.*1 rule in 1 file: 0 errors/s);
  const [rule] = rulesIn(file);
  const [original] = readRules({ name: file, text: ruleYaml({ query }) }).rules;
  expect({ ...rule, places: 0, query: rule?.query.text }).toEqual({
    ...{ ...original, places: 0, query: `${query}\n` },
    metadata: {
      adopted: expect.objectContaining({
        source: "their Sentinel",
        file: "Detections/a.yaml",
        licence: "MIT",
        commit: "c1",
      }),
    },
  });
  const after = JSON.parse((await calypso("coverage", path("one"), "--format", "json")).out);
  const covered = (report: typeof before) => [report.techniques.reached.binds, report.subTechniques.reached.binds];
  expect([covered(before), covered(after)]).toEqual([
    [0, 0],
    [1, 1],
  ]);
});

/** A folder whose one rule claims nothing. */
function emptyRules(): string {
  mkdirSync(path("none"), { recursive: true });
  writeFileSync(path("none", "nothing.kql"), "SigninLogs | take 1");
  return path("none");
}

test("a rule of Sigma becomes the KQL that it comes to, one of another language is refused, and the rest go on", async () => {
  const { out, err, status } = await adopt("two", "Old clients", "Password flows of old clients", "nobody");
  const file = path("two", "password-flows-of-old-clients.yaml");
  expect({ out, status }).toEqual({ out: `${file}\n`, status: 1 });
  expect(err).toContain("[catalog-rule-foreign]: Old clients is a rule of Elastic in kuery, which does not run here");
  expect(err).toContain("[catalog-rule-unknown]");
  const [rule] = rulesIn(file);
  expect(rule).toMatchObject({
    ...{
      id: "22222222-0000-4000-8000-000000000001",
      severity: "High",
      kind: "Scheduled",
      subTechniques: ["T1078.004"],
    },
    metadata: { adopted: { source: "their Sigma", language: "sigma", authors: ["Ann", "Bob"] } },
  });
  expect(rule?.query.text).toContain('UserAgent contains "oldclient"');
});

test("nothing is written over without --force, two rules of one id are refused, and names stay in the folder", async () => {
  await adopt("three", id(1), id(2));
  expect(readdirSync(path("three"))).toEqual(["evil-31m-a-b-x-y.yaml", "sign-ins-over-old-protocols.yaml"]);
  const file = path("three", "sign-ins-over-old-protocols.yaml");
  expect(rulesIn(path("three", "evil-31m-a-b-x-y.yaml"))).toMatchObject([{ id: id(2) }]);
  writeFileSync(file, `${readFileSync(file, "utf8")}# mine\n`);
  expect(await adopt("three", id(1))).toMatchObject({
    status: 1,
    err: expect.stringMatching(/file-in-the-way.*--force/s),
  });
  expect(readFileSync(file, "utf8")).toContain("# mine");
  expect(await adopt("three", id(1), "--force")).toMatchObject({ status: 0 });
  expect(readFileSync(file, "utf8")).not.toContain("# mine");
  mkdirSync(path("four"));
  writeFileSync(path("four", "other.yaml"), ruleYaml({ name: "The same id" }));
  expect(await adopt("four", id(1))).toMatchObject({
    status: 1,
    err: expect.stringContaining("other.yaml holds a rule"),
  });
  expect(readdirSync(path("four"))).toEqual(["other.yaml"]);
});

test("guidance and its scenarios come along, and pass there", async () => {
  const { out } = await adopt("five", "Legacy mail protocol used from a new network");
  const stem = path("five", "legacy-mail-protocol-used-from-a-new-network");
  expect(out).toBe(`${stem}.yaml\n${stem}.guidance.yaml\n${stem}.tests.yaml\n`);
  expect(existsSync(`${stem}.guidance.yaml`)).toBe(true);
  const tested = await calypso("rules", "test", path("five"));
  expect([tested.status, tested.err]).toEqual([
    0,
    expect.stringMatching(/^1 rule, \d+ scenarios: (\d+) passed, 0 failed\n$/),
  ]);
});

test("gaps name the rules of the catalogue that would close them, and close once one is adopted", async () => {
  const gaps = async (...more: readonly string[]) => {
    const options = ["--gaps", "binds", "--state", state.place, "--format", "json"];
    const { gaps: found } = JSON.parse((await calypso("coverage", ...more, ...options)).out);
    return new Map<string, Gap>(found.map((gap: Gap) => [gap.id, gap]));
  };
  const before = await gaps(emptyRules());
  const rules = before.get("T1078.004")?.candidates.best.map(({ name }) => name);
  expect(rules).toEqual(expect.arrayContaining(["Password flows of old clients", "Sign-ins over old protocols"]));
  expect([...before.values()].every(({ candidates }) => candidates.total > 0)).toBe(true);
  await adopt("six", id(1));
  expect((await gaps(path("six"))).has("T1078.004")).toBe(false);
  writeFileSync(path("profile.yaml"), "name: Ours\ntechniques: [T1078.004, T1059.001]\n");
  const profile = await calypso(
    ...["coverage", path("six"), "--profile", path("profile.yaml"), "--gaps", "data", "--state", state.place],
  );
  expect(profile.out).toMatch(
    /T1059\.001 PowerShell: no rule claims it\n {4}the catalogue has no rule that would close it/,
  );
  expect(profile.out).not.toContain("\u001b");
  expect(profile.out).toMatch(/T1078\.004 .*no rows within a day in SigninLogs\n {4}[0-9a-f]{16} {2}.*, not tried\)/);
});

interface Gap {
  readonly id: string;
  readonly candidates: { readonly total: number; readonly best: readonly { readonly name: string }[] };
}

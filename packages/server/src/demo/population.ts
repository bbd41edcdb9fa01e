import { type Office, offices, type Place, placeIn } from "./places.js";
import { guidOf, type Random, seededRandom } from "./random.js";

/** The company of the demo, and its tenant. */
export const tenant = {
  id: "5d0c7f2e-6a41-4c1b-9b7e-3f8a1d2c4e60",
  name: "Halcyon Marine",
  domain: "halcyonmarine.example",
  netbios: "HALCYON",
  dnsDomain: "corp.halcyonmarine.example",
  subscription: "91b4e6f0-2c3d-4d7a-8e15-6a9f0b7c5d24",
  workspace: "c2a9e8d7-1f64-4b03-a5c8-70e6d3b1f942",
} as const;

/** A computer or telephone that someone signs in with. */
export interface Device {
  readonly id: string;
  readonly name: string;
  readonly operatingSystem: string;
  readonly userAgent: string;
  readonly clientApp: string;
  /** `DeviceDetail` as JSON. */
  readonly json: string;
}

/** What someone does for the company. */
export type Job = "staff" | "administrator" | "engineer";

/** One of the company's people. */
export interface Person {
  readonly index: number;
  readonly id: string;
  readonly displayName: string;
  readonly upn: string;
  /** Account name in the on-premises domain. */
  readonly account: string;
  readonly sid: string;
  readonly job: Job;
  readonly office: Office;
  readonly laptop: Device;
  readonly phone: Device;
  readonly home: Place;
  readonly onTheMove: Place;
  /** Private address in the office's network. */
  readonly privateAddress: string;
}

const givenNames =
  "Amara Anders Asha Beatriz Callum Carys Daan Elin Emrys Farah Femke Freya Gareth Hamish Hana Idris Imani Ingrid Jamal Joost Kaito Katrin Leila Liam Maeve Marit Mei Nadia Niamh Olav Oscar Priya Quinn Rhys Rosa Sanne Sigrid Tariq Tove Wei".split(
    " ",
  );
const surnames =
  "Abbey Bakker Barrow Berg Bowen Brandt Carver Chan Claes Dahl Davies Dekker Eide Farrell Fisher Fosse Goh Haugen Holm Jansen Kaur Khan Lim Lund Marsh Meyer Moe Ng Okafor Penrose Pryce Rahman Reid Silva Smit Strand Tan Teo Vik Ward".split(
    " ",
  );

/** The people of the company: the first few are administrators and engineers at headquarters. */
export function makePeople(seed: number, count: number): readonly Person[] {
  const random = seededRandom(seed, "people");
  const taken = new Set<string>();
  return Array.from({ length: count }, (_, index) => makePerson(seed, index, uniqueName(random, taken), random));
}

function uniqueName(random: Random, taken: Set<string>): string {
  for (;;) {
    const name = `${random.pick(givenNames)} ${random.pick(surnames)}`;
    if (taken.has(name)) continue;
    taken.add(name);
    return name;
  }
}

function makePerson(seed: number, index: number, displayName: string, random: Random): Person {
  const account = displayName.toLowerCase().replace(" ", ".");
  // The first forty sit at headquarters, so that the people of the stories have one office and one time zone.
  const office = index < 40 ? offices[0]! : officeOf(random.below(100));
  const id = guidOf(seed, "person", index);
  return {
    index,
    id,
    displayName,
    upn: `${account}@${tenant.domain}`,
    account,
    sid: `S-1-5-21-3018274465-1190372841-2264017733-${1100 + index}`,
    job: index < 6 ? "administrator" : index < 18 ? "engineer" : "staff",
    office,
    laptop: makeLaptop(id, office, index, random),
    phone: makePhone(id, account, random),
    home: placeIn(office, `192.0.2.${(index % 250) + 1}`, office.asnOfHomes),
    onTheMove: placeIn(office, `198.51.100.${64 + (index % 60)}`, office.asnOfPhones),
    privateAddress: `${office.network}.${8 + Math.floor(index / 250)}.${(index % 250) + 1}`,
  };
}

function officeOf(percentile: number): Office {
  let sum = 0;
  return (
    offices.find(({ share }) => {
      sum += share;
      return sum > percentile;
    }) ?? offices[0]!
  );
}

function makeLaptop(owner: string, office: Office, index: number, random: Random): Device {
  const name = `${office.code}-LT-${String(1000 + index)}`;
  const id = guidOf(owner, "laptop");
  if (random.chance(0.15)) {
    const agent =
      "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.3 Safari/605.1.15";
    return makeDevice({ id, name, operatingSystem: "MacOs", browser: "Safari 18.3", userAgent: agent });
  }
  const version = random.pick(["138.0.0.0", "139.0.0.0", "140.0.0.0"]);
  const agent = `Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/${version} Safari/537.36 Edg/${version}`;
  const operatingSystem = random.chance(0.7) ? "Windows11" : "Windows10";
  return makeDevice({ id, name, operatingSystem, browser: `Edge ${version}`, userAgent: agent });
}

function makePhone(owner: string, account: string, random: Random): Device {
  const id = guidOf(owner, "phone");
  const mobile = "Mobile Apps and Desktop clients";
  if (random.chance(0.6)) {
    const userAgent = "Outlook-iOS/723.5024";
    return makeDevice({
      id,
      name: `${account}'s phone`,
      operatingSystem: "Ios 18.4",
      browser: "",
      userAgent,
      clientApp: mobile,
    });
  }
  const userAgent = "Outlook-Android/5.2515";
  return makeDevice({
    id,
    name: `${account}'s phone`,
    operatingSystem: "Android 15",
    browser: "",
    userAgent,
    clientApp: mobile,
  });
}

/** A device as `DeviceDetail` describes it; one without an id is unknown to the tenant. */
export function makeDevice(facts: {
  readonly id: string;
  readonly name: string;
  readonly operatingSystem: string;
  readonly browser: string;
  readonly userAgent: string;
  readonly clientApp?: string;
}): Device {
  const known = facts.id !== "";
  const detail = {
    deviceId: facts.id,
    displayName: facts.name,
    operatingSystem: facts.operatingSystem,
    browser: facts.browser,
    isCompliant: known,
    isManaged: known,
    trustType: known ? "Azure AD joined" : "",
  };
  return {
    id: facts.id,
    name: facts.name,
    operatingSystem: facts.operatingSystem,
    userAgent: facts.userAgent,
    clientApp: facts.clientApp ?? "Browser",
    json: JSON.stringify(detail),
  };
}

import { adminApplications, applications, everydayApplications } from "../applications.js";
import { cloudPlace, offices } from "../places.js";
import { makeDevice, type Person, tenant } from "../population.js";
import { guidOf, type Random } from "../random.js";
import { interactiveSignIn, nonInteractiveSignIn, type SignIn, type SignInCode } from "../rows/sign-in.js";
import type { World } from "../world.js";
import type { Traffic } from "./traffic.js";

/** Interactive sign-ins: mostly successes, with the failures and interruptions of ordinary days. */
export const signInTraffic: Traffic = {
  table: "SigninLogs",
  share: 0.05,
  byPeople: 1,
  open: (world, random) => (time, hour) => {
    if (random.chance(0.01)) return guestSignIn(world, time, random);
    if (random.chance(0.02)) return scannerSignIn(time, random);
    const person = world.someoneAtWork(hour, random);
    if (person.job === "engineer" && random.chance(0.02)) return engineerFromCloud(person, time, random);
    const signIn = everydaySignIn(world, person, time, random);
    if (person.job === "engineer" && random.chance(0.03)) return deviceCodeSignIn(signIn, person, random);
    if (random.chance(0.002)) return forgottenPassword(signIn, random);
    const interruption = interruptionOf(random);
    if (interruption === undefined) return interactiveSignIn(signIn, random);
    const interrupted = interactiveSignIn({ ...signIn, code: interruption.code }, random);
    if (!interruption.goesOn) return interrupted;
    return interrupted + interactiveSignIn({ ...signIn, time: time + 4000 + random.below(20_000) }, random);
  },
};

/** Tokens renewed by programs on behalf of people. */
export const nonInteractiveTraffic: Traffic = {
  table: "AADNonInteractiveUserSignInLogs",
  share: 0.12,
  byPeople: 0.95,
  open: (world, random) => (time, hour) => {
    const person = world.someoneAtWork(hour, random);
    const signIn = everydaySignIn(world, person, time, random);
    const expired = random.chance(0.02);
    return nonInteractiveSignIn(expired ? { ...signIn, code: 70044 } : signIn, random);
  },
};

function everydaySignIn(world: World, person: Person, time: number, random: Random): SignIn {
  const usesAzure = person.job !== "staff" && random.chance(0.3);
  const application = random.pick(usesAzure ? adminApplications : everydayApplications);
  const { device, place, sessionId } = world.presence(person, time, random);
  return { time, account: person, application, device, place, sessionId, code: 0, correlationId: random.guid() };
}

interface Interruption {
  readonly code: SignInCode;
  /** Whether the sign-in succeeds a moment later. */
  readonly goesOn: boolean;
}

const interruptions: readonly (Interruption & { readonly below: number })[] = [
  { below: 0.014, code: 50126, goesOn: true },
  { below: 0.02, code: 50126, goesOn: false },
  { below: 0.034, code: 50074, goesOn: true },
  { below: 0.048, code: 50076, goesOn: true },
  { below: 0.063, code: 50140, goesOn: true },
  { below: 0.066, code: 500121, goesOn: true },
  { below: 0.067, code: 50055, goesOn: false },
  { below: 0.068, code: 65001, goesOn: false },
  { below: 0.069, code: 53003, goesOn: false },
  { below: 0.0694, code: 50053, goesOn: false },
];

function interruptionOf(random: Random): Interruption | undefined {
  const value = random.uint32() / 4294967296;
  return interruptions.find((each) => value < each.below);
}

/** Consultants of another tenant visit the offices; one of them also works in the Azure Portal. */
function guestSignIn(world: World, time: number, random: Random): string {
  const number = random.below(5);
  const account = {
    id: guidOf(world.seed, "guest", number),
    displayName: `Consultant ${number + 1} (Tidewater Advisory)`,
    upn: `consultant${number + 1}@tidewater.example`,
    homeTenant: guidOf("Tidewater Advisory"),
  };
  const host = world.people[number * 7]!;
  const application = number === 0 && random.chance(0.3) ? applications.azurePortal : applications.teams;
  const sessionId = guidOf(account.id, Math.floor(time / 86_400_000));
  const place = offices[0]!.egress;
  return interactiveSignIn({ time, account, application, device: host.laptop, place, sessionId, code: 0 }, random);
}

/** Engineers have a virtual machine in the cloud from which they open the portal: a cloud address, but their own tenant. */
function engineerFromCloud(person: Person, time: number, random: Random): string {
  const sessionId = guidOf(person.id, "cloud", Math.floor(time / 86_400_000));
  const place = cloudPlace(40 + (person.index % 8));
  const { laptop: device } = person;
  const application = applications.azurePortal;
  return interactiveSignIn({ time, account: person, application, device, place, sessionId, code: 0 }, random);
}

/** The scanners of the offices send what they scan as mail, by a protocol that knows no second factor. */
const scanners = offices.map(({ code, egress }) => ({
  account: {
    id: guidOf("scanner", code),
    displayName: `Scanner ${code}`,
    upn: `scanner.${code.toLowerCase()}@${tenant.domain}`,
  },
  place: egress,
  device: makeDevice({
    id: "",
    name: "",
    operatingSystem: "",
    browser: "",
    userAgent: "Scanner/4.1",
    clientApp: "Authenticated SMTP",
  }),
}));

function scannerSignIn(time: number, random: Random): string {
  const scanner = random.pick(scanners);
  const facts = { application: applications.outlook, sessionId: "", code: 0, singleFactor: true } as const;
  return interactiveSignIn({ time, ...scanner, ...facts }, random);
}

/** Engineers sign in on machines without a browser by a code that they type in elsewhere, in the office. */
function deviceCodeSignIn(signIn: SignIn, person: Person, random: Random): string {
  const [application, place] = [applications.azureCli, person.office.egress];
  const sessionId = random.guid();
  return interactiveSignIn(
    { ...signIn, application, place, sessionId, device: terminal, protocol: "deviceCode" },
    random,
  );
}

const terminal = makeDevice({
  id: "",
  name: "",
  operatingSystem: "Linux",
  browser: "",
  userAgent: "azure-cli/2.66",
  clientApp: "Mobile Apps and Desktop clients",
});

/** Someone tries all the passwords they ever had, and then has the right one. */
function forgottenPassword(signIn: SignIn, random: Random): string {
  const tries = 3 + random.below(4);
  const rows = Array.from({ length: tries }, (_, index) =>
    interactiveSignIn({ ...signIn, time: signIn.time + index * 9000, code: 50126 }, random),
  );
  return rows.join("") + interactiveSignIn({ ...signIn, time: signIn.time + tries * 9000 }, random);
}

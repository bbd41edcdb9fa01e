import type { Application } from "../applications.js";
import type { Place } from "../places.js";
import { makeDevice, type Person } from "../population.js";
import type { Random } from "../random.js";
import { type AuditEntry, auditRow } from "../rows/audit.js";
import { interactiveSignIn, type SignIn, type SignInCode } from "../rows/sign-in.js";
import type { DemoTable } from "../tables.js";
import type { World } from "../world.js";

/** An entity that an alert must name: its type, and identifiers with their values. */
export type ExpectedEntity = Readonly<Record<string, string>> & { readonly type: string };

/** An alert that a rule must raise for a story, with these entities among its own. */
export interface ExpectedAlert {
  readonly ruleId: string;
  readonly entities: readonly ExpectedEntity[];
}

/** The label of one attack in the demo: what happened, to whom, and what must be seen of it. */
export interface Story {
  readonly id: string;
  readonly title: string;
  readonly summary: string;
  readonly start: string;
  readonly end: string;
  readonly actors: readonly string[];
  readonly expected: readonly ExpectedAlert[];
}

/** One row of a story. */
export interface StoryEvent {
  readonly table: DemoTable;
  readonly time: number;
  readonly text: string;
}

/** What a story is played on. */
export interface Stage {
  readonly world: World;
  readonly random: Random;
  /** A time on the day that many days before the end of the demo, in hours and minutes of UTC. */
  at(daysBeforeEnd: number, hour: number, minute?: number): number;
}

/** A story as it is written down: `play` makes its rows and says what they must raise. */
export interface StoryScript {
  readonly id: string;
  readonly title: string;
  readonly summary: string;
  play(stage: Stage): {
    readonly events: readonly StoryEvent[];
    readonly actors: readonly string[];
    readonly expected: readonly ExpectedAlert[];
  };
}

export const minute = 60_000;

/** A browser on a computer that the tenant does not know. */
export const unknownBrowser = makeDevice({
  id: "",
  name: "",
  operatingSystem: "Windows10",
  browser: "Firefox 128.0",
  userAgent: "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:128.0) Gecko/20100101 Firefox/128.0",
});

/** A program that speaks to the sign-in service without a browser. */
export const script = makeDevice({
  id: "",
  name: "",
  operatingSystem: "Linux",
  browser: "",
  userAgent: "python-requests/2.32.3",
});

/** An interactive sign-in by an intruder. */
export function intrusion(
  stage: Stage,
  time: number,
  account: { readonly id: string; readonly displayName: string; readonly upn: string; readonly homeTenant?: string },
  facts: {
    readonly application: Application;
    readonly place: Place;
    readonly code: SignInCode;
    readonly scripted?: true;
  },
): StoryEvent {
  const device = facts.scripted ? script : unknownBrowser;
  const sessionId = stage.random.guid();
  const text = interactiveSignIn({ time, account, device, sessionId, ...facts }, stage.random);
  return { table: "SigninLogs", time, text };
}

/** Any interactive sign-in, in a session of its own. */
export function signInEvent(stage: Stage, signIn: Omit<SignIn, "sessionId">): StoryEvent {
  const text = interactiveSignIn({ ...signIn, sessionId: stage.random.guid() }, stage.random);
  return { table: "SigninLogs", time: signIn.time, text };
}

/** A change to the directory. */
export function auditEvent(stage: Stage, entry: AuditEntry): StoryEvent {
  return { table: "AuditLogs", time: entry.time, text: auditRow(entry, stage.random) };
}

/** An account entity as alerts name it. */
export const accountEntity = (person: Pick<Person, "upn">): ExpectedEntity => ({
  type: "Account",
  fullName: person.upn,
});

/** An address entity as alerts name it. */
export const addressEntity = (place: Place): ExpectedEntity => ({ type: "IP", address: place.address });

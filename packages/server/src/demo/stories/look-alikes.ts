import { applications } from "../applications.js";
import { placeIn, towns } from "../places.js";
import { byPerson, personTarget } from "../rows/audit.js";
import { auditEvent, minute, type Stage, type StoryEvent, signInEvent, unknownBrowser } from "./story.js";

/** Something harmless that takes several steps and looks like an attack, which no rule may raise an alert for. */
export interface LookAlike {
  readonly id: string;
  play(stage: Stage): readonly StoryEvent[];
}

/** The help desk resets a password, and its owner signs in beside it on a borrowed computer. */
const helpDesk: LookAlike = {
  id: "help-desk",
  play: (stage) => {
    const { people } = stage.world;
    const [helper, caller] = [people[1]!, people[20]!];
    const place = caller.office.egress;
    const time = stage.at(2, 9, 30);
    const facts = {
      account: caller,
      place,
      device: unknownBrowser,
      application: applications.outlook,
      code: 0,
    } as const;
    return [
      auditEvent(stage, {
        time,
        operation: "Reset user password",
        category: "UserManagement",
        operationType: "Update",
        service: "Core Directory",
        initiatedBy: byPerson(helper, helper.office.egress.address),
        targets: [personTarget(caller)],
      }),
      signInEvent(stage, { ...facts, time: time + 12 * minute }),
    ];
  },
};

/** Twelve passwords from memory, on the computer that is used every day. */
const forgetful: LookAlike = {
  id: "forgetful",
  play: (stage) => {
    const account = stage.world.people[21]!;
    const facts = { account, place: account.home, device: account.laptop, application: applications.office };
    const start = stage.at(3, 7, 40);
    const tries = Array.from({ length: 12 }, (_, index) =>
      signInEvent(stage, { ...facts, time: start + index * 25_000, code: 50126 }),
    );
    return [...tries, signInEvent(stage, { ...facts, time: start + 8 * minute, code: 0 })];
  },
};

/** In a hotel, on the company's laptop: a new telephone, and a policy that asks for the laptop instead of the tablet. */
const traveller: LookAlike = {
  id: "traveller",
  play: (stage) => {
    const account = stage.world.people[22]!;
    const place = placeIn(towns.cardiff, "192.0.2.254", 65561);
    const facts = { account, place, device: account.laptop, application: applications.outlook } as const;
    const start = stage.at(2, 18, 50);
    const refused = [applications.outlook, applications.sharePoint].map((application, index) =>
      signInEvent(stage, { ...facts, application, device: unknownBrowser, time: start + index * minute, code: 53003 }),
    );
    return [
      ...refused,
      signInEvent(stage, { ...facts, application: applications.teams, time: start + 6 * minute, code: 0 }),
      auditEvent(stage, {
        time: start + 15 * minute,
        operation: "User registered security info",
        category: "UserManagement",
        operationType: "Add",
        service: "Authentication Methods",
        initiatedBy: byPerson(account, place.address),
        targets: [personTarget(account)],
      }),
    ];
  },
};

/** What everyday traffic, row by row, does not bring about. */
export const lookAlikes: readonly LookAlike[] = [helpDesk, forgetful, traveller];

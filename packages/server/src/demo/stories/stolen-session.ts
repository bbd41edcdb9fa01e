import { applications } from "../applications.js";
import { intruderPlace, towns } from "../places.js";
import { mailboxRow } from "../rows/office.js";
import { interactiveSignIn, nonInteractiveSignIn } from "../rows/sign-in.js";
import { ruleIds } from "./rule-ids.js";
import { accountEntity, addressEntity, minute, type StoryEvent, type StoryScript, unknownBrowser } from "./story.js";

/** A stolen session needs no password; the mail then leaves by itself. */
export const stolenSession: StoryScript = {
  id: "stolen-session",
  title: "A stolen session, and mail that is forwarded outside",
  summary:
    "The session of someone in Bristol is used from New Zealand within minutes, and an inbox rule sends mail away.",
  play: (stage) => {
    const { random } = stage;
    const victim = stage.world.people[28]!;
    const place = intruderPlace(towns.wellington, 84);
    const sessionId = random.guid();
    const start = stage.at(2, 10, 3);
    const own = {
      account: victim,
      device: victim.laptop,
      place: victim.office.egress,
      application: applications.outlook,
    };
    const signIn = { ...own, time: start, sessionId, code: 0 } as const;
    const renewals = [6, 14, 22, 37].map((after): StoryEvent => {
      const time = start + after * minute;
      const text = nonInteractiveSignIn({ ...signIn, time, place, device: unknownBrowser }, random);
      return { table: "AADNonInteractiveUserSignInLogs", time, text };
    });
    const ruleTime = start + 41 * minute;
    const rule = {
      time: ruleTime,
      user: victim,
      address: place.address,
      operation: "New-InboxRule",
      client: "Client=OWA",
      object: `${victim.upn}\\.`,
      parameters: [
        { Name: "Name", Value: "." },
        { Name: "SubjectOrBodyContainsWords", Value: "invoice;payment;charter" },
        { Name: "ForwardTo", Value: "ledger.copy@quayside-mail.example" },
        { Name: "StopProcessingRules", Value: "True" },
      ],
    };
    return {
      events: [
        { table: "SigninLogs", time: start, text: interactiveSignIn(signIn, random) },
        ...renewals,
        { table: "OfficeActivity", time: ruleTime, text: mailboxRow(rule, random) },
      ],
      actors: [victim.upn, place.address],
      expected: [
        { ruleId: ruleIds.sessionInTwoCountries, entities: [accountEntity(victim), addressEntity(place)] },
        { ruleId: ruleIds.sessionWithoutDevice, entities: [accountEntity(victim), addressEntity(place)] },
        { ruleId: ruleIds.externalForwarding, entities: [accountEntity(victim), addressEntity(place)] },
      ],
    };
  },
};

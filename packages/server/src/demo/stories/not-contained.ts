import { applications } from "../applications.js";
import { intruderPlace, towns } from "../places.js";
import { riskRow } from "../rows/alerts.js";
import { byPerson, personTarget } from "../rows/audit.js";
import { nonInteractiveSignIn } from "../rows/sign-in.js";
import { ruleIds } from "./rule-ids.js";
import {
  accountEntity,
  addressEntity,
  auditEvent,
  minute,
  type StoryEvent,
  type StoryScript,
  unknownBrowser,
} from "./story.js";

/** The case is closed, and the session is not. */
export const notContained: StoryScript = {
  id: "not-contained",
  title: "A compromised user whose sessions were not ended",
  summary:
    "An analyst confirms that an account is compromised; three hours later the intruder's session is still renewed.",
  play: (stage) => {
    const { random } = stage;
    const victim = stage.world.people[25]!;
    const helper = stage.world.people[1]!;
    const place = intruderPlace(towns.swindon, 161);
    const time = stage.at(1, 1, 0);
    const risk = {
      time,
      user: victim,
      place,
      type: "anonymizedIPAddress",
      level: "high",
      state: "confirmedCompromised",
    } as const;
    const signIn = {
      account: victim,
      place,
      device: unknownBrowser,
      application: applications.outlook,
      code: 0,
    } as const;
    const sessionId = random.guid();
    const renewals = [180, 240].map((after): StoryEvent => {
      const renewed = time + after * minute;
      const text = nonInteractiveSignIn({ ...signIn, time: renewed, sessionId }, random);
      return { table: "AADNonInteractiveUserSignInLogs", time: renewed, text };
    });
    const reset = auditEvent(stage, {
      time: stage.at(1, 6, 30),
      operation: "Reset user password",
      category: "UserManagement",
      operationType: "Update",
      service: "Core Directory",
      initiatedBy: byPerson(helper, helper.office.egress.address),
      targets: [personTarget(victim)],
    });
    return {
      events: [{ table: "AADUserRiskEvents", time, text: riskRow(risk, random) }, ...renewals, reset],
      actors: [victim.upn, place.address],
      expected: [
        { ruleId: ruleIds.notContained, entities: [accountEntity(victim), addressEntity(place)] },
        { ruleId: ruleIds.highRiskSignIn, entities: [accountEntity(victim), addressEntity(place)] },
      ],
    };
  },
};

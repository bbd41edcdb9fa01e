import { applications } from "../applications.js";
import { intruderPlace, towns } from "../places.js";
import { riskRow } from "../rows/alerts.js";
import { ruleIds } from "./rule-ids.js";
import { accountEntity, addressEntity, intrusion, minute, type StoryScript } from "./story.js";

/** One password is tried on sixty accounts, and opens one of them. */
export const passwordSpray: StoryScript = {
  id: "password-spray",
  title: "Password spray that finds one account",
  summary: "One address tries a common password on sixty accounts within forty minutes; one of them opens.",
  play: (stage) => {
    const { world, random } = stage;
    const place = intruderPlace(towns.slough, 11);
    const victim = world.people[20]!;
    const facts = { application: applications.outlook, place, scripted: true } as const;
    const start = stage.at(5, 9, 8);
    const failures = world.people
      .slice(40, 100)
      .map((person, index) =>
        intrusion(stage, start + index * 38_000, person, { ...facts, code: index % 17 === 16 ? 50053 : 50126 }),
      );
    const success = intrusion(stage, start + 41 * minute, victim, { ...facts, code: 0 });
    const risk = {
      time: start + 55 * minute,
      user: victim,
      place,
      type: "passwordSpray",
      level: "high",
      state: "atRisk",
    } as const;
    return {
      events: [...failures, success, { table: "AADUserRiskEvents", time: risk.time, text: riskRow(risk, random) }],
      actors: [victim.upn, place.address],
      expected: [
        { ruleId: ruleIds.passwordSpray, entities: [accountEntity(victim), addressEntity(place)] },
        { ruleId: ruleIds.highRiskSignIn, entities: [accountEntity(victim), addressEntity(place)] },
      ],
    };
  },
};

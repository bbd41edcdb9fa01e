import { applications } from "../applications.js";
import { intruderPlace, towns } from "../places.js";
import { ruleIds } from "./rule-ids.js";
import { accountEntity, addressEntity, intrusion, minute, type StoryScript } from "./story.js";

/** One application was forgotten when the policies were made. */
export const aroundPolicy: StoryScript = {
  id: "around-a-policy",
  title: "An application that no policy covers",
  summary: "Conditional Access refuses an intruder at mail, files and Teams; the expenses application lets them in.",
  play: (stage) => {
    const victim = stage.world.people[36]!;
    const place = intruderPlace(towns.slough, 141);
    const start = stage.at(3, 5, 20);
    const refused = [applications.outlook, applications.sharePoint, applications.teams, applications.outlook];
    return {
      events: [
        ...refused.map((application, index) =>
          intrusion(stage, start + index * 4 * minute, victim, { application, place, code: 53003 }),
        ),
        intrusion(stage, start + 21 * minute, victim, { application: applications.expenses, place, code: 0 }),
      ],
      actors: [victim.upn, place.address],
      expected: [{ ruleId: ruleIds.aroundPolicy, entities: [accountEntity(victim), addressEntity(place)] }],
    };
  },
};

import { applications } from "../applications.js";
import { intruderPlace, towns } from "../places.js";
import { interactiveSignIn } from "../rows/sign-in.js";
import { ruleIds } from "./rule-ids.js";
import { accountEntity, addressEntity, intrusion, type StoryScript } from "./story.js";

/** Bristol and Recife within forty minutes. */
export const impossibleTravel: StoryScript = {
  id: "impossible-travel",
  title: "Two continents within forty minutes",
  summary: "Someone signs in at the Bristol office, and forty minutes later the same account signs in from Brazil.",
  play: (stage) => {
    const victim = stage.world.people[30]!;
    const place = intruderPlace(towns.recife, 90);
    const application = applications.sharePoint;
    const { laptop: device, office } = victim;
    const time = stage.at(6, 15, 2);
    const own = { time, account: victim, application, device, place: office.egress, code: 0 } as const;
    const text = interactiveSignIn({ ...own, sessionId: stage.random.guid() }, stage.random);
    return {
      events: [
        { table: "SigninLogs", time, text },
        intrusion(stage, stage.at(6, 15, 42), victim, { application, place, code: 0 }),
      ],
      actors: [victim.upn, place.address],
      expected: [{ ruleId: ruleIds.impossibleTravel, entities: [accountEntity(victim), addressEntity(place)] }],
    };
  },
};

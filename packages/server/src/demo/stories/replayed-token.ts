import { applications } from "../applications.js";
import { intruderPlace, towns } from "../places.js";
import { interactiveSignIn, nonInteractiveSignIn } from "../rows/sign-in.js";
import { ruleIds } from "./rule-ids.js";
import { accountEntity, addressEntity, minute, type StoryEvent, type StoryScript, unknownBrowser } from "./story.js";

/** A cookie leaves the computer that it was made for, and stays in the country. */
export const replayedToken: StoryScript = {
  id: "replayed-token",
  title: "A stolen cookie used in the same country",
  summary:
    "Someone signs in on a company laptop, and a browser without the laptop goes on with the session from Reading.",
  play: (stage) => {
    const { random } = stage;
    const victim = stage.world.people[38]!;
    const place = intruderPlace(towns.reading, 142);
    const start = stage.at(5, 11, 15);
    const own = {
      account: victim,
      place: victim.office.egress,
      device: victim.laptop,
      application: applications.teams,
    };
    const signIn = { ...own, time: start, sessionId: random.guid(), code: 0 } as const;
    const replays = [3, 9, 30].map((after): StoryEvent => {
      const time = start + after * minute;
      const text = nonInteractiveSignIn({ ...signIn, time, place, device: unknownBrowser }, random);
      return { table: "AADNonInteractiveUserSignInLogs", time, text };
    });
    return {
      events: [{ table: "SigninLogs", time: start, text: interactiveSignIn(signIn, random) }, ...replays],
      actors: [victim.upn, place.address],
      expected: [{ ruleId: ruleIds.sessionWithoutDevice, entities: [accountEntity(victim), addressEntity(place)] }],
    };
  },
};

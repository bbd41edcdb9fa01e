import { applications } from "../applications.js";
import { intruderPlace, towns } from "../places.js";
import { mailArchive } from "../programs.js";
import { programSignIn } from "../rows/service-principal.js";
import { ruleIds } from "./rule-ids.js";
import { addressEntity, minute, type StoryScript } from "./story.js";

/** A secret that was left in a build log is tried out. */
export const leakedSecret: StoryScript = {
  id: "leaked-secret",
  title: "The secret of an application used abroad",
  summary: "The mail archive, which runs in Ireland, signs in from New Zealand.",
  play: (stage) => {
    const place = intruderPlace(towns.wellington, 156);
    const time = stage.at(5, 3, 33);
    const signIn = { program: mailArchive, place, resource: applications.outlook };
    return {
      events: [0, 4].map((after) => ({
        table: "AADServicePrincipalSignInLogs" as const,
        time: time + after * minute,
        text: programSignIn({ ...signIn, time: time + after * minute }, stage.random),
      })),
      actors: [mailArchive.name, place.address],
      expected: [
        {
          ruleId: ruleIds.programAbroad,
          entities: [addressEntity(place), { type: "CloudApplication", name: mailArchive.name }],
        },
      ],
    };
  },
};

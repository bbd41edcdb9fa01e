import { applications } from "../applications.js";
import { intruderPlace, towns } from "../places.js";
import { tenant } from "../population.js";
import { guidOf } from "../random.js";
import { ruleIds } from "./rule-ids.js";
import { accountEntity, addressEntity, intrusion, type StoryScript } from "./story.js";

/** Someone guesses names and passwords at the Azure Portal, and gets nowhere. */
export const portalGuessing: StoryScript = {
  id: "portal-guessing",
  title: "Guessing at the Azure Portal",
  summary: "An address tries passwords for three administrators and for accounts that do not exist; nothing opens.",
  play: (stage) => {
    const place = intruderPlace(towns.recife, 42);
    const administrators = stage.world.people.slice(0, 3);
    const strangers = ["admin", "azureadmin", "sync"].map((name) => ({
      id: guidOf("stranger", name),
      displayName: name,
      upn: `${name}@${tenant.domain}`,
    }));
    const start = stage.at(6, 22, 6);
    const facts = { application: applications.azurePortal, place };
    const guesses = Array.from({ length: 24 }, (_, index) => {
      const known = index % 4 !== 3;
      const account = known ? administrators[index % 3]! : strangers[index % 3]!;
      return intrusion(stage, start + index * 95_000, account, { ...facts, code: known ? 50126 : 50020 });
    });
    return {
      events: guesses,
      actors: [place.address, ...administrators.map(({ upn }) => upn)],
      expected: [
        { ruleId: ruleIds.portalGuessing, entities: [addressEntity(place), ...administrators.map(accountEntity)] },
      ],
    };
  },
};

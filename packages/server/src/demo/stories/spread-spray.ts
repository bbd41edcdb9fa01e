import { applications } from "../applications.js";
import { placeIn, towns } from "../places.js";
import { makeDevice } from "../population.js";
import { ruleIds } from "./rule-ids.js";
import { accountEntity, addressEntity, minute, type StoryScript, signInEvent } from "./story.js";

const guesser = makeDevice({
  id: "",
  name: "",
  operatingSystem: "",
  browser: "",
  userAgent: "okhttp/4.12",
  clientApp: "Other clients",
});
const mailProgram = makeDevice({
  id: "",
  name: "",
  operatingSystem: "",
  browser: "",
  userAgent: "MailFetcher/2.0",
  clientApp: "IMAP4",
});

/** Twelve rented addresses share the guessing, and the mail is then fetched where no second factor is asked for. */
export const spreadSpray: StoryScript = {
  id: "spread-spray",
  title: "A password spray over twelve addresses, then mail fetched by IMAP",
  summary: "Thirty-six accounts are tried once or twice each from a whole network; one of them is then read by IMAP.",
  play: (stage) => {
    const places = Array.from({ length: 12 }, (_, index) => placeIn(towns.slough, `203.0.113.${120 + index}`, 65560));
    const victims = stage.world.people.slice(60, 96);
    const start = stage.at(5, 0, 40);
    const guesses = victims.flatMap((account, index) =>
      [0, 1].slice(index % 2).map((round) => {
        const place = places[(index * 5 + round * 7) % places.length]!;
        const time = start + (index * 9 + round * 340) * minute;
        return signInEvent(stage, {
          time,
          account,
          place,
          device: guesser,
          application: applications.outlook,
          code: 50126,
        });
      }),
    );
    const victim = stage.world.people[33]!;
    const place = places[4]!;
    const mail = { account: victim, place, device: mailProgram, application: applications.outlook, code: 0 } as const;
    const reads = [0, 30, 60].map((after) =>
      signInEvent(stage, { ...mail, time: stage.at(5, 14, 10) + after * minute, singleFactor: true }),
    );
    return {
      events: [...guesses, ...reads],
      actors: [victim.upn, ...places.map(({ address }) => address)],
      expected: [
        { ruleId: ruleIds.spreadSpray, entities: [addressEntity(places[0]!), addressEntity(places[11]!)] },
        { ruleId: ruleIds.legacyProtocol, entities: [accountEntity(victim), addressEntity(place)] },
      ],
    };
  },
};

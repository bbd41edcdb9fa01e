import { applications } from "../applications.js";
import { intruderPlace, offices, towns } from "../places.js";
import { ciscoRow } from "../rows/network.js";
import { ruleIds } from "./rule-ids.js";
import { accountEntity, addressEntity, intrusion, minute, type StoryEvent, type StoryScript } from "./story.js";

/** The firewall turns an address away; the cloud lets it in. */
export const blockedAddress: StoryScript = {
  id: "blocked-address",
  title: "An address that the firewall refuses signs in to the cloud",
  summary: "A server knocks at the offices' firewalls and is refused; an hour later it signs in with a valid password.",
  play: (stage) => {
    const { random } = stage;
    const place = intruderPlace(towns.reading, 24);
    const victim = stage.world.people[22]!;
    const knocks = Array.from({ length: 36 }, (_, index): StoryEvent => {
      const time = stage.at(3, 13) + index * minute;
      const office = offices[index % offices.length]!;
      const text = ciscoRow(
        {
          time,
          firewall: `fw-${office.code.toLowerCase()}`,
          action: "denied",
          protocol: "TCP",
          source: place.address,
          sourcePort: 40_000 + index,
          destination: office.egress.address,
          destinationPort: index % 2 === 0 ? 443 : 8443,
          inbound: true,
        },
        random,
      );
      return { table: "CommonSecurityLog", time, text };
    });
    const facts = { application: applications.sharePoint, place };
    const signIns = [
      intrusion(stage, stage.at(3, 14, 22), victim, { ...facts, code: 50076 }),
      intrusion(stage, stage.at(3, 14, 23), victim, { ...facts, code: 0 }),
    ];
    return {
      events: [...knocks, ...signIns],
      actors: [victim.upn, place.address],
      expected: [{ ruleId: ruleIds.firewallDeniedAddress, entities: [accountEntity(victim), addressEntity(place)] }],
    };
  },
};

import { applications } from "../applications.js";
import { intruderPlace, towns } from "../places.js";
import { guidOf } from "../random.js";
import { auditRow, byPerson, personTarget } from "../rows/audit.js";
import { ruleIds } from "./rule-ids.js";
import { accountEntity, addressEntity, minute, type StoryScript, script, signInEvent } from "./story.js";

/** A code in a message, typed in by its reader; then the intruder has a device of their own in the tenant. */
export const deviceCode: StoryScript = {
  id: "device-code",
  title: "A device code that came by message, then a registered device",
  summary: "Someone types in a code from a message; the sign-in is a stranger's in Cardiff, who registers a device.",
  play: (stage) => {
    const victim = stage.world.people[27]!;
    const place = intruderPlace(towns.cardiff, 143);
    const time = stage.at(3, 13, 30);
    const facts = { time, account: victim, place, device: script, application: applications.office, code: 0 } as const;
    const registered = time + 7 * minute;
    const entry = {
      time: registered,
      operation: "Register device",
      category: "Device",
      operationType: "Add",
      service: "Device Registration Service",
      initiatedBy: byPerson(victim, place.address),
      targets: [
        { id: guidOf("strange device"), displayName: "DESKTOP-7K2M9QX", type: "Device" as const },
        personTarget(victim),
      ],
    };
    return {
      events: [
        signInEvent(stage, { ...facts, protocol: "deviceCode" }),
        { table: "AuditLogs", time: registered, text: auditRow(entry, stage.random) },
      ],
      actors: [victim.upn, place.address],
      expected: [
        { ruleId: ruleIds.deviceCode, entities: [accountEntity(victim), addressEntity(place)] },
        { ruleId: ruleIds.deviceAfterCode, entities: [accountEntity(victim), addressEntity(place)] },
      ],
    };
  },
};

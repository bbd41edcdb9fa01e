import { applications } from "../applications.js";
import { intruderPlace, towns } from "../places.js";
import { auditRow, byPerson, personTarget } from "../rows/audit.js";
import { ruleIds } from "./rule-ids.js";
import { accountEntity, addressEntity, intrusion, minute, type StoryScript } from "./story.js";

/** A password is found, and the second factor becomes the intruder's own. */
export const guessedPassword: StoryScript = {
  id: "guessed-password",
  title: "A guessed password, and a second factor registered with it",
  summary: "After eighteen guesses an account opens, and the intruder registers a telephone of their own for it.",
  play: (stage) => {
    const victim = stage.world.people[34]!;
    const place = intruderPlace(towns.swindon, 140);
    const facts = { application: applications.outlook, place };
    const start = stage.at(4, 19, 10);
    const guesses = Array.from({ length: 18 }, (_, index) =>
      intrusion(stage, start + index * 80_000, victim, { ...facts, code: 50126 }),
    );
    const time = start + 35 * minute;
    const entry = {
      time,
      operation: "User registered security info",
      category: "UserManagement",
      operationType: "Add",
      service: "Authentication Methods",
      initiatedBy: byPerson(victim, place.address),
      targets: [personTarget(victim)],
    };
    return {
      events: [
        ...guesses,
        intrusion(stage, start + 27 * minute, victim, { ...facts, code: 0 }),
        { table: "AuditLogs", time, text: auditRow(entry, stage.random) },
      ],
      actors: [victim.upn, place.address],
      expected: [
        { ruleId: ruleIds.guessedPassword, entities: [accountEntity(victim), addressEntity(place)] },
        { ruleId: ruleIds.newSecondFactor, entities: [accountEntity(victim), addressEntity(place)] },
      ],
    };
  },
};

import { applications } from "../applications.js";
import { intruderPlace, towns } from "../places.js";
import { auditRow, newValue } from "../rows/audit.js";
import { ruleIds } from "./rule-ids.js";
import { accountEntity, addressEntity, intrusion, type StoryScript } from "./story.js";

/** An administrator's stolen session makes a second way in. */
export const roleOutsidePim: StoryScript = {
  id: "role-outside-pim",
  title: "Global Administrator granted outside PIM",
  summary: "From an unknown server, an administrator's account makes an ordinary user a Global Administrator for good.",
  play: (stage) => {
    const { people } = stage.world;
    const administrator = people[2]!;
    const accomplice = people[26]!;
    const place = intruderPlace(towns.swindon, 53);
    const facts = { application: applications.azurePortal, place, code: 0 } as const;
    const time = stage.at(2, 18, 40);
    const { id, displayName, upn } = administrator;
    const entry = {
      time,
      operation: "Add member to role",
      category: "RoleManagement",
      operationType: "Assign",
      service: "Core Directory",
      initiatedBy: { user: { id, displayName, upn, address: place.address } },
      targets: [
        {
          id: accomplice.id,
          displayName: accomplice.displayName,
          type: "User" as const,
          userPrincipalName: accomplice.upn,
          modifiedProperties: [newValue("Role.DisplayName", "Global Administrator")],
        },
      ],
    };
    return {
      events: [
        intrusion(stage, stage.at(2, 18, 31), administrator, facts),
        { table: "AuditLogs", time, text: auditRow(entry, stage.random) },
      ],
      actors: [upn, accomplice.upn, place.address],
      expected: [
        {
          ruleId: ruleIds.roleOutsidePim,
          entities: [accountEntity(administrator), accountEntity(accomplice), addressEntity(place)],
        },
      ],
    };
  },
};

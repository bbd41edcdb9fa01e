import { applications } from "../applications.js";
import { intruderPlace, towns } from "../places.js";
import { byPerson, personTarget } from "../rows/audit.js";
import { locationTarget, policyTarget, roleTarget } from "../rows/directory-targets.js";
import { ruleIds } from "./rule-ids.js";
import { accountEntity, addressEntity, auditEvent, intrusion, type StoryScript } from "./story.js";

/** With an administrator's session the way is opened for the next visit. */
export const administratorSession: StoryScript = {
  id: "administrator-session",
  title: "Policies opened with an administrator's session",
  summary:
    "From a rented server an administrator's account activates a role, exempts someone from MFA, trusts the server's address and takes over a colleague's account.",
  play: (stage) => {
    const administrator = stage.world.people[4]!;
    const victim = stage.world.people[37]!;
    const place = intruderPlace(towns.swindon, 150);
    const facts = { application: applications.azurePortal, place, code: 0 } as const;
    const initiatedBy = byPerson(administrator, place.address);
    const policy = { category: "Policy", operationType: "Update", service: "Conditional Access", initiatedBy };
    const entity = [accountEntity(administrator), addressEntity(place)];
    return {
      events: [
        intrusion(stage, stage.at(4, 21, 2), administrator, facts),
        auditEvent(stage, {
          time: stage.at(4, 21, 6),
          operation: "Add member to role completed (PIM activation)",
          category: "RoleManagement",
          operationType: "Assign",
          service: "PIM",
          initiatedBy,
          targets: [roleTarget("Conditional Access Administrator"), personTarget(administrator)],
        }),
        auditEvent(stage, {
          ...policy,
          time: stage.at(4, 21, 11),
          operation: "Update conditional access policy",
          targets: [
            policyTarget("Require MFA for all", { state: "enabled" }, { state: "enabled", excludeUsers: [victim.id] }),
          ],
        }),
        auditEvent(stage, {
          ...policy,
          time: stage.at(4, 21, 19),
          operation: "Update named location",
          targets: [
            locationTarget(
              "Offices",
              { trusted: true, ranges: ["198.51.100.0/29"] },
              { trusted: true, ranges: ["198.51.100.0/29", `${place.address}/32`] },
            ),
          ],
        }),
        auditEvent(stage, {
          time: stage.at(4, 21, 26),
          operation: "Reset user password",
          category: "UserManagement",
          operationType: "Update",
          service: "Core Directory",
          initiatedBy,
          targets: [personTarget(victim)],
        }),
        intrusion(stage, stage.at(4, 21, 33), victim, { ...facts, application: applications.outlook }),
      ],
      actors: [administrator.upn, victim.upn, place.address],
      expected: [
        { ruleId: ruleIds.roleFromNewAddress, entities: entity },
        { ruleId: ruleIds.policyWeakened, entities: entity },
        { ruleId: ruleIds.trustedLocation, entities: entity },
        { ruleId: ruleIds.passwordOfAnother, entities: [accountEntity(victim), ...entity] },
      ],
    };
  },
};

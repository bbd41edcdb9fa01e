import { applications } from "../applications.js";
import { intruderPlace, towns } from "../places.js";
import { tenant } from "../population.js";
import { guidOf } from "../random.js";
import { byPerson, changedValue, newValue } from "../rows/audit.js";
import { roleTarget } from "../rows/directory-targets.js";
import { guestTarget } from "../traffic/access-changes.js";
import { ruleIds } from "./rule-ids.js";
import { accountEntity, addressEntity, auditEvent, intrusion, minute, type StoryScript } from "./story.js";

/** Ways into the tenant that stay open when the account is closed. */
export const tenantOpened: StoryScript = {
  id: "tenant-opened",
  title: "A domain federated, a partner let in and a guest made administrator",
  summary: "An administrator's account hands the tenant over: to a key, to another tenant and to one of its people.",
  play: (stage) => {
    const administrator = stage.world.people[5]!;
    const place = intruderPlace(towns.cardiff, 157);
    const start = stage.at(2, 1, 15);
    const facts = { application: applications.azurePortal, place, code: 0 } as const;
    const guest = guestTarget("night.watch");
    const by = {
      initiatedBy: byPerson(administrator, place.address),
      service: "Core Directory",
      operationType: "Update",
    };
    const entity = [accountEntity(administrator), addressEntity(place)];
    return {
      events: [
        intrusion(stage, start, administrator, facts),
        auditEvent(stage, {
          ...by,
          time: start + 5 * minute,
          operation: "Set domain authentication",
          category: "DirectoryManagement",
          targets: [
            {
              id: guidOf("federated domain"),
              displayName: `crew.${tenant.domain}`,
              type: "Directory",
              modifiedProperties: [
                changedValue("LiveType", ["Managed"], ["Federated"]),
                newValue("IssuerUri", ["http://sts.quayside-mail.example/any"]),
              ],
            },
          ],
        }),
        auditEvent(stage, {
          ...by,
          time: start + 12 * minute,
          operation: "Add a partner to cross-tenant access setting",
          category: "CrossTenantAccessSettings",
          targets: [
            {
              id: guidOf("cross-tenant policy"),
              displayName: "",
              type: "Policy",
              modifiedProperties: [
                newValue("tenantId", guidOf("Brinewater Hosting")),
                newValue("inboundTrust", '{"isMfaAccepted":true}'),
              ],
            },
          ],
        }),
        auditEvent(stage, {
          ...by,
          time: start + 20 * minute,
          operation: "Add eligible member to role in PIM completed (permanent)",
          category: "RoleManagement",
          service: "PIM",
          targets: [roleTarget("Global Administrator"), guest],
        }),
      ],
      actors: [administrator.upn, guest.userPrincipalName, place.address],
      expected: [
        { ruleId: ruleIds.domainFederated, entities: entity },
        { ruleId: ruleIds.crossTenant, entities: entity },
        { ruleId: ruleIds.guestWithRole, entities: [...entity, { type: "Account", name: "night.watch" }] },
      ],
    };
  },
};

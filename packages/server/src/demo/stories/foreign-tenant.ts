import { applications } from "../applications.js";
import { cloudPlace } from "../places.js";
import { guidOf } from "../random.js";
import { ruleIds } from "./rule-ids.js";
import { accountEntity, addressEntity, intrusion, type StoryScript } from "./story.js";

/** A partner's tenant was taken over; its people now come in from a rented cloud machine. */
export const foreignTenant: StoryScript = {
  id: "foreign-tenant",
  title: "A partner's account opens the Azure Portal from a cloud address",
  summary: "An account of another tenant signs in to this tenant's Azure Portal from an address of the public cloud.",
  play: (stage) => {
    const place = cloudPlace(3);
    const partner = {
      id: guidOf("partner operator"),
      displayName: "Night Operations (Brinewater Hosting)",
      upn: "night.operations@brinewater.example",
      homeTenant: guidOf("Brinewater Hosting"),
    };
    const facts = { application: applications.azurePortal, place, code: 0 } as const;
    return {
      events: [
        intrusion(stage, stage.at(2, 3, 17), partner, facts),
        intrusion(stage, stage.at(2, 3, 41), partner, facts),
      ],
      actors: [partner.upn, place.address],
      expected: [{ ruleId: ruleIds.foreignTenantPortal, entities: [accountEntity(partner), addressEntity(place)] }],
    };
  },
};

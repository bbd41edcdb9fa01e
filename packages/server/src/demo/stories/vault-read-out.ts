import { applications } from "../applications.js";
import { intruderPlace, towns } from "../places.js";
import { vaultRow } from "../rows/cloud.js";
import { ruleIds } from "./rule-ids.js";
import { accountEntity, addressEntity, intrusion, type StoryEvent, type StoryScript } from "./story.js";

/** Every secret of a vault is read, one after the other. */
export const vaultReadOut: StoryScript = {
  id: "vault-read-out",
  title: "Key Vault read out",
  summary: "An engineer's account lists a Key Vault from an unknown server and reads all thirty of its secrets.",
  play: (stage) => {
    const engineer = stage.world.people[10]!;
    const place = intruderPlace(towns.swindon, 61);
    const start = stage.at(3, 20, 5);
    const request = {
      vault: "halcyon-platform-kv",
      address: place.address,
      caller: { objectId: engineer.id, applicationId: applications.azureCli.id, upn: engineer.upn },
    };
    const event = (time: number, item?: string): StoryEvent => {
      const operation = item === undefined ? "SecretList" : "SecretGet";
      const text = vaultRow({ ...request, time, operation, ...(item === undefined ? {} : { item }) }, stage.random);
      return { table: "AzureDiagnostics", time, text };
    };
    const reads = Array.from({ length: 30 }, (_, index) =>
      event(start + 60_000 + index * 2000, `service-${index + 1}-key`),
    );
    const facts = { application: applications.azureCli, place, code: 0, scripted: true } as const;
    return {
      events: [intrusion(stage, start - 300_000, engineer, facts), event(start), ...reads],
      actors: [engineer.upn, place.address, request.vault],
      expected: [{ ruleId: ruleIds.vaultReadOut, entities: [accountEntity(engineer), addressEntity(place)] }],
    };
  },
};

import { applications } from "../applications.js";
import { intruderPlace, towns } from "../places.js";
import { securityAlertRow } from "../rows/alerts.js";
import { azureActivityRow } from "../rows/cloud.js";
import { ruleIds } from "./rule-ids.js";
import { accountEntity, addressEntity, intrusion, minute, type StoryScript } from "./story.js";

/** The telephone buzzes until its owner gives in; then commands run on the servers. */
export const mfaFatigue: StoryScript = {
  id: "mfa-fatigue",
  title: "Approval requests until one is approved, then commands on virtual machines",
  summary:
    "An engineer refuses fourteen approval requests and approves the fifteenth; the intruder changes Azure resources.",
  play: (stage) => {
    const { random } = stage;
    const engineer = stage.world.people[12]!;
    const place = intruderPlace(towns.cardiff, 72);
    const facts = { application: applications.azurePortal, place };
    const start = stage.at(1, 6, 4);
    const prompts = Array.from({ length: 14 }, (_, index) =>
      intrusion(stage, start + index * 2 * minute, engineer, { ...facts, code: 500121 }),
    );
    const approved = intrusion(stage, start + 30 * minute, engineer, { ...facts, code: 0 });
    const alert = {
      time: start + 40 * minute,
      name: "Sign-in from an address known for attacks",
      severity: "High",
      product: "Microsoft Entra ID Protection",
      provider: "IPC",
      tactics: "InitialAccess",
      user: engineer,
      address: place.address,
    } as const;
    const change = { caller: engineer.upn, address: place.address, resourceGroup: "FLEET", resource: "vm-ais-1" };
    const changes = [
      "MICROSOFT.AUTHORIZATION/ROLEASSIGNMENTS/WRITE",
      "MICROSOFT.COMPUTE/VIRTUALMACHINES/RUNCOMMAND/ACTION",
    ];
    return {
      events: [
        ...prompts,
        approved,
        { table: "SecurityAlert", time: alert.time, text: securityAlertRow(alert, random) },
        ...changes.map((operation, index) => {
          const time = alert.time + (index + 1) * 6 * minute;
          return {
            table: "AzureActivity" as const,
            time,
            text: azureActivityRow({ ...change, time, operation }, random),
          };
        }),
      ],
      actors: [engineer.upn, place.address],
      expected: [
        { ruleId: ruleIds.mfaFatigue, entities: [accountEntity(engineer), addressEntity(place)] },
        { ruleId: ruleIds.changesAfterIdentityAlert, entities: [accountEntity(engineer), addressEntity(place)] },
      ],
    };
  },
};

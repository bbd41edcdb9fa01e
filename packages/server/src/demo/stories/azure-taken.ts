import { applications } from "../applications.js";
import { intruderPlace, towns } from "../places.js";
import { type AzureChange, azureActivityRow, type VaultRequest, vaultRow } from "../rows/cloud.js";
import { ruleIds } from "./rule-ids.js";
import { accountEntity, addressEntity, intrusion, minute, type StoryEvent, type StoryScript } from "./story.js";

/** From the directory into everything that runs in Azure, and then the traces and the keys are destroyed. */
export const azureTaken: StoryScript = {
  id: "azure-taken",
  title: "Control of all subscriptions, keys taken and destroyed",
  summary:
    "An administrator's account takes control of Azure, opens a vault and reads it, fetches storage keys, switches off logging and purges the vault.",
  play: (stage) => {
    const { random } = stage;
    const administrator = stage.world.people[0]!;
    const place = intruderPlace(towns.slough, 158);
    const start = stage.at(1, 3, 5);
    const vault = "halcyon-finance-kv";
    const caller = { objectId: administrator.id, applicationId: applications.azureCli.id, upn: administrator.upn };
    const activity = (after: number, change: Pick<AzureChange, "operation" | "resource">): StoryEvent => {
      const time = start + after * minute;
      const by = { caller: administrator.upn, address: place.address, resourceGroup: "FINANCE" };
      return { table: "AzureActivity", time, text: azureActivityRow({ ...by, ...change, time }, random) };
    };
    const request = (after: number, operation: VaultRequest["operation"], item: string): StoryEvent => {
      const time = start + after * minute;
      const text = vaultRow({ time, vault, operation, item, address: place.address, caller }, random);
      return { table: "AzureDiagnostics", time, text };
    };
    const secrets = ["bank-api", "payroll", "charter-signing", "treasury", "port-agents", "insurance"];
    const entity = [accountEntity(administrator), addressEntity(place)];
    return {
      events: [
        intrusion(stage, start, administrator, { application: applications.azureCli, place, code: 0, scripted: true }),
        activity(4, { operation: "MICROSOFT.AUTHORIZATION/ELEVATEACCESS/ACTION", resource: "root" }),
        activity(9, { operation: "MICROSOFT.KEYVAULT/VAULTS/WRITE", resource: vault }),
        ...secrets.map((name, index) => request(12 + index, "SecretGet", name)),
        ...["ledger", "invoices", "statements", "backups"].map((name, index) =>
          activity(22 + index, {
            operation: "MICROSOFT.STORAGE/STORAGEACCOUNTS/LISTKEYS/ACTION",
            resource: `halcyon${name}`,
          }),
        ),
        ...["ledger", "vault", "gateway"].map((name, index) =>
          activity(30 + index, { operation: "MICROSOFT.INSIGHTS/DIAGNOSTICSETTINGS/DELETE", resource: `${name}-logs` }),
        ),
        ...secrets.map((name, index) => request(38 + index, "SecretPurge", name)),
      ],
      actors: [administrator.upn, vault, place.address],
      expected: [
        { ruleId: ruleIds.elevatedAccess, entities: entity },
        { ruleId: ruleIds.vaultOpened, entities: entity },
        { ruleId: ruleIds.storageKeys, entities: entity },
        { ruleId: ruleIds.azureLogging, entities: entity },
        { ruleId: ruleIds.vaultDestroyed, entities: entity },
      ],
    };
  },
};

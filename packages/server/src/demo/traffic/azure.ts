import { cloudPlace } from "../places.js";
import { deployer, vaultPrograms } from "../programs.js";
import { azureActivityRow, gatewayRow, vaultRow } from "../rows/cloud.js";
import type { Traffic } from "./traffic.js";

const vaults = ["halcyon-platform-kv", "halcyon-fleet-kv"] as const;

/** Programs that read a few secrets each from the vaults, always the same ones. */
const vaultReaders = vaultPrograms.map(({ name, objectId, applicationId }, index) => ({
  objectId,
  applicationId,
  vault: vaults[index % vaults.length]!,
  secrets: [`${name}-database`, `${name}-storage`, `${name}-signing`],
  address: cloudPlace(20 + index).address,
}));

const pages = ["/", "/fleet", "/fleet/positions", "/news", "/careers", "/assets/site.css"] as const;

/** Secrets that applications read, and requests to the company's web site. */
export const azureDiagnosticsTraffic: Traffic = {
  table: "AzureDiagnostics",
  share: 0.03,
  byPeople: 0.3,
  open: (world, random) => {
    const engineers = world.people.filter((person) => person.job === "engineer");
    return (time, hour) => {
      const kind = random.below(1000);
      if (kind < 500) {
        const client = `198.19.${64 + random.below(64)}.${1 + random.below(254)}`;
        return gatewayRow({ time, client, path: random.pick(pages), status: random.chance(0.03) ? 404 : 200 }, random);
      }
      if (kind < 990) {
        const { vault, address, secrets, ...caller } = random.pick(vaultReaders);
        return vaultRow({ time, vault, operation: "SecretGet", item: random.pick(secrets), address, caller }, random);
      }
      const engineer = world.activity(hour) > 0 ? random.pick(engineers) : engineers[0]!;
      const caller = {
        objectId: engineer.id,
        applicationId: "c44b4083-3bb0-49c1-b47d-974e53cbdf3c",
        upn: engineer.upn,
      };
      const vault = random.pick(vaults);
      const address = engineer.office.egress.address;
      if (kind < 997) return vaultRow({ time, vault, operation: "SecretList", address, caller }, random);
      return vaultRow({ time, vault, operation: "SecretGet", item: "fleet-api-database", address, caller }, random);
    };
  },
};

const changes = [
  ["MICROSOFT.COMPUTE/VIRTUALMACHINES/START/ACTION", "FLEET", "vm-ais"],
  ["MICROSOFT.COMPUTE/VIRTUALMACHINES/DEALLOCATE/ACTION", "FLEET", "vm-build"],
  ["MICROSOFT.RESOURCES/DEPLOYMENTS/WRITE", "PLATFORM", "release"],
  ["MICROSOFT.WEB/SITES/CONFIG/WRITE", "PLATFORM", "crew-portal"],
  ["MICROSOFT.STORAGE/STORAGEACCOUNTS/LISTKEYS/ACTION", "FLEET", "halcyoncharts"],
  ["MICROSOFT.NETWORK/NETWORKSECURITYGROUPS/WRITE", "PLATFORM", "nsg-edge"],
  ["MICROSOFT.KEYVAULT/VAULTS/ACCESSPOLICIES/WRITE", "PLATFORM", "halcyon-preview-kv"],
  ["MICROSOFT.INSIGHTS/DIAGNOSTICSETTINGS/WRITE", "PLATFORM", "to-workspace"],
  ["MICROSOFT.RESOURCES/SUBSCRIPTIONS/RESOURCEGROUPS/DELETE", "PLATFORM", "preview"],
] as const;

/** Changes to Azure resources by the engineers and by the deployment service. */
export const azureActivityTraffic: Traffic = {
  table: "AzureActivity",
  share: 0.02,
  byPeople: 0.6,
  open: (world, random) => {
    const engineers = world.people.filter((person) => person.job === "engineer");
    return (time, hour) => {
      const [operation, resourceGroup, name] = random.pick(changes);
      const resource = `${name}-${1 + random.below(4)}`;
      const failed = random.chance(0.03);
      if (world.activity(hour) < 20 || random.chance(0.6)) {
        const address = cloudPlace(30).address;
        return azureActivityRow(
          { time, caller: deployer.objectId, address, operation, resourceGroup, resource, failed },
          random,
        );
      }
      const { upn, office } = random.pick(engineers);
      const address = office.egress.address;
      return azureActivityRow({ time, caller: upn, address, operation, resourceGroup, resource, failed }, random);
    };
  },
};

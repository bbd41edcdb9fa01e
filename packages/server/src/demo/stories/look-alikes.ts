import { applications } from "../applications.js";
import { cloudPlace, placeIn, towns } from "../places.js";
import { deployer } from "../programs.js";
import { guidOf } from "../random.js";
import { byPerson, personTarget } from "../rows/audit.js";
import { azureActivityRow, vaultRow } from "../rows/cloud.js";
import { keyTarget, keyText } from "../rows/directory-targets.js";
import { programSignIn } from "../rows/service-principal.js";
import { auditEvent, minute, type Stage, type StoryEvent, signInEvent, unknownBrowser } from "./story.js";

/** Something harmless that takes several steps and looks like an attack, which no rule may raise an alert for. */
export interface LookAlike {
  readonly id: string;
  play(stage: Stage): readonly StoryEvent[];
}

/** The help desk resets a password, and its owner signs in beside it on a borrowed computer. */
const helpDesk: LookAlike = {
  id: "help-desk",
  play: (stage) => {
    const { people } = stage.world;
    const [helper, caller] = [people[1]!, people[20]!];
    const place = caller.office.egress;
    const time = stage.at(2, 9, 30);
    const facts = {
      account: caller,
      place,
      device: unknownBrowser,
      application: applications.outlook,
      code: 0,
    } as const;
    return [
      auditEvent(stage, {
        time,
        operation: "Reset user password",
        category: "UserManagement",
        operationType: "Update",
        service: "Core Directory",
        initiatedBy: byPerson(helper, helper.office.egress.address),
        targets: [personTarget(caller)],
      }),
      signInEvent(stage, { ...facts, time: time + 12 * minute }),
    ];
  },
};

/** Twelve passwords from memory, on the computer that is used every day. */
const forgetful: LookAlike = {
  id: "forgetful",
  play: (stage) => {
    const account = stage.world.people[21]!;
    const facts = { account, place: account.home, device: account.laptop, application: applications.office };
    const start = stage.at(3, 7, 40);
    const tries = Array.from({ length: 12 }, (_, index) =>
      signInEvent(stage, { ...facts, time: start + index * 25_000, code: 50126 }),
    );
    return [...tries, signInEvent(stage, { ...facts, time: start + 8 * minute, code: 0 })];
  },
};

/** In a hotel, on the company's laptop: a new telephone, and a policy that asks for the laptop instead of the tablet. */
const traveller: LookAlike = {
  id: "traveller",
  play: (stage) => {
    const account = stage.world.people[22]!;
    const place = placeIn(towns.cardiff, "192.0.2.254", 65561);
    const facts = { account, place, device: account.laptop, application: applications.outlook } as const;
    const start = stage.at(2, 18, 50);
    const refused = [applications.outlook, applications.sharePoint].map((application, index) =>
      signInEvent(stage, { ...facts, application, device: unknownBrowser, time: start + index * minute, code: 53003 }),
    );
    return [
      ...refused,
      signInEvent(stage, { ...facts, application: applications.teams, time: start + 6 * minute, code: 0 }),
      auditEvent(stage, {
        time: start + 15 * minute,
        operation: "User registered security info",
        category: "UserManagement",
        operationType: "Add",
        service: "Authentication Methods",
        initiatedBy: byPerson(account, place.address),
        targets: [personTarget(account)],
      }),
    ];
  },
};

/** A key is renewed, and the program uses the new one where it always runs. */
const renewedKey: LookAlike = {
  id: "renewed-key",
  play: (stage) => {
    const administrator = stage.world.people[2]!;
    const { name, applicationId } = deployer;
    const [oldKey, newKey] = [keyText(deployer.keyId, "this year"), keyText(guidOf("renewed key"), "next year")];
    const time = stage.at(2, 10, 5);
    const first = time + 20 * minute;
    const signIn = { program: deployer, place: cloudPlace(24), resource: applications.azureCli };
    return [
      auditEvent(stage, {
        time,
        operation: "Update application \u2013 Certificates and secrets management ",
        category: "ApplicationManagement",
        operationType: "Update",
        service: "Core Directory",
        initiatedBy: byPerson(administrator, administrator.office.egress.address),
        targets: [keyTarget({ id: applicationId, name, type: "Application" }, [oldKey], [oldKey, newKey])],
      }),
      {
        table: "AADServicePrincipalSignInLogs",
        time: first,
        text: programSignIn({ ...signIn, time: first, keyId: guidOf("renewed key") }, stage.random),
      },
    ];
  },
};

/** The owner of a vault lets a program read it in the morning, and looks something up there in the afternoon. */
const vaultOwner: LookAlike = {
  id: "vault-owner",
  play: (stage) => {
    const owner = stage.world.people[7]!;
    const vault = "halcyon-charts-kv";
    const address = owner.office.egress.address;
    const [granted, read] = [stage.at(3, 9, 10), stage.at(3, 15, 45)];
    const change = { caller: owner.upn, address, resourceGroup: "FLEET", resource: vault };
    const operation = "MICROSOFT.KEYVAULT/VAULTS/ACCESSPOLICIES/WRITE";
    const caller = { objectId: owner.id, applicationId: applications.azurePortal.id, upn: owner.upn };
    const request = { time: read, vault, operation: "SecretGet", item: "tiles", address, caller } as const;
    return [
      {
        table: "AzureActivity",
        time: granted,
        text: azureActivityRow({ ...change, operation, time: granted }, stage.random),
      },
      { table: "AzureDiagnostics", time: read, text: vaultRow(request, stage.random) },
    ];
  },
};

/** What everyday traffic, row by row, does not bring about. */
export const lookAlikes: readonly LookAlike[] = [helpDesk, forgetful, traveller, renewedKey, vaultOwner];

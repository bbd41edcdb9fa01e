import { applications } from "../applications.js";
import { intruderPlace, towns } from "../places.js";
import { guidOf } from "../random.js";
import { byPerson } from "../rows/audit.js";
import { keyTarget, keyText, permissionTarget } from "../rows/directory-targets.js";
import { mailboxRow } from "../rows/office.js";
import { programSignIn } from "../rows/service-principal.js";
import { consentTarget } from "../traffic/directory-changes.js";
import { ruleIds } from "./rule-ids.js";
import {
  accountEntity,
  addressEntity,
  auditEvent,
  intrusion,
  minute,
  type StoryEvent,
  type StoryScript,
} from "./story.js";

/** An application acts for the intruder, whoever changes their password. */
export const applicationBackdoor: StoryScript = {
  id: "application-backdoor",
  title: "An application made into a back door",
  summary:
    "An administrator's account gives an application a secret and the right to read all mail; the application reads fourteen mailboxes from a rented server.",
  play: (stage) => {
    const { random, world } = stage;
    const administrator = world.people[3]!;
    const place = intruderPlace(towns.swindon, 155);
    const program = {
      name: "voyage-reports",
      applicationId: guidOf("voyage reports"),
      objectId: guidOf("voyage reports principal"),
      keyId: guidOf("voyage reports key"),
    };
    const start = stage.at(3, 22, 10);
    const facts = { application: applications.azurePortal, place, code: 0 } as const;
    const change = {
      category: "ApplicationManagement",
      operationType: "Update",
      service: "Core Directory",
      initiatedBy: byPerson(administrator, place.address),
    };
    const principal = { id: program.objectId, name: program.name, type: "ServicePrincipal" } as const;
    const signInTime = start + 25 * minute;
    const reads = Array.from({ length: 14 }, (_, index): StoryEvent => {
      const time = start + 30 * minute + index * 50_000;
      const owner = world.people[100 + index]!;
      const user = { id: program.objectId, upn: program.name };
      const by = { time, user, address: place.address, owner, appId: program.applicationId };
      return {
        table: "OfficeActivity",
        time,
        text: mailboxRow({ ...by, operation: "MailItemsAccessed", client: "Client=REST" }, random),
      };
    });
    const entity = [accountEntity(administrator), addressEntity(place)];
    const named = { type: "CloudApplication", name: program.name };
    return {
      events: [
        intrusion(stage, start, administrator, facts),
        auditEvent(stage, {
          ...change,
          time: start + 6 * minute,
          operation: "Add service principal credentials",
          targets: [keyTarget(principal, [], [keyText(program.keyId, "report")])],
        }),
        auditEvent(stage, {
          ...change,
          time: start + 11 * minute,
          operation: "Add app role assignment to service principal",
          targets: [permissionTarget("Mail.Read", program)],
        }),
        auditEvent(stage, {
          ...change,
          time: start + 17 * minute,
          operation: "Consent to application",
          targets: [consentTarget("Harbour Calendar", "Files.Read.All User.Read", administrator, true)],
        }),
        {
          table: "AADServicePrincipalSignInLogs",
          time: signInTime,
          text: programSignIn({ time: signInTime, program, place, resource: applications.outlook }, random),
        },
        ...reads,
      ],
      actors: [administrator.upn, program.name, place.address],
      expected: [
        { ruleId: ruleIds.principalCredential, entities: [...entity, named] },
        { ruleId: ruleIds.rulingPermission, entities: [...entity, named] },
        {
          ruleId: ruleIds.consentForEveryone,
          entities: [...entity, { type: "CloudApplication", name: "Harbour Calendar" }],
        },
        { ruleId: ruleIds.newCredentialUsed, entities: [...entity, named] },
        { ruleId: ruleIds.manyMailboxes, entities: [addressEntity(place)] },
      ],
    };
  },
};

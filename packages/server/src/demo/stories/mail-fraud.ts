import { applications } from "../applications.js";
import { intruderPlace, towns } from "../places.js";
import { fileRow, mailboxRow } from "../rows/office.js";
import { ruleIds } from "./rule-ids.js";
import {
  accountEntity,
  addressEntity,
  intrusion,
  minute,
  type StoryEvent,
  type StoryScript,
  unknownBrowser,
} from "./story.js";

const parameters = (values: Readonly<Record<string, string>>) =>
  Object.entries(values).map(([Name, Value]) => ({ Name, Value }));

/** Invoices are rewritten where nobody sees the answers. */
export const mailFraud: StoryScript = {
  id: "mail-fraud",
  title: "Answers to invoices hidden, a mailbox opened, auditing off",
  summary:
    "An Exchange administrator's account hides answers, opens the treasurer's mailbox to itself, copies all mail outside, switches auditing off and deletes the files of a project.",
  play: (stage) => {
    const { random, world } = stage;
    const [administrator, treasurer] = [world.people[1]!, world.people[29]!];
    const place = intruderPlace(towns.reading, 159);
    const start = stage.at(6, 4, 6);
    const done = (
      after: number,
      operation: string,
      object: string,
      values: Readonly<Record<string, string>>,
    ): StoryEvent => {
      const time = start + after * minute;
      const event = { time, user: administrator, address: place.address, client: "Client=OWA", operation, object };
      return { table: "OfficeActivity", time, text: mailboxRow({ ...event, parameters: parameters(values) }, random) };
    };
    const deletions = Array.from({ length: 260 }, (_, index): StoryEvent => {
      const time = start + 60 * minute + index * 8000;
      const text = fileRow(
        {
          time,
          user: administrator,
          address: place.address,
          operation: "FileDeleted",
          workload: "SharePoint",
          site: "Finance",
          file: `Statement ${index + 1}.xlsx`,
          managedDevice: false,
          userAgent: unknownBrowser.userAgent,
        },
        random,
      );
      return { table: "OfficeActivity", time, text };
    });
    const entity = [accountEntity(administrator), addressEntity(place)];
    const facts = { application: applications.outlook, place, code: 0 } as const;
    return {
      events: [
        intrusion(stage, start, administrator, facts),
        done(5, "New-InboxRule", "..", {
          Name: "..",
          SubjectOrBodyContainsWords: "invoice;bank details",
          MoveToFolder: "RSS Feeds",
        }),
        done(11, "Add-MailboxPermission", treasurer.account, {
          Identity: treasurer.upn,
          User: administrator.upn,
          AccessRights: "FullAccess",
        }),
        done(18, "New-TransportRule", "Journal", { Name: "Journal", BlindCopyTo: "ledger.copy@quayside-mail.example" }),
        done(24, "Set-AdminAuditLogConfig", "", { UnifiedAuditLogIngestionEnabled: "False" }),
        ...deletions,
      ],
      actors: [administrator.upn, treasurer.upn, place.address],
      expected: [
        { ruleId: ruleIds.hidingRule, entities: entity },
        { ruleId: ruleIds.mailboxForOneself, entities: entity },
        { ruleId: ruleIds.transportRule, entities: entity },
        { ruleId: ruleIds.mailAuditing, entities: entity },
        { ruleId: ruleIds.filesDeleted, entities: entity },
      ],
    };
  },
};

import { cloudPlace } from "../places.js";
import type { Person } from "../population.js";
import { mailArchive } from "../programs.js";
import { mix } from "../random.js";
import { fileRow, mailboxRow } from "../rows/office.js";
import type { Traffic } from "./traffic.js";

const sites = ["Fleet", "Crewing", "Finance", "Engineering", "Safety"] as const;
const fileKinds = [
  "Voyage report.docx",
  "Port costs.xlsx",
  "Crew list.xlsx",
  "Survey.pdf",
  "Charter party.docx",
] as const;
const mailOperations = ["MailItemsAccessed", "MailItemsAccessed", "Send", "SoftDelete", "MoveToDeletedItems"] as const;

const fileOperations = [
  ...(["FileAccessed", "FileAccessed", "FileAccessed", "FileAccessed", "FileModified", "FileModified"] as const),
  ...(["FileDownloaded", "FileDownloaded", "FileUploaded", "FileUploaded", "FileDeleted"] as const),
];
const archiveAddress = cloudPlace(25).address;

const parameters = (values: Readonly<Record<string, string>>) =>
  Object.entries(values).map(([Name, Value]) => ({ Name, Value }));

/** What people set in their own mailbox. */
const mailSettings = ({ upn }: Person) => [
  {
    operation: "New-InboxRule",
    object: `${upn}\\Out of the way`,
    parameters: parameters({ Name: "Out of the way", From: "offers@shop.example", DeleteMessage: "True" }),
  },
  {
    operation: "New-InboxRule",
    object: `${upn}\\Suppliers`,
    parameters: parameters({ Name: "Suppliers", SubjectContainsWords: "invoice", MoveToFolder: "Invoices" }),
  },
];

/** What administrators set in the mailboxes of others, and for all. */
const mailChanges = ({ upn, account }: Person) => [
  {
    operation: "Add-MailboxPermission",
    object: "crewing",
    parameters: parameters({ Identity: "crewing", User: upn, AccessRights: "FullAccess" }),
  },
  {
    operation: "Set-Mailbox",
    object: account,
    parameters: parameters({ Identity: account, AuditEnabled: "True" }),
  },
  {
    operation: "Set-TransportRule",
    object: "Disclaimer",
    parameters: parameters({ Identity: "Disclaimer", ApplyHtmlDisclaimerText: "Halcyon Marine" }),
  },
];

/** Everyday work with mail and files; people have a rule or two that sorts their mail. */
export const officeTraffic: Traffic = {
  table: "OfficeActivity",
  share: 0.1,
  byPeople: 0.97,
  open: (world, random) => (time, hour) => {
    const person = world.someoneAtWork(hour, random);
    const { place, device } = world.presence(person, time, random);
    const event = { time, user: person, address: place.address };
    const kind = random.below(1000);
    if (kind < 450)
      return mailboxRow({ ...event, operation: random.pick(mailOperations), client: "Client=REST" }, random);
    if (kind < 453) {
      const parameters = [
        { Name: "Name", Value: "Newsletters" },
        { Name: "SubjectContainsWords", Value: "newsletter" },
        { Name: "MoveToFolder", Value: "Newsletters" },
      ];
      const object = `${person.upn}\\Newsletters`;
      return mailboxRow({ ...event, operation: "New-InboxRule", client: "Client=OWA", parameters, object }, random);
    }
    if (kind < 456) return mailboxRow({ ...event, ...random.pick(mailSettings(person)), client: "Client=OWA" }, random);
    if (kind < 480) {
      // The archive reads the mail of everyone who is at work, all day long.
      const { objectId: id, applicationId: appId, name } = mailArchive;
      const archive = { time, user: { id, upn: name }, address: archiveAddress, owner: person, appId };
      return mailboxRow({ ...archive, operation: "MailItemsAccessed", client: "Client=REST" }, random);
    }
    if (kind < 483) {
      const administrator = world.people[random.below(6)]!;
      const from = { time, user: administrator, address: administrator.office.egress.address };
      return mailboxRow({ ...from, ...random.pick(mailChanges(person)), client: "" }, random);
    }
    // Everyone works with some eighty files of their own, however busy the demo is made.
    const number = mix(person.index, random.below(80)) % 900;
    return fileRow(
      {
        ...event,
        operation: random.pick(fileOperations),
        workload: number % 3 === 0 ? "OneDrive" : "SharePoint",
        site: sites[number % sites.length]!,
        file: `${100 + number} ${fileKinds[number % fileKinds.length]!}`,
        managedDevice: true,
        userAgent: device.userAgent,
      },
      random,
    );
  },
};

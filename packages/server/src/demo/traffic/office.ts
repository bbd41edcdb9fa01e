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
    // Everyone works with some eighty files of their own, however busy the demo is made.
    const number = mix(person.index, random.below(80)) % 900;
    return fileRow(
      {
        ...event,
        operation: random.pick(["FileAccessed", "FileAccessed", "FileModified", "FileDownloaded", "FileUploaded"]),
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

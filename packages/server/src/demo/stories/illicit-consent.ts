import { auditRow } from "../rows/audit.js";
import { consentTarget } from "../traffic/directory-changes.js";
import { ruleIds } from "./rule-ids.js";
import { accountEntity, type StoryScript } from "./story.js";

/** A message asks for consent to an application that wants the mail for good. */
export const illicitConsent: StoryScript = {
  id: "illicit-consent",
  title: "Consent to an application that reads mail",
  summary: "After a phishing message, someone lets an unknown application read and send their mail without them.",
  play: (stage) => {
    const victim = stage.world.people[24]!;
    const { id, displayName, upn } = victim;
    const time = stage.at(4, 11, 12);
    const application = "Document Viewer Plus";
    const entry = {
      time,
      operation: "Consent to application",
      category: "ApplicationManagement",
      operationType: "Assign",
      service: "Core Directory",
      initiatedBy: { user: { id, displayName, upn, address: victim.home.address } },
      targets: [consentTarget(application, "Mail.ReadWrite Mail.Send Files.Read.All offline_access User.Read", victim)],
    };
    return {
      events: [{ table: "AuditLogs", time, text: auditRow(entry, stage.random) }],
      actors: [upn, application],
      expected: [
        {
          ruleId: ruleIds.riskyConsent,
          entities: [accountEntity(victim), { type: "CloudApplication", name: application }],
        },
      ],
    };
  },
};

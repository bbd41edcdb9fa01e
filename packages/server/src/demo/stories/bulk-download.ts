import { applications } from "../applications.js";
import { intruderPlace, towns } from "../places.js";
import { fileRow } from "../rows/office.js";
import { ruleIds } from "./rule-ids.js";
import { accountEntity, addressEntity, intrusion, type StoryEvent, type StoryScript, unknownBrowser } from "./story.js";

/** A whole library leaves in three quarters of an hour. */
export const bulkDownload: StoryScript = {
  id: "bulk-download",
  title: "A document library downloaded file by file",
  summary: "From a browser that the tenant does not know, one account downloads 420 files within 45 minutes.",
  play: (stage) => {
    const victim = stage.world.people[32]!;
    const place = intruderPlace(towns.reading, 97);
    const start = stage.at(1, 21, 6);
    const downloads = Array.from({ length: 420 }, (_, index): StoryEvent => {
      const time = start + index * 6400;
      const text = fileRow(
        {
          time,
          user: victim,
          address: place.address,
          operation: "FileDownloaded",
          workload: "SharePoint",
          site: "Finance",
          file: `Charter agreement ${index + 1}.pdf`,
          managedDevice: false,
          userAgent: unknownBrowser.userAgent,
        },
        stage.random,
      );
      return { table: "OfficeActivity", time, text };
    });
    const facts = { application: applications.sharePoint, place, code: 0 } as const;
    return {
      events: [intrusion(stage, start - 180_000, victim, facts), ...downloads],
      actors: [victim.upn, place.address],
      expected: [{ ruleId: ruleIds.bulkDownload, entities: [accountEntity(victim), addressEntity(place)] }],
    };
  },
};

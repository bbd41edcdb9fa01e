import { auditRow } from "../rows/audit.js";
import { accessChanges } from "./access-changes.js";
import { type DirectoryChange, ordinaryChanges } from "./directory-changes.js";
import type { Traffic } from "./traffic.js";

// Each kind as often as it has parts, so that one pick takes a kind by its weight.
const kinds = [...ordinaryChanges, ...accessChanges].flatMap((kind) =>
  Array.from({ length: kind.parts }, (): DirectoryChange => kind),
);

/** Changes to the directory on ordinary days: passwords, groups, devices, roles by PIM, and what administrators see to. */
export const auditTraffic: Traffic = {
  table: "AuditLogs",
  share: 0.0185,
  byPeople: 0.9,
  open: (world, random) => (time, hour) => {
    const person = world.someoneAtWork(hour, random);
    const administrator = world.people[random.below(6)]!;
    return auditRow({ time, ...random.pick(kinds).entry({ person, administrator, random }) }, random);
  },
};

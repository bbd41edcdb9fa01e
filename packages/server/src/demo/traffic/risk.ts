import { riskRow, securityAlertRow } from "../rows/alerts.js";
import type { Traffic } from "./traffic.js";

/** Risk detections of little weight: somebody in a new place, soon cleared. */
export const riskTraffic: Traffic = {
  table: "AADUserRiskEvents",
  share: 0.001,
  byPeople: 1,
  open: (world, random) => (time, hour) => {
    const user = world.someoneAtWork(hour, random);
    const { place } = world.presence(user, time, random);
    const type = random.pick(["unfamiliarFeatures", "unfamiliarFeatures", "newCountry", "anonymizedIPAddress"]);
    const level = random.chance(0.8) ? "low" : "medium";
    const state = random.chance(0.5) ? "remediated" : "dismissed";
    return riskRow({ time, user, place, type, level, state }, random);
  },
};

const everydayAlerts = [
  ["Unfamiliar sign-in properties", "Low", "Microsoft Entra ID Protection", "IPC", "InitialAccess"],
  ["Unwanted software was blocked", "Informational", "Microsoft Defender for Endpoint", "MDATP", "Execution"],
  ["Suspicious link was opened", "Low", "Microsoft Defender for Endpoint", "MDATP", "InitialAccess"],
  ["Activity from an infrequent country", "Low", "Microsoft Defender for Cloud Apps", "MCAS", "InitialAccess"],
] as const;

/** Alerts of other products about ordinary staff. */
export const securityAlertTraffic: Traffic = {
  table: "SecurityAlert",
  share: 0.0005,
  byPeople: 1,
  open: (world, random) => {
    const staff = world.people.filter((person) => person.job === "staff");
    return (time) => {
      const [name, severity, product, provider, tactics] = random.pick(everydayAlerts);
      const user = random.pick(staff);
      const address = user.office.egress.address;
      return securityAlertRow({ time, name, severity, product, provider, tactics, user, address }, random);
    };
  },
};

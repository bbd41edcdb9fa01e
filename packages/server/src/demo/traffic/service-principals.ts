import { programs } from "../programs.js";
import { programSignIn } from "../rows/service-principal.js";
import type { Traffic } from "./traffic.js";

/** Programs that fetch tokens day and night, from the few addresses of their network, at times with a secret that has expired. */
export const servicePrincipalTraffic: Traffic = {
  table: "AADServicePrincipalSignInLogs",
  share: 0.01,
  byPeople: 0.1,
  open: (_, random) => (time) => {
    const { program, places, resource } = random.pick(programs);
    const failed = random.chance(0.02) ? ({ failed: true } as const) : {};
    return programSignIn({ time, program, place: random.pick(places), resource, ...failed }, random);
  },
};

import { applications } from "./applications.js";
import { cloudPlace } from "./places.js";
import { guidOf } from "./random.js";
import type { Program } from "./rows/service-principal.js";

const program = (name: string, objectId: string): Program => ({
  name,
  objectId,
  applicationId: guidOf("vault reader application", name),
  keyId: guidOf("credential", name),
});

/** Programs that read a few secrets each from the vaults. */
export const vaultPrograms = ["fleet-api", "crew-portal", "ais-ingest", "chart-renderer"].map((name) =>
  program(name, guidOf("vault reader", name)),
);

/** What changes Azure by pipeline, and what copies mail into the archive. */
export const deployer = program("release-pipeline", guidOf("deployment service"));
export const mailArchive = program("mail-archive", guidOf("mail archive"));

/** The programs that sign in every day, with where they run and what they ask for. */
export const programs = [...vaultPrograms, deployer, mailArchive].map((each, index) => ({
  program: each,
  /** Machines of the public cloud come and go, so the address changes and the network does not. */
  places: Array.from({ length: 6 }, (_, host) => cloudPlace(20 + index + host * 6)),
  resource: each === deployer ? applications.azureCli : applications.office,
}));

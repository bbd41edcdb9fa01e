import { seededRandom } from "../random.js";
import type { World } from "../world.js";
import { administratorSession } from "./administrator-session.js";
import { applicationBackdoor } from "./application-backdoor.js";
import { aroundPolicy } from "./around-a-policy.js";
import { azureTaken } from "./azure-taken.js";
import { blockedAddress } from "./blocked-address.js";
import { bulkDownload } from "./bulk-download.js";
import { deviceCode } from "./device-code.js";
import { foreignTenant } from "./foreign-tenant.js";
import { guessedPassword } from "./guessed-password.js";
import { hostLogon } from "./host-logon.js";
import { illicitConsent } from "./illicit-consent.js";
import { impossibleTravel } from "./impossible-travel.js";
import { leakedSecret } from "./leaked-secret.js";
import { lookAlikes } from "./look-alikes.js";
import { mailFraud } from "./mail-fraud.js";
import { mfaFatigue } from "./mfa-fatigue.js";
import { notContained } from "./not-contained.js";
import { passwordSpray } from "./password-spray.js";
import { portalGuessing } from "./portal-guessing.js";
import { replayedToken } from "./replayed-token.js";
import { roleOutsidePim } from "./role-outside-pim.js";
import { spreadSpray } from "./spread-spray.js";
import { stolenSession } from "./stolen-session.js";
import type { Stage, Story, StoryEvent, StoryScript } from "./story.js";
import { tenantOpened } from "./tenant-opened.js";
import { vaultReadOut } from "./vault-read-out.js";

/** All stories, in no order that matters. */
export const scripts: readonly StoryScript[] = [
  passwordSpray,
  blockedAddress,
  hostLogon,
  portalGuessing,
  foreignTenant,
  illicitConsent,
  roleOutsidePim,
  vaultReadOut,
  mfaFatigue,
  stolenSession,
  impossibleTravel,
  bulkDownload,
  spreadSpray,
  guessedPassword,
  aroundPolicy,
  replayedToken,
  deviceCode,
  administratorSession,
  applicationBackdoor,
  leakedSecret,
  tenantOpened,
  azureTaken,
  mailFraud,
  notContained,
];

/** Days before the end of the demo that the stories reach back to. */
export const daysOfStories = 7;

const dayLength = 86_400_000;

/** The stories as they happen in this world, with their rows in order of time. */
export function playStories(
  world: World,
  end: number,
): { readonly stories: readonly Story[]; readonly events: readonly StoryEvent[]; readonly from: number } {
  const midnight = Math.floor(end / dayLength) * dayLength;
  const at = (days: number, hour: number, minute = 0) => midnight - days * dayLength + (hour * 60 + minute) * 60_000;
  const stageOf = (id: string): Stage => ({ world, at, random: seededRandom(world.seed, `story ${id}`) });
  const played = scripts.map(({ play, ...script }) => {
    const { events, ...label } = play(stageOf(script.id));
    const times = events.map(({ time }) => time);
    const start = new Date(Math.min(...times)).toISOString();
    return { events, story: { ...script, start, end: new Date(Math.max(...times)).toISOString(), ...label } };
  });
  const harmless = lookAlikes.flatMap(({ id, play }) => play(stageOf(id)));
  return {
    stories: played.map(({ story }) => story),
    events: [...played.flatMap(({ events }) => events), ...harmless].sort((one, other) => one.time - other.time),
    from: at(daysOfStories, 0),
  };
}

import type { NotificationRoute } from "@calypso/catalog";
import type { Clock } from "../platform/clock.js";
import type { Ids } from "../platform/ids.js";
import type { State } from "../state/open-state.js";
import { DeliveryError } from "./channels/channel.js";
import { arrived, type Delivery, dueDeliveries, forgetSent, noticeIn, refused, spread } from "./outbox.js";
import { send } from "./send.js";
import { textOfNotice } from "./text.js";

/** What a notifier works with. */
export interface NotifierParts {
  readonly state: State;
  readonly clock: Clock;
  readonly ids: Ids;
  /** The routes as they are now. */
  readonly routes: () => readonly NotificationRoute[];
  /** Told of deliveries that are given up. */
  readonly tell: (message: string) => void;
}

/**
 * Tells people what the state owes them: at least once, in order for each route as far as places answer, and never in the way
 * of the windows. Returns how many deliveries were tried.
 */
export async function notify(parts: NotifierParts): Promise<number> {
  const { state, clock, ids, routes } = parts;
  while ((await spread(state, routes(), { now: clock(), ids })) > 0);
  const due = await dueDeliveries(state, clock());
  const byRoute = new Map<string, Delivery[]>();
  for (const delivery of due) byRoute.set(delivery.route, [...(byRoute.get(delivery.route) ?? []), delivery]);
  await Promise.all([...byRoute.values()].map((list) => tellRoute(parts, list)));
  await forgetSent(state, clock());
  return due.length;
}

/** A place that does not answer is not asked again for those that come behind. */
async function tellRoute(parts: NotifierParts, deliveries: readonly Delivery[]): Promise<void> {
  for (const delivery of deliveries) if (!(await attempt(parts, delivery))) return;
}

/** Tries one delivery; false where the place does not answer. */
async function attempt({ state, clock, routes, tell }: NotifierParts, delivery: Delivery): Promise<boolean> {
  const route = routes().find(({ name }) => name === delivery.route);
  try {
    if (route === undefined) throw new DeliveryError("there is no such route any more", { permanent: true });
    const notice = noticeIn(delivery.document);
    const text = textOfNotice(route, notice);
    await send(route.channel, { id: delivery.id, at: delivery.at, sentAt: clock(), notice, text });
    await arrived(state, delivery, clock());
    return true;
  } catch (cause) {
    if (!(cause instanceof DeliveryError)) throw cause;
    const over = await refused(state, delivery, { error: cause.message, permanent: cause.permanent }, clock());
    if (over) tell(`route ${delivery.route}: a notice of ${delivery.event} was given up: ${cause.message}`);
    return cause.permanent;
  }
}

const restMilliseconds = 1000;

/** Goes on telling until it is stopped. What fails on the way, such as a state that is away, is tried again. */
export async function runNotifier(parts: NotifierParts, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const tried = await notify(parts).catch(() => 0);
    if (tried === 0) await rest(signal);
  }
}

function rest(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, restMilliseconds);
    signal.addEventListener("abort", done);
  });
}

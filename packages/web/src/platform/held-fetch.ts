import { createSignal } from "solid-js";

/** Whether anything may be asked: not known until the service has said who asks. */
const [open, setOpen] = createSignal<boolean>();

let waiting: (() => void)[] = [];

/** Whether somebody has to sign in before anything goes on. */
export function signInWanted(): boolean {
  return open() === false;
}

/** Says whether anything may be asked now; what waited goes on. */
export function letRequests(allowed: boolean): void {
  setOpen(allowed);
  if (!allowed) return;
  const going = waiting;
  waiting = [];
  for (const go of going) go();
}

/** When somebody was last seen to use the page. */
let seen = Date.now();
for (const kind of ["keydown", "pointerdown", "pointermove", "wheel"] as const) {
  addEventListener(kind, () => (seen = Date.now()), { capture: true, passive: true });
}

/** How long a page counts as used after that, in milliseconds. */
const used = 60_000;

/** What a page asks by itself while nobody is at it says so, and puts off the end of no session. */
function asNow(init: RequestInit | undefined): RequestInit | undefined {
  if (Date.now() - seen < used) return init;
  const headers = new Headers(init?.headers);
  headers.set("x-calypso-unattended", "1");
  return { ...init, headers };
}

/**
 * Asks the API, but holds what is asked while nobody is signed in, and asks it again once somebody is: pages notice nothing of a
 * session that ends but that an answer takes long. What is refused for want of a session has not been done.
 */
export function heldFetch(look: () => Promise<unknown>): typeof globalThis.fetch {
  return async (input, init) => {
    if (String(input).startsWith("/api/v1/session")) return fetch(input, asNow(init));
    for (;;) {
      await untilOpen(init?.signal ?? undefined);
      const answer = await fetch(input, asNow(init));
      if (answer.status !== 401) return answer;
      await look();
    }
  };
}

function untilOpen(signal: AbortSignal | undefined): Promise<void> {
  if (open() === true || signal?.aborted === true) return Promise.resolve();
  return new Promise((resolve) => {
    waiting.push(resolve);
    signal?.addEventListener("abort", () => resolve(), { once: true });
  });
}

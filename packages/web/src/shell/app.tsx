import { createEffect, createMemo, createSignal, For, type JSX, lazy, onCleanup, Show, Suspense } from "solid-js";
import { Dynamic } from "solid-js/web";
import { AccessMenu } from "../access/access-menu.tsx";
import { problemOf, session } from "../platform/client.ts";
import { offer, told } from "../platform/commands.ts";
import { signInWanted } from "../platform/held-fetch.ts";
import { isDark, setTheme, setZone, theme, zone } from "../platform/preferences.ts";
import { ProblemView } from "../platform/problem.tsx";
import { followLink, go, place } from "../platform/router.ts";
import { visible } from "../text/visible.ts";
import { pageAt, pages } from "./pages.ts";
import { Palette } from "./palette.tsx";

const SignInPage = lazy(async () => ({ default: (await import("../access/sign-in-page.tsx")).SignInPage }));
const SignInDialog = lazy(async () => ({ default: (await import("../access/sign-in-page.tsx")).SignInDialog }));

/** The whole application: what stands on every page, and the page that the address names. */
export function App(): JSX.Element {
  const [palette, setPalette] = createSignal(false);
  const shown = createMemo(() => pageAt(place().path));
  const page = () => shown()?.page;
  // Whether somebody was let in since the page was loaded: then it stays when the session ends.
  const [entered, setEntered] = createSignal(false);
  createEffect(() => {
    if (session.state === "ready" && !signInWanted()) setEntered(true);
  });
  const outside = () => signInWanted() && !entered();
  const navigation = pages.filter(({ inNavigation }) => inNavigation);

  const key = (event: KeyboardEvent) => {
    if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    setPalette(!palette());
  };
  // Before the editor gets it.
  addEventListener("keydown", key, true);
  document.addEventListener("click", followLink);
  onCleanup(() => {
    removeEventListener("keydown", key, true);
    document.removeEventListener("click", followLink);
  });

  offer([
    ...navigation.map(({ name, path }) => ({ name: `Go to ${name}`, run: () => go(path) })),
    { name: "Go to Keys", run: () => go("/keys") },
    { name: "Light or dark", run: switchTheme },
    { name: "Light and dark as the system has it", run: () => setTheme("system") },
    { name: "Times in UTC or local", run: switchZone },
  ]);
  createEffect(() => {
    const workspace = session.state === "ready" ? ` · ${visible(session().workspace)}` : "";
    document.title = `${page()?.name ?? "Not found"}${workspace} · Calypso`;
  });

  return (
    <>
      <button type="button" class="skip" onClick={() => document.getElementById("main")?.focus()}>
        Skip to the page
      </button>
      <header>
        <a class="brand" href="/">
          Calypso
        </a>
        <Show when={session.state === "ready" && session()}>
          {(known) => <span class="workspace">{visible(known().workspace)}</span>}
        </Show>
        <nav aria-label="Pages">
          <For each={outside() ? [] : navigation}>
            {({ path, name }) => (
              <a href={path} aria-current={isUnder(page()?.path, path) ? "page" : undefined}>
                {name}
              </a>
            )}
          </For>
        </nav>
        <AccessMenu />
        <button type="button" class="quiet" onClick={() => setPalette(true)} aria-keyshortcuts="Control+K">
          Commands <kbd>Ctrl K</kbd>
        </button>
        <button type="button" class="quiet" onClick={switchZone} title="Switch between UTC and local times">
          {zone() === "utc" ? "UTC" : "Local"}
        </button>
        <button type="button" class="quiet" onClick={switchTheme} title="Switch between light and dark">
          {theme() === "system" ? "Theme" : theme() === "dark" ? "Dark" : "Light"}
        </button>
      </header>
      <main id="main" tabindex="-1">
        <Show when={session.error}>{(thrown) => <ProblemView problem={problemOf(thrown())} />}</Show>
        <Show
          when={outside() && page()?.isOpen !== true ? SignInPage : page()?.component}
          fallback={
            <div class="page text">
              <h1>There is no such page</h1>
              <p>
                <a href="/">Go to the first page</a>
              </p>
            </div>
          }
        >
          {(component) => (
            <Suspense
              fallback={
                <p class="nothing" aria-busy="true">
                  Loading…
                </p>
              }
            >
              <Dynamic component={component()} parameters={shown()?.parameters ?? {}} />
            </Suspense>
          )}
        </Show>
      </main>
      <div class="unseen" role="status">
        {told()}
      </div>
      <Show when={signInWanted() && entered()}>
        <SignInDialog />
      </Show>
      <Palette open={palette()} close={() => setPalette(false)} />
    </>
  );
}

/** Whether a page is another or stands below it: `/incidents/:id` below `/incidents`. */
function isUnder(path: string | undefined, above: string): boolean {
  return path === above || path?.startsWith(`${above}/`) === true;
}

function switchTheme(): void {
  setTheme(isDark() ? "light" : "dark");
}

function switchZone(): void {
  setZone(zone() === "utc" ? "local" : "utc");
}

import { createEffect, createRoot, createSignal } from "solid-js";
import type { Zone } from "../text/times.ts";

/** What the machine wants, or one of both whatever it wants. */
export type Theme = "system" | "light" | "dark";

export const [theme, setTheme] = createSignal<Theme>(kept("theme", ["system", "light", "dark"]));
export const [zone, setZone] = createSignal<Zone>(kept("zone", ["utc", "local"]));

/** Whether the page is dark now. */
export function isDark(): boolean {
  return theme() === "dark" || (theme() === "system" && matchMedia("(prefers-color-scheme: dark)").matches);
}

/** Puts the preferences on the page and keeps them for the next visit. */
export function followPreferences(): void {
  createRoot(() => {
    createEffect(() => {
      keep("theme", theme());
      if (theme() === "system") delete document.documentElement.dataset["theme"];
      else document.documentElement.dataset["theme"] = theme();
    });
    createEffect(() => keep("zone", zone()));
  });
}

function kept<Value extends string>(name: string, [first, ...others]: readonly [Value, ...Value[]]): Value {
  const text = read(name);
  return others.find((value) => value === text) ?? first;
}

/** A text kept in this browser; nothing where the browser keeps none. */
export function read(name: string): string | null {
  try {
    return localStorage.getItem(`calypso.${name}`);
  } catch {
    return null;
  }
}

/** Keeps a text in this browser, where it lets us. */
export function keep(name: string, text: string): void {
  try {
    localStorage.setItem(`calypso.${name}`, text);
  } catch {
    // Full, or forbidden: the page works without.
  }
}

import type { AnswerOf, Problem, Routes } from "@calypso/contract";
import { type Accessor, createEffect, createSignal, on, onCleanup } from "solid-js";
import { problemOf } from "../platform/client.ts";

export type Checked = AnswerOf<Routes["checkRule"]>;
export type Finding = Checked["findings"][number];

/** How long a text has to rest before it is checked, in milliseconds. */
const rest = 400;

/** What is said of a text of rules as it is written. */
export interface TextCheck {
  readonly findings: Accessor<readonly Finding[]>;
  /** The rules that the text last gave. */
  readonly rules: Accessor<Checked["rules"]>;
  /** How it stands, in words. */
  readonly status: Accessor<string>;
  readonly problem: Accessor<Problem | undefined>;
}

/** Has a text checked whenever it rests; the check of a text that was changed meanwhile is ended. */
export function createTextCheck(
  text: Accessor<string>,
  ask: (text: string, signal: AbortSignal) => Promise<Checked>,
): TextCheck {
  const [answer, setAnswer] = createSignal<Checked>({ findings: [], rules: [] });
  const [problem, setProblem] = createSignal<Problem>();
  const [waiting, setWaiting] = createSignal(false);
  let leaving = new AbortController();
  const check = async (now: string) => {
    leaving.abort();
    const mine = new AbortController();
    leaving = mine;
    setProblem(undefined);
    try {
      setAnswer(await ask(now, mine.signal));
    } catch (thrown) {
      if (!mine.signal.aborted) setProblem(problemOf(thrown));
    } finally {
      if (leaving === mine) setWaiting(false);
    }
  };
  createEffect(
    on(text, (now, before) => {
      setWaiting(true);
      const timer = setTimeout(() => void check(now), before === undefined ? 0 : rest);
      onCleanup(() => clearTimeout(timer));
    }),
  );
  onCleanup(() => leaving.abort());
  const findings = () => answer().findings;
  return {
    ...{ findings, problem, rules: () => answer().rules },
    status: () => (waiting() ? "checking…" : countOf(findings())),
  };
}

function countOf(findings: readonly Finding[]): string {
  const errors = findings.filter(({ severity }) => severity === "error").length;
  if (findings.length === 0) return "nothing found";
  const others = findings.length - errors;
  return [
    errors === 0 ? "" : `${errors} ${errors === 1 ? "error" : "errors"}`,
    others === 0 ? "" : `${others} to look at`,
  ]
    .filter((text) => text !== "")
    .join(", ");
}

import type { AnswerOf, Routes } from "@calypso/contract";
import { createResource, createSignal, For, type JSX, Show } from "solid-js";
import { type Step, StepMarks, stepMeanings, stepNamed, steps, stepTitles } from "../catalogue/steps.tsx";
import { saveFile } from "../hunt/save.ts";
import { Asked } from "../parts/asked.tsx";
import { currentTab, Tabs } from "../parts/tabs.tsx";
import { Time } from "../parts/time.tsx";
import { client, problemOf } from "../platform/client.ts";
import { offer } from "../platform/commands.ts";
import { ProblemView } from "../platform/problem.tsx";
import { amend, place } from "../platform/router.ts";
import { countText } from "../text/times.ts";
import { visible } from "../text/visible.ts";
import { Gaps } from "./gaps.tsx";
import { Matrix } from "./matrix.tsx";
import { Profiles } from "./profiles.tsx";
import { ScenarioRun } from "./scenario-run.tsx";
import { TechniquePanel } from "./technique-panel.tsx";
import "../styles/catalogue.css";
import "../styles/coverage.css";

export type CoverageKnown = AnswerOf<Routes["coverage"]>;
type Format = "navigator" | "dettect" | "dettect-data";

/** How much of ATT&CK the rules in use cover. The address holds the profile, the platforms, and what is looked at. */
export function CoveragePage(): JSX.Element {
  const [again, setAgain] = createSignal(0);
  const [failure, setFailure] = createSignal<unknown>();
  const chosen = () => {
    const platform = place().query.getAll("platform");
    const profile = place().query.get("profile");
    return { ...(platform.length === 0 ? {} : { platform }), ...(profile === null ? {} : { profile }) };
  };
  let looked = 0;
  const [known] = createResource(
    () => JSON.stringify([chosen(), again()]),
    () => {
      const anew = again() !== looked;
      looked = again();
      return client.call("coverage", { query: { ...chosen(), ...(anew ? { again: true } : {}) } });
    },
  );
  const save = async (format: Format) => {
    setFailure(undefined);
    try {
      const file = await client.call("coverageFile", { query: { ...chosen(), format } });
      saveFile(file.name, file.type, file.text);
    } catch (thrown) {
      setFailure(() => thrown);
    }
  };
  offer([
    { name: "Coverage: look again", run: () => setAgain(again() + 1) },
    { name: "Coverage: save a layer for the ATT&CK Navigator", run: () => void save("navigator") },
  ]);
  return (
    <div class="page coverage">
      <h1>Coverage</h1>
      <Asked of={known} what="how far each rule has come">
        {(answer) => (
          <>
            <Summary of={answer()} again={() => setAgain(again() + 1)} />
            <div class="filters">
              <Profiles />
              <Platforms all={answer().attack.platforms} />
              <label>
                <input
                  type="checkbox"
                  checked={place().query.has("subs")}
                  onChange={(event) => amend({ subs: event.currentTarget.checked ? "1" : undefined })}
                />{" "}
                Sub-techniques
              </label>
              <label>
                <input
                  type="checkbox"
                  checked={place().query.has("claimed")}
                  onChange={(event) => amend({ claimed: event.currentTarget.checked ? "1" : undefined })}
                />{" "}
                Only what is claimed
              </label>
              <span class="actions">
                <span class="aside">Save</span>
                <button type="button" onClick={() => void save("navigator")}>
                  Navigator layer
                </button>
                <button type="button" onClick={() => void save("dettect")}>
                  DeTT&CT
                </button>
                <button type="button" onClick={() => void save("dettect-data")}>
                  DeTT&CT data
                </button>
              </span>
            </div>
            <Show when={failure() !== undefined}>
              <ProblemView problem={problemOf(failure())} />
            </Show>
            <Tabs
              about="Coverage"
              tabs={[
                { name: "", title: "Matrix" },
                { name: "gaps", title: "Gaps" },
                { name: "claims", title: "Claims", count: answer().mapped.length + answer().unknown.length },
              ]}
            />
            <Show when={currentTab() === ""}>
              <div classList={{ "with-panel": place().query.has("technique") }}>
                <Matrix of={answer()} />
                <Show when={place().query.get("technique")}>{(id) => <TechniquePanel id={id()} of={answer()} />}</Show>
              </div>
            </Show>
            <Show when={currentTab() === "gaps"}>
              <Gaps chosen={chosen()} />
            </Show>
            <Show when={currentTab() === "claims"}>
              <Claims of={answer()} />
            </Show>
            <p class="aside source">
              ATT&CK {visible(answer().attack.version)}: {visible(answer().attack.source)}
            </p>
          </>
        )}
      </Asked>
    </div>
  );
}

/** The five steps with how many techniques came to each, which is the legend too; a click shows only the cells that did. */
function Summary(props: { readonly of: CoverageKnown; readonly again: () => void }): JSX.Element {
  const current = () => stepNamed(place().query.get("step"));
  const share = (step: Step) => {
    const { profile, techniques } = props.of;
    return profile === undefined
      ? { reached: techniques.reached[step], of: techniques.total }
      : { reached: profile.reached[step], of: profile.weight };
  };
  return (
    <>
      <p>
        {countText(props.of.rules.total)} rules in use
        <Show when={props.of.hunts.total + props.of.feeds.total > 0}>
          , {countText(props.of.hunts.total)} hunts and {countText(props.of.feeds.total)} feeds, which cover nothing
        </Show>
        <Show when={props.of.profile}>
          {(profile) => (
            <>
              ; held against <strong>{visible(profile().name)}</strong> by weight
            </>
          )}
        </Show>
        . Looked at <Time at={props.of.at} ago={true} />.{" "}
        <button type="button" class="link" onClick={() => props.again()}>
          Look again
        </button>
      </p>
      <ul class="step-legend" aria-label="Steps of coverage">
        <For each={steps}>
          {(step) => (
            <li>
              <button
                type="button"
                class={`step ${step}`}
                aria-pressed={current() === step}
                title={`Mark what has come to this step: ${stepMeanings[step]}`}
                onClick={() => amend({ step: current() === step ? undefined : step })}
              >
                <StepMarks reached={step} /> {stepTitles[step]}{" "}
                <Show when={!props.of.notLookedAt.includes(step)}>
                  <strong>
                    {countText(share(step).reached)}
                    <span class="aside"> of {countText(share(step).of)}</span>
                  </strong>
                </Show>
              </button>
              <span class="aside">
                {props.of.notLookedAt.includes(step) ? "nobody looked; no rule is held up by it" : stepMeanings[step]}
              </span>
              <Show when={step === "tested"}>
                <ScenarioRun again={props.again} />
              </Show>
            </li>
          )}
        </For>
      </ul>
    </>
  );
}

function Platforms(props: { readonly all: readonly string[] }): JSX.Element {
  return (
    <label>
      Platform{" "}
      <select
        value={place().query.get("platform") ?? ""}
        onChange={(event) => amend({ platform: event.currentTarget.value || undefined })}
      >
        <option value="">all</option>
        <For each={props.all}>{(name) => <option value={name}>{visible(name)}</option>}</For>
      </select>
    </label>
  );
}

/** Claims that ATT&CK has under another number, or not at all. */
function Claims(props: { readonly of: CoverageKnown }): JSX.Element {
  return (
    <Show
      when={props.of.mapped.length + props.of.unknown.length > 0}
      fallback={<p class="aside">Every claim is a number that this version of ATT&CK has.</p>}
    >
      <table class="data">
        <thead>
          <tr>
            <th scope="col">Rule</th>
            <th scope="col">Claims</th>
            <th scope="col">Counts as</th>
          </tr>
        </thead>
        <tbody>
          <For each={props.of.mapped}>
            {({ rule, claimed, id }) => (
              <tr>
                <td class="main">{visible(rule)}</td>
                <td>{visible(claimed)}</td>
                <td>{visible(id)}</td>
              </tr>
            )}
          </For>
          <For each={props.of.unknown}>
            {({ rule, claimed }) => (
              <tr>
                <td class="main">{visible(rule)}</td>
                <td>{visible(claimed)}</td>
                <td>nothing: ATT&CK has no such number</td>
              </tr>
            )}
          </For>
        </tbody>
      </table>
    </Show>
  );
}

import { createSignal, createUniqueId, For, type JSX, onCleanup, Show } from "solid-js";
import { Badge, type Tone } from "../parts/badge.tsx";
import { HuntLink } from "../parts/hunt-link.tsx";
import { needSchema, schema } from "../platform/client.ts";
import { offer, tell } from "../platform/commands.ts";
import { ProblemView } from "../platform/problem.tsx";
import { bytesText, counted } from "../text/times.ts";
import { visible } from "../text/visible.ts";
import { chosenFiles, droppedFiles, mostFiles } from "./dropped-files.ts";
import { firstRows } from "./queries.ts";
import type { Upload, Uploads } from "./uploads.ts";

/** Where files are dropped or chosen, and how far each is. Files that are dropped anywhere on the page are taken too. */
export function DropZone(props: { readonly uploads: Uploads; readonly limit: number | undefined }): JSX.Element {
  const [over, setOver] = createSignal(false);
  const [table, setTable] = createSignal("");
  const tables = createUniqueId();
  let input: HTMLInputElement | undefined;
  let folder: HTMLInputElement | undefined;
  const add = (files: readonly File[]) => {
    if (files.length === 0) return tell("there is no file of logs in it");
    if (files.length > mostFiles) tell(`the first ${mostFiles} files are taken; load the others after them`);
    props.uploads.add(files.slice(0, mostFiles), table().trim() === "" ? undefined : table().trim());
  };
  const drag = (event: DragEvent) => {
    if (event.dataTransfer?.types.includes("Files") !== true) return;
    event.preventDefault();
    setOver(event.type === "dragover");
    if (event.type !== "drop") return;
    void droppedFiles(event.dataTransfer).then(add, () => tell("what was dropped cannot be read"));
  };
  const leave = (event: DragEvent) => event.relatedTarget === null && setOver(false);
  for (const name of ["dragover", "drop"] as const) addEventListener(name, drag);
  addEventListener("dragleave", leave);
  onCleanup(() => {
    for (const name of ["dragover", "drop"] as const) removeEventListener(name, drag);
    removeEventListener("dragleave", leave);
  });
  needSchema();
  offer([
    { name: "Load files of logs", run: () => input?.click() },
    { name: "Load a folder of logs", run: () => folder?.click() },
  ]);
  return (
    <section class="drop" classList={{ over: over() }} aria-label="Load files of logs">
      <div class="rule-bar">
        <button type="button" class="main" onClick={() => input?.click()}>
          Choose files
        </button>
        <input
          ref={(element) => (input = element)}
          type="file"
          multiple
          class="unseen"
          tabIndex={-1}
          aria-label="Files of logs"
          onChange={(event) => {
            add([...(event.currentTarget.files ?? [])]);
            event.currentTarget.value = "";
          }}
        />
        <button type="button" onClick={() => folder?.click()}>
          Choose a folder
        </button>
        <input
          ref={(element) => {
            folder = element;
            element.webkitdirectory = true;
          }}
          type="file"
          multiple
          class="unseen"
          tabIndex={-1}
          aria-label="A folder of logs"
          onChange={(event) => {
            add(chosenFiles(event.currentTarget.files ?? []));
            event.currentTarget.value = "";
          }}
        />
        <span>or drop them anywhere here</span>
        <label class="into">
          Table{" "}
          <input
            type="text"
            list={tables}
            placeholder="found by what is in them"
            value={table()}
            onInput={(event) => setTable(event.currentTarget.value)}
          />
        </label>
        <datalist id={tables}>
          <For each={schema.state === "ready" ? schema().tables : []}>{({ name }) => <option value={name} />}</For>
        </datalist>
        <span class="aside">
          JSON, CSV, TSV, Windows events, STIX; plain, .gz or .zip
          {props.limit === undefined ? "" : `; ${bytesText(props.limit)} at most each`}
        </span>
      </div>
      <Show when={props.uploads.list().length > 0}>
        <ul class="uploads" aria-label="Files that were handed in">
          <For each={props.uploads.list()}>{(upload) => <Shown upload={upload} />}</For>
        </ul>
        <button type="button" class="quiet" onClick={() => props.uploads.clear()}>
          Clear those that are done
        </button>
      </Show>
    </section>
  );
}

const words: Readonly<Record<Upload["state"], string>> = {
  ...{ sending: "sending", waiting: "waits for another file", loading: "loading", done: "loaded", failed: "failed" },
  stopped: "stopped",
};
const tones: Readonly<Record<Upload["state"], Tone>> = {
  ...{ sending: "low", waiting: "low", loading: "low", done: "good", failed: "bad", stopped: "plain" },
};

function Shown(props: { readonly upload: Upload }): JSX.Element {
  const upload = () => props.upload;
  const isEmpty = () => upload().state === "done" && upload().results.every(({ table }) => table === "");
  const isGoing = () => ["sending", "waiting", "loading"].includes(upload().state);
  return (
    <li>
      <div class="rule-bar">
        <strong>{visible(upload().name)}</strong>
        <Show when={isEmpty()} fallback={<Badge text={words[upload().state]} tone={tones[upload().state]} />}>
          <Badge text="not loaded" tone="medium" />
        </Show>
        <Show when={isGoing()}>
          <Show
            when={upload().state === "sending"}
            fallback={<progress aria-label={`${visible(upload().name)} is loaded`} />}
          >
            <progress
              aria-label={`How much of ${visible(upload().name)} was sent`}
              max={Math.max(1, upload().bytes)}
              value={upload().sent}
            />
          </Show>
        </Show>
        <span class="aside">
          {upload().state === "sending" ? `${bytesText(upload().sent)} of ` : ""}
          {bytesText(upload().bytes)}
        </span>
        <Show when={upload().state === "sending"}>
          <button type="button" aria-label={`Stop ${visible(upload().name)}`} onClick={() => upload().stop()}>
            Stop
          </button>
        </Show>
      </div>
      <Show when={upload().problem}>{(problem) => <ProblemView problem={problem()} />}</Show>
      <ul class="results">
        <For each={upload().results}>
          {(result) => (
            <li>
              <Show
                when={result.table !== ""}
                fallback={
                  <span>
                    {visible(result.name)}: {result.skipped ? "left out" : "nothing was loaded"}
                  </span>
                }
              >
                <HuntLink query={firstRows(result.table)} title="Show rows of this table">
                  {visible(result.table)}
                </HuntLink>
                : {counted(result.stored, "row")} stored
                {result.duplicates > 0 ? `, ${counted(result.duplicates, "row")} there already` : ""}
                <Show when={result.rejected > 0}>
                  , <a href="/data?tab=loads&rejected=true">{counted(result.rejected, "row")} could not be read</a>
                </Show>
              </Show>
              <Show when={result.messages.length > 0}>
                <div class="hint">
                  {visible(
                    result.messages
                      .slice(0, 5)
                      .map(({ message }) => message)
                      .join("; "),
                  )}
                </div>
              </Show>
            </li>
          )}
        </For>
      </ul>
    </li>
  );
}

import { mayDo } from "@calypso/contract";
import { createResource, createSignal, For, type JSX, Show } from "solid-js";
import { FormDialog } from "../parts/dialog.tsx";
import { client, session } from "../platform/client.ts";
import { tell } from "../platform/commands.ts";
import { amend, place } from "../platform/router.ts";
import { visible } from "../text/visible.ts";

/** The threat profile that coverage is held against, and how one is added. */
export function Profiles(): JSX.Element {
  const [known, { mutate, refetch }] = createResource(async () => (await client.call("coverageProfiles", {})).profiles);
  const [isOpen, setOpen] = createSignal(false);
  const [name, setName] = createSignal("");
  const [group, setGroup] = createSignal("");
  const [file, setFile] = createSignal<File>();
  const may = () => session.state === "ready" && mayDo(session().user?.role ?? "reader", "engineer");
  const current = () => place().query.get("profile");
  const profiles = () => (known.error === undefined ? (known.latest ?? []) : []);
  const save = async () => {
    const text = (await file()?.text()) ?? "";
    const body = { text, ...(group().trim() === "" ? {} : { group: group().trim() }) };
    const { profile, remarks } = await client.call("saveCoverageProfile", { params: { name: name().trim() }, body });
    await refetch();
    amend({ profile: profile.name });
    tell([`the profile was kept`, ...remarks].join("; "));
  };
  const drop = async () => {
    const profile = current();
    if (profile === null) return;
    const left = await client.call("dropCoverageProfile", { params: { name: profile } });
    mutate(left.profiles);
    amend({ profile: undefined });
    tell("the profile was removed");
  };
  return (
    <>
      <label>
        Threat profile{" "}
        <select
          value={current() ?? ""}
          onChange={(event) => amend({ profile: event.currentTarget.value || undefined })}
        >
          <option value="">none: all of ATT&CK</option>
          <For each={profiles()}>
            {(profile) => (
              <option value={profile.name} selected={profile.name === current()}>
                {visible(profile.name)}
              </option>
            )}
          </For>
        </select>
      </label>
      <Show when={may()}>
        <button type="button" onClick={() => setOpen(true)}>
          Add a profile
        </button>
        <Show when={current() !== null}>
          <button type="button" class="quiet" onClick={() => void drop()}>
            Remove it
          </button>
        </Show>
      </Show>
      <FormDialog
        open={isOpen()}
        close={() => setOpen(false)}
        title="Add a threat profile"
        action="Keep it"
        work={save}
      >
        <p>
          The techniques that matter to you: YAML or JSON with <code>techniques</code>, a layer of the ATT&CK Navigator,
          or a STIX bundle with the group that is meant.
        </p>
        <label>
          Name
          <input
            type="text"
            required={true}
            maxLength={100}
            value={name()}
            onInput={(event) => setName(event.currentTarget.value)}
          />
        </label>
        <label>
          File
          <input
            type="file"
            required={true}
            accept=".yaml,.yml,.json"
            onChange={(event) => setFile(event.currentTarget.files?.[0])}
          />
        </label>
        <label>
          Group of the bundle, by number or name
          <input type="text" value={group()} onInput={(event) => setGroup(event.currentTarget.value)} />
        </label>
      </FormDialog>
    </>
  );
}

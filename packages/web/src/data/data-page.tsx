import { createResource, createSignal, type JSX, Match, onCleanup, Switch } from "solid-js";
import { Asked } from "../parts/asked.tsx";
import { currentTab, Tabs } from "../parts/tabs.tsx";
import { client } from "../platform/client.ts";
import "../styles/data.css";
import { DropZone } from "./drop-zone.tsx";
import { FeedsTab } from "./feeds-tab.tsx";
import { LoadsTab } from "./loads-tab.tsx";
import { TablesTab } from "./tables-tab.tsx";
import { createUploads } from "./uploads.ts";

/** How often the tables are asked for anew, in milliseconds. */
const pause = 30_000;

/** What the workspace holds and how it comes: tables, loads and feeds; files that are dropped here are loaded. */
export function DataPage(): JSX.Element {
  const [tables, { refetch }] = createResource(() => client.call("dataTables", {}));
  const [loaded, setLoaded] = createSignal(0);
  const again = () => void refetch();
  const uploads = createUploads(() => {
    setLoaded(loaded() + 1);
    // What was counted a moment ago is told again until then.
    setTimeout(again, 5500);
    again();
  });
  const timer = setInterval(() => document.visibilityState === "visible" && again(), pause);
  onCleanup(() => clearInterval(timer));
  const limit = () => (tables.state === "errored" ? undefined : tables.latest?.uploadLimit);
  return (
    <div class="page data">
      <h1>Data</h1>
      <DropZone uploads={uploads} limit={limit()} />
      <Tabs about="Parts of the data" tabs={tabs} />
      <Switch
        fallback={
          <Asked of={tables} what="the tables">
            {(answer) => <TablesTab tables={answer().tables} />}
          </Asked>
        }
      >
        <Match when={currentTab() === "loads"}>
          <LoadsTab loaded={loaded()} />
        </Match>
        <Match when={currentTab() === "feeds"}>
          <FeedsTab />
        </Match>
      </Switch>
    </div>
  );
}

const tabs = [
  { name: "", title: "Tables" },
  { name: "loads", title: "Loads" },
  { name: "feeds", title: "Feeds" },
];

import { firstObjects, type Properties } from "../first-objects.js";
import type { Shape } from "../recognise.js";

/** A recording of Windows events: how its rows are written, and where they are. */
export interface WindowsRecording {
  /** `flat`: NXLog and exports of PowerShell, the event's data beside what all events have; `beats`: Winlogbeat's `winlog`. */
  readonly form: "flat" | "beats";
  readonly shape: Shape;
}

/** Windows events as forwarders and recordings write them; undefined for every other file, also for rows of tables. */
export function recogniseWindows(head: Buffer): WindowsRecording | undefined {
  const start = head
    .toString("utf8")
    .replace(/^\uFEFF/, "")
    .trimStart();
  if (!start.startsWith("{") && !start.startsWith("[")) return undefined;
  const objects = firstObjects(start);
  const form = (["flat", "beats"] as const).find(
    (candidate) => objects.filter(tests[candidate]).length * 2 > objects.length,
  );
  if (form === undefined) return undefined;
  const isLines = /^\{[^\n]*\}\s*(\n|$)/.test(start);
  return { form, shape: { kind: isLines ? "lines" : "objects" } };
}

const tests = { flat: isFlat, beats: isBeats } as const;

function isFlat(row: Properties): boolean {
  return (
    row.has("EventID") &&
    row.has("Hostname") &&
    ["Channel", "SourceName", "ProviderGuid"].filter((name) => row.has(name)).length >= 2 &&
    ["EventTime", "TimeCreated", "@timestamp"].some((name) => row.has(name)) &&
    Object.entries(marks).some(([name, mark]) => mark.test(textOf(row, name))) &&
    ["TimeGenerated", "Type", "TableName", "$table"].every((name) => !row.has(name))
  );
}

/** What no other product writes under these names; logs of others have an `EventID`, a `Channel` and a `SourceName` too. */
const marks: Readonly<Record<string, RegExp>> = {
  ProviderGuid: /^\{?[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\}?$/i,
  Channel:
    /^(Security|System|Application|Setup|ForwardedEvents|HardwareEvents|Windows PowerShell|Directory Service|DNS Server|DFS Replication|File Replication Service|Active Directory Web Services|Key Management Service|Internet Explorer|Microsoft-.+|.+\/(Operational|Admin|Analytic|Debug))$/i,
  SourceName: /^Microsoft-Windows-/i,
  SourceModuleType: /^im_ms(vista|event)log$/i,
  ExecutionProcessID: /^[0-9]+$/,
};

function textOf(row: Properties, name: string): string {
  return (row.get(name) ?? "").replace(/^"|"$/g, "").replaceAll("\\/", "/");
}

function isBeats(row: Properties): boolean {
  return row.has("@timestamp") && /"(event_id|channel|provider_name)"\s*:/.test(row.get("winlog") ?? "");
}

import { linesBySource } from "./lines-by-source.mjs";

/** The page that says which rules find something in real recordings. */
export function samplesPage(loads, results) {
  const firing = results.filter(({ alerts }) => alerts > 0);
  return [
    "# Rules over real recordings",
    "",
    "What rules find in recordings of attacks and of appliances, which do not ship with Calypso: an intrusion and single techniques from the",
    "Security Datasets of the Open Threat Research Forge, and logs of appliances and applications from Microsoft's repository",
    "Azure-Sentinel. The rules are those that ship with Calypso, the rules and hunts of that repository, of two years, the hunting queries of",
    "Bert-JanP and reprise99, and Sigma's rules for clouds, Linux and the log `Security` of Windows. This page is made by `npm run report:samples`.",
    "",
    "## What is loaded",
    "",
    "Each file as `calypso ingest` takes it: [Windows events](windows-events.md) by their log. Rows without a time have that of their arrival.",
    "",
    "| file | table | rows | from | to |",
    "| --- | --- | ---: | --- | --- |",
    ...loads.map(
      ({ file, table, rows, from, to }) => `| ${file} | \`${table}\` | ${rows} | ${moment(from)} | ${moment(to)} |`,
    ),
    "",
    "## What became of the rules",
    "",
    "Each rule runs at the time of each recording: in the windows of its own frequency and period that have new rows of its tables, the last of",
    "which ends within a minute after the recording. A hunt runs once at its end, over a day or what its query says. A rule fires where it",
    "raises an alert, a hunt where it has rows. Silent ones ran, or one look at each table showed that no row is what they look for.",
    "Those without data read no table that the recordings fill. Some of them would be refused too, mostly for parsers that only a workspace has",
    "([public rules](corpus.md)); refused are those here that name a table with rows, or cannot be read at all.",
    "",
    "| source | rules | fire | silent | without data | refused |",
    "| --- | ---: | ---: | ---: | ---: | ---: |",
    ...linesBySource(results, row),
    "",
    "## What fires",
    "",
    "Rows and alerts are those of all windows; a recording that is in several of them counts as often. `first` is when the first recording",
    "begins in which the rule fires.",
    "",
    "| source | rule | kind | tables | rows | alerts | first |",
    "| --- | --- | --- | --- | ---: | ---: | --- |",
    ...firing
      .map(
        ({ source, rule, tables, rows, alerts, first }) =>
          `| ${source} | ${cell(rule.name)} | ${rule.kind} | ${tables.map((name) => `\`${name}\``).join(", ")} | ${rows} | ${alerts} | ${moment(first)} |`,
      )
      .sort(),
    "",
    ...readings,
  ].join("\n");
}

/** What a reader of the tables above would ask, with what was found by hand. */
const readings = [
  "## What was looked at by hand",
  "",
  "Fires, against the recordings' own text:",
  "",
  "- Five of the six recordings begin with an event 1102, as the log was cleared before, and that is what the rule for cleared logs counts.",
  "- Of five events in which somebody opens LSASS, Sigma's rule for accounts takes one (`0x1410` by a user), leaves the one of the monitoring agent in",
  "  `Program Files`, and does not know `0x10` and `0x1fffff`; the other rule takes the three with rights that it names, or that read memory.",
  "- All five events 4662 read the container of the key of AD FS, and the rule for its export has five rows.",
  "- The two rows for added credentials are one event that the recording holds twice; the permission to mail is one grant to all users, which",
  "  the shipped rule for consent finds too, as a grant without a consent.",
  "- The hunt for scripts sees the two starts of `cscript.exe`, the one for logons the two recordings that hold 4624, and the one for privileges the",
  "  one 4672.",
  "- Hunts for what is rare have nothing to compare with, and call nearly all of a short recording rare; the one for Linux reads whatever is in",
  "  `Syslog`, here an appliance.",
  "",
  "Silent, though the story is about it:",
  "",
  "- Of the shipped rules only the one for consent fires. The secret was given to an application, and theirs are about service principals; the mail",
  "  that was read is one, and their counts want many.",
  "- Events of Defender are a union of tables without their names (`Microsoft365DefenderEvents_CL`): nothing tells which table a row is of, and",
  "  rules over `DeviceEvents` and `CloudAppEvents` do not see the search in the directory and the mail that was read.",
  "- Events of `Event` in the intrusion have no `Source` and no `EventData`, which every rule over Sysmon reads.",
  "- The start of `mshta.exe`, the copy of the SAM and the logon script are processes. The rules here that know them read Defender's",
  "  `DeviceProcessEvents`; no recording has that table. The hunt for dumps of LSASS looks for `procdump`, and the dump was made with",
  "  `comsvcs.dll`.",
  "- The scheduled task starts `notepad.exe` in `System32`: Sigma's rule for suspicious tasks wants a folder that users can write to, and",
  "  Microsoft's rule over 4698 a server of AD FS.",
  "- Privileges were used (4673), but neither for a driver nor for a logon process; registry keys were read (4663), but none of a service with the",
  "  right that the rule names; nobody asked for replication (4662).",
  "- One mail was read: rules over `MailItemsAccessed` compare with weeks before, or look for administrators.",
  "- The hunt for privilege escalation by Sysmon reads `ParentUser`, which the Sysmon of 2020 does not write.",
  "",
];

function row(name, results) {
  const count = (test) => results.filter(test).length;
  const refused = count(({ failed }) => failed !== undefined);
  const fire = count(({ failed, alerts }) => failed === undefined && alerts > 0);
  const without = count((one) => one.without === true);
  return `| ${name} | ${results.length} | ${fire} | ${results.length - fire - without - refused} | ${without} | ${refused} |`;
}

/** Ticks as a time to the minute. */
function moment(ticks) {
  return new Date(Number(ticks / 10_000n)).toISOString().slice(0, 16).replace("T", " ");
}

function cell(text) {
  return text.trim().replaceAll("|", "\\|");
}

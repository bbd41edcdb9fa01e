import type { ExpectedAlert } from "@calypso/catalog";
import type { Alert } from "../detect/alert.js";
import { printJson } from "../detect/cells.js";
import { identifierKey } from "../detect/identifier-key.js";
import type { ScenarioResult } from "./run-tests.js";

/** Why a scenario failed, line by line; nothing for one that passed. */
export function whyFailed({ run, comparison }: ScenarioResult): readonly string[] {
  const { missing, unexpected } = comparison;
  const raised = run.alerts.length;
  return [
    ...run.failures.map((failure) => `the rule could not run: ${failure}`),
    ...missing.flatMap(({ expected, nearest, differences }) => [
      `expected in line ${expected.place.line}, and not raised: ${expectedText(expected)}`,
      ...(nearest === undefined ? [raised === 0 ? "  no alert was raised" : "  no other alert was raised"] : []),
      ...(nearest === undefined ? [] : [`  nearest is: ${alertText(nearest)}`]),
      ...differences.flatMap(({ part, expected: wanted, actual }) => [
        `  ${part}`,
        `    - expected ${wanted}`,
        `    + raised   ${actual}`,
      ]),
    ]),
    ...unexpected.map((alert) => `raised, and not expected: ${alertText(alert)}`),
    ...run.warnings.map((warning) => `note: ${warning}`),
  ];
}

function expectedText({ title, severity, entities }: ExpectedAlert): string {
  const parts = [
    ...(severity === undefined ? [] : [severity]),
    title === undefined ? "an alert" : JSON.stringify(title),
    ...entities.map(({ type, identifiers }) =>
      printJson({
        type,
        ...Object.fromEntries(Object.entries(identifiers).map(([name, text]) => [identifierKey(name), text])),
      }),
    ),
  ];
  return parts.join(" ");
}

function alertText({ title, severity, rows, entities, window }: Alert): string {
  const shown = entities.slice(0, 5).map((entity) => printJson(entity));
  const more = entities.length > 5 ? [`and ${entities.length - 5} more entities`] : [];
  const end = new Date(Number(window.to / 10_000n)).toISOString().replace(".000Z", "Z");
  return [
    severity,
    JSON.stringify(title),
    `of ${rows} ${rows === 1 ? "row" : "rows"}, run at ${end}`,
    ...shown,
    ...more,
  ].join(" ");
}

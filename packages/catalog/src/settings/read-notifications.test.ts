import { expect, test } from "vitest";
import { printProblem } from "../rules/problem.js";
import { readNotifications } from "./read-notifications.js";

const variables: Readonly<Record<string, string>> = { HOOK: "https://hooks.contoso.example/s3cr3t", EMPTY: "" };

function read(text: string) {
  const { routes, problems } = readNotifications({ name: "n.yaml", text }, (name) => variables[name]);
  return { routes, told: problems.map(printProblem) };
}

test("a route has one channel, events of its own, and secrets from the environment", () => {
  const { routes, told } = read(`routes:
  - name: on-call
    severity: medium
    rules: [ABC]
    events: [incident-created, feed]
    title: "{{severity}}: {{ title }}"
    webhook: {url: $HOOK, secret: whsec_AAAA}
  - name: mail
    email: {server: "smtp://mail.contoso.example:587", user: u, password: p, from: a@contoso.example, to: [b@contoso.example]}
  - {name: local, syslog: {server: "udp://127.0.0.1:5514"}}
  - {name: off, enabled: false, slack: {url: $HOOK}}
`);
  expect(told).toEqual([]);
  expect(routes.map(({ place: _place, ...route }) => route)).toEqual([
    {
      ...{ name: "on-call", severity: "Medium", rules: ["abc"], events: ["incident-created", "feed"] },
      title: "{{severity}}: {{ title }}",
      channel: { kind: "webhook", url: "https://hooks.contoso.example/s3cr3t", secret: "whsec_AAAA" },
    },
    {
      ...{ name: "mail", rules: [] },
      events: ["incident-created", "incident-reopened", "alert", "rule-failed", "feed"],
      channel: {
        ...{ kind: "email", server: "smtp://mail.contoso.example:587", user: "u", password: "p" },
        ...{ from: "a@contoso.example", to: ["b@contoso.example"] },
      },
    },
    {
      ...{ name: "local", rules: [] },
      events: ["incident-created", "incident-reopened", "alert", "rule-failed", "feed"],
      channel: { kind: "syslog", server: "udp://127.0.0.1:5514" },
    },
  ]);
});

test.each([
  ["routes:\n  - {name: a, slack: {url: http://hooks.contoso.example/x}}", "has to begin with https://"],
  ["routes:\n  - {name: a, slack: {url: $GONE}}", "is the variable `GONE` of the environment, which is not set"],
  ["routes:\n  - {name: a, slack: {url: $EMPTY}}", "which is not set"],
  ["routes:\n  - {name: a}", "needs one of webhook, email, slack, teams, syslog"],
  ["routes:\n  - {name: a, slack: {url: $HOOK}, teams: {url: $HOOK}}", "needs one of"],
  ["routes:\n  - {name: a, slack: {url: $HOOK}, events: [alerts]}", "without `alerts`"],
  ["routes:\n  - {name: a, slack: {url: $HOOK}, severity: grave}", "not `grave`"],
  ["routes:\n  - {name: a, slack: {url: $HOOK}, text: '{{secret}}'}", "knows no `secret`"],
  ["routes:\n  - {name: a, slack: {uri: $HOOK}}", "`uri` is not one of url"],
  ["routes:\n  - {name: 'a b', slack: {url: $HOOK}}", "needs a `name`"],
  ["routes:\n  - {name: a, slack: {url: $HOOK}}\n  - {name: a, slack: {url: $HOOK}}", "is the second of the name `a`"],
  ["routes:\n  - {name: a, email: {server: 'smtp://h', from: 'x y@z', to: [b@c]}}", "not `x y@z`"],
  ["routes:\n  - {name: a, email: {server: 'http://h', from: x@z, to: [b@c]}}", "begins with smtp:// or smtps://"],
  ["- a", "the file is a map with one key, `routes`"],
  ["routes: [", "the text is not YAML"],
])("%s", (text, message) => {
  const { told } = read(text);
  expect(told.join("\n")).toContain(message);
  expect(told.join("\n")).not.toContain("s3cr3t");
});

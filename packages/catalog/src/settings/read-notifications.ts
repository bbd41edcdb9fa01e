import {
  booleanOf,
  type Field,
  fieldProblem,
  listFields,
  mapFields,
  type NodeReading,
  textOf,
  textsOf,
} from "../rules/fields.js";
import { type Problem, report } from "../rules/problem.js";
import type { RuleFile } from "../rules/read-rules.js";
import { ruleSeverities } from "../rules/rule.js";
import { readYamlDocument } from "../rules/yaml-document.js";
import {
  type NoticeEvent,
  type NotificationChannel,
  type NotificationRoute,
  noticeEvents,
  noticeFields,
} from "./notification-route.js";

/** The routes of a file, and what is wrong with it. */
export interface ReadNotifications {
  readonly routes: readonly NotificationRoute[];
  readonly problems: readonly Problem[];
}

/** Gives the value of a variable of the environment. */
export type Environment = (name: string) => string | undefined;

/**
 * Reads `notifications.yaml`: a list `routes`. A value that begins with `$` is the name of a variable of the environment, so
 * that no secret has to stand in the file. A route that makes no sense is left out whole, and told.
 */
export function readNotifications(file: RuleFile, environment: Environment): ReadNotifications {
  const problems: Problem[] = [];
  const reading = readYamlDocument(file, problems);
  if (reading === undefined) return { routes: [], problems };
  const { contents } = reading.document;
  const top = mapFields(reading, contents, "");
  const list = top?.find(({ key }) => key === "routes");
  if (contents !== null && (list === undefined || top?.length !== 1)) {
    report(reading, 0, { code: "bad-value", severity: "error", message: "the file is a map with one key, `routes`" });
  }
  const routes = new Map<string, NotificationRoute>();
  for (const item of list === undefined ? [] : listFields(reading, list)) {
    const route = routeOf({ reading, environment }, item);
    if (route !== undefined && routes.has(route.name))
      refuse(reading, item, `is the second of the name \`${route.name}\``);
    else if (route !== undefined) routes.set(route.name, route);
  }
  return { routes: [...routes.values()], problems };
}

interface Cx {
  readonly reading: NodeReading;
  readonly environment: Environment;
}

const channelKinds = ["webhook", "email", "slack", "teams", "syslog"] as const;
const routeKeys = ["name", "events", "severity", "rules", "title", "text", "enabled", ...channelKinds] as const;

function routeOf(cx: Cx, whole: Field): NotificationRoute | undefined {
  const { reading } = cx;
  const before = reading.problems.length;
  const known = knownFields(reading, whole, routeKeys);
  if (known === undefined) return undefined;
  if (known.get("enabled") !== undefined && booleanOf(reading, known.get("enabled")) === false) return undefined;
  const name = textOf(reading, known.get("name"))?.trim() ?? "";
  if (!/^[\w.-]{1,64}$/.test(name)) {
    refuse(reading, known.get("name") ?? whole, "needs a `name` of letters, digits and the signs - _ .");
  }
  const events = eventsOf(reading, known.get("events"));
  const severity = severityOf(reading, known.get("severity"));
  const channel = channelOf(cx, whole, known);
  const title = templateOf(reading, known.get("title"));
  const text = templateOf(reading, known.get("text"));
  const isWrong = reading.problems.slice(before).some((problem) => problem.severity === "error");
  if (isWrong || channel === undefined) return undefined;
  return {
    ...{ name, events, channel, place: reading.place(whole.offset) },
    rules: textsOf(reading, known.get("rules")).map((id) => id.toLowerCase()),
    ...(severity === undefined ? {} : { severity }),
    ...(title === undefined ? {} : { title }),
    ...(text === undefined ? {} : { text }),
  };
}

const usualEvents: readonly NoticeEvent[] = ["incident-created", "incident-reopened", "alert", "rule-failed", "feed"];

function eventsOf(reading: NodeReading, field: Field | undefined): readonly NoticeEvent[] {
  if (field === undefined) return usualEvents;
  const names = Object.keys(noticeEvents) as NoticeEvent[]; // The keys of a constant are what its type says.
  return listFields(reading, field).flatMap((item) => {
    const written = textOf(reading, item)?.trim() ?? "";
    const event = names.find((one) => one === written);
    if (event === undefined)
      refuse(reading, { ...item, key: field.key }, `is a list of ${names.join(", ")}, without \`${written}\``);
    return event ?? [];
  });
}

function severityOf(reading: NodeReading, field: Field | undefined) {
  if (field === undefined) return undefined;
  const written = textOf(reading, field)?.trim() ?? "";
  const severity = ruleSeverities.find((one) => one.toLowerCase() === written.toLowerCase());
  if (severity === undefined) refuse(reading, field, `is one of ${ruleSeverities.join(", ")}, not \`${written}\``);
  return severity;
}

function templateOf(reading: NodeReading, field: Field | undefined): string | undefined {
  const text = textOf(reading, field);
  for (const [, name] of (text ?? "").matchAll(/\{\{\s*([^{}]*?)\s*\}\}/g)) {
    const isKnown = noticeFields.some((known) => known === name);
    if (field !== undefined && !isKnown)
      refuse(reading, field, `knows no \`${name}\`: write one of ${noticeFields.join(", ")}`);
  }
  return text;
}

function channelOf(cx: Cx, whole: Field, known: ReadonlyMap<string, Field>): NotificationChannel | undefined {
  const given = channelKinds.flatMap((kind) => {
    const field = known.get(kind);
    return field === undefined ? [] : [{ kind, field }];
  });
  const [one] = given;
  if (one === undefined || given.length > 1) {
    return refuse(cx.reading, whole, `needs one of ${channelKinds.join(", ")}`);
  }
  switch (one.kind) {
    case "webhook":
      return webhookOf(cx, one.field);
    case "slack":
    case "teams": {
      const keys = knownFields(cx.reading, one.field, ["url"]);
      const url = keys && webUrlOf(cx, one.field, keys.get("url"));
      return url === undefined ? undefined : { kind: one.kind, url };
    }
    case "email":
      return emailOf(cx, one.field);
    case "syslog": {
      const keys = knownFields(cx.reading, one.field, ["server"]);
      const server = keys && urlOf(cx, one.field, keys.get("server"), "server", ["udp:", "tcp:", "tls:"]);
      return server === undefined ? undefined : { kind: "syslog", server };
    }
    default:
      return one.kind satisfies never;
  }
}

function webhookOf(cx: Cx, field: Field): NotificationChannel | undefined {
  const keys = knownFields(cx.reading, field, ["url", "secret"]);
  const url = keys && webUrlOf(cx, field, keys.get("url"));
  const secret = writtenValue(cx, keys?.get("secret"));
  return url === undefined ? undefined : { kind: "webhook", url, ...(secret === undefined ? {} : { secret }) };
}

function emailOf(cx: Cx, field: Field): NotificationChannel | undefined {
  const { reading } = cx;
  const keys = knownFields(reading, field, ["server", "user", "password", "from", "to"]);
  if (keys === undefined) return undefined;
  const server = urlOf(cx, field, keys.get("server"), "server", ["smtp:", "smtps:"]);
  const [user, password] = [writtenValue(cx, keys.get("user")), writtenValue(cx, keys.get("password"))];
  const from = writtenValue(cx, keys.get("from")) ?? "";
  const to = textsOf(reading, keys.get("to"));
  const wrong = [from, ...to].find((address) => !/^[^\s@<>,;"]+@[^\s@<>,;"]+$/.test(address));
  if (wrong !== undefined || to.length === 0) {
    return refuse(
      reading,
      field,
      `needs \`from\` and \`to\` as addresses such as soc@contoso.example, not \`${wrong ?? ""}\``,
    );
  }
  if (server === undefined) return undefined;
  return {
    ...{ kind: "email" as const, server, from, to },
    ...(user === undefined ? {} : { user }),
    ...(password === undefined ? {} : { password }),
  };
}

/** A web address: TLS, unless it is on this machine. */
function webUrlOf(cx: Cx, whole: Field, field: Field | undefined): string | undefined {
  const url = urlOf(cx, whole, field, "url", ["https:", "http:"]);
  if (url === undefined) return undefined;
  const { protocol, hostname } = new URL(url);
  if (protocol === "https:" || /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(hostname)) return url;
  return refuse(cx.reading, field ?? whole, "has to begin with https://, but for addresses of this machine");
}

function urlOf(
  cx: Cx,
  whole: Field,
  field: Field | undefined,
  key: string,
  protocols: readonly string[],
): string | undefined {
  const written = writtenValue(cx, field);
  const url = written !== undefined && URL.canParse(written) ? new URL(written) : undefined;
  if (url !== undefined && protocols.includes(url.protocol) && url.hostname !== "") return written;
  // What is written may be a secret, so it is not shown.
  return refuse(
    cx.reading,
    field ?? whole,
    `needs \`${key}\`, an address that begins with ${protocols.map((one) => `${one}//`).join(" or ")}`,
  );
}

/** A text, or the value of the variable that it names. */
function writtenValue({ reading, environment }: Cx, field: Field | undefined): string | undefined {
  const written = textOf(reading, field)?.trim();
  if (field === undefined || written === undefined || !written.startsWith("$")) return written;
  const value = environment(written.slice(1));
  if (value !== undefined && value !== "") return value;
  return refuse(reading, field, `is the variable \`${written.slice(1)}\` of the environment, which is not set`);
}

function knownFields(reading: NodeReading, whole: Field, keys: readonly string[]): Map<string, Field> | undefined {
  const fields = mapFields(reading, whole.node, whole.path);
  if (fields === undefined) return refuse(reading, whole, `takes a map of ${keys.join(", ")}`);
  const known = new Map<string, Field>();
  for (const field of fields) {
    if (!keys.includes(field.key)) refuse(reading, field, `is not one of ${keys.join(", ")}`);
    else if (known.has(field.key)) refuse(reading, field, "is there twice");
    else known.set(field.key, field);
  }
  return known;
}

function refuse(reading: NodeReading, field: Field, message: string): undefined {
  const name = /^\d+$/.test(field.key) ? "the route" : `\`${field.key}\``;
  fieldProblem(reading, field, { code: "bad-value", severity: "error", message: `${name} ${message}` });
  return undefined;
}

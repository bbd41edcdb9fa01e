import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Constant } from "@calypso/kql";
import { parse } from "yaml";
import { Unanswerable } from "../../geo/unanswerable.js";
import type { OutsideFunction } from "./answers.js";

/** The function of KQL that reads user agents: its arguments are the agent, and one of the parts or a JSON array of them. */
export const userAgentFunctions: ReadonlyMap<string, OutsideFunction> = new Map<string, OutsideFunction>([
  ["parse_user_agent", ([agent, parts]) => parsedUserAgent(textOf(agent), textOf(parts))],
]);

const parts = {
  browser: { name: "Browser", members: ["Family", "MajorVersion", "MinorVersion", "Patch"] },
  os: { name: "OperatingSystem", members: ["Family", "MajorVersion", "MinorVersion", "Patch", "PatchMinor"] },
  device: { name: "Device", members: ["Family", "Brand", "Model"] },
} as const;

type Part = keyof typeof parts;

/** What the patterns say of a user agent, as the JSON bag that KQL gives. */
export function parsedUserAgent(agent: string, asked: string): string {
  const found = askedParts(asked).map((part) => [parts[part].name, bagOf(agent, part)] as const);
  return JSON.stringify(Object.fromEntries(found));
}

function askedParts(asked: string): readonly Part[] {
  const named: unknown = asked.startsWith("[") ? JSON.parse(asked) : [asked];
  if (!Array.isArray(named) || named.length === 0 || !named.every(isPart))
    throw new Unanswerable(`the parts ${JSON.stringify(named)}`);
  return named;
}

function isPart(name: unknown): name is Part {
  return typeof name === "string" && Object.hasOwn(parts, name);
}

/** What the first pattern that fits gives; an agent that none fits is another, and nothing more is known of it. */
function bagOf(agent: string, part: Part): Readonly<Record<string, string>> {
  const { members } = parts[part];
  const values = firstFit(agent, part) ?? ["Other"];
  return Object.fromEntries(members.map((member, index) => [member, values[index] ?? ""]));
}

function firstFit(agent: string, part: Part): readonly string[] | undefined {
  for (const { pattern, gives } of patterns()[part]) {
    const groups = pattern.exec(agent);
    if (groups !== null) return gives.map((value) => filled(value, groups));
  }
  return undefined;
}

function filled(value: string, groups: RegExpExecArray): string {
  return value.replace(/\$(\d)/g, (_, group: string) => groups[Number(group)] ?? "").trim();
}

interface Pattern {
  readonly pattern: RegExp;
  readonly gives: readonly string[];
}

type Patterns = Readonly<Record<Part, readonly Pattern[]>>;

/** A pattern as its file has it: the expression, and what stands for a part that does not come from a group. */
type Written = Readonly<Record<string, string>>;

let known: Patterns | undefined;

/** The patterns of uap-core, read when they are first needed. */
function patterns(): Patterns {
  known ??= patternsIn(readFileSync(fileURLToPath(import.meta.resolve("uap-core/regexes.yaml")), "utf8"));
  return known;
}

function patternsIn(text: string): Patterns {
  const lists: Readonly<Record<string, readonly Written[]>> = parse(text);
  const read = (list: string, keys: readonly string[], otherwise: readonly string[]) =>
    (lists[list] ?? []).map(
      (written): Pattern => ({
        pattern: new RegExp(written["regex"] ?? "", written["regex_flag"]),
        gives: keys.map((key, index) => written[`${key}_replacement`] ?? otherwise[index] ?? ""),
      }),
    );
  return {
    browser: read("user_agent_parsers", ["family", "v1", "v2", "v3"], ["$1", "$2", "$3", "$4"]),
    os: read("os_parsers", ["os", "os_v1", "os_v2", "os_v3", "os_v4"], ["$1", "$2", "$3", "$4", "$5"]),
    device: read("device_parsers", ["device", "brand", "model"], ["$1", "", "$1"]),
  };
}

function textOf(argument: Constant | undefined): string {
  return typeof argument === "string" ? argument : "";
}

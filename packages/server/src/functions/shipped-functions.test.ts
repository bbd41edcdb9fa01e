import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type Compilation, compile } from "@calypso/kql";
import { describe, expect, test } from "vitest";
import { contentFolder } from "../platform/content.js";
import { shippedTables } from "../store/shipped-tables.js";
import { Tables } from "../store/tables.js";
import { shippedFunctions } from "./shipped-functions.js";

const folder = join(contentFolder(), "functions");
const functions = shippedFunctions(folder);
const tables = new Tables(shippedTables(join(contentFolder(), "tables")), async () => {}, functions);

function compiled(text: string): Compilation {
  const compilation = compile({ text, schema: tables.schema(), now: 0n, strict: true });
  expect(compilation.diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
  return compilation;
}

const schemas = readdirSync(join(folder, "asim")).filter((file) => file !== "every-schema.kql");

describe.each(schemas)("asim/%s", (file) => {
  const text = readFileSync(join(folder, "asim", file), "utf8");
  const names = [...text.matchAll(/^let (\w+) = /gm)].map(([, name]) => name ?? "");
  const parsers = names.filter((name) => name.startsWith("vim"));
  const [empty = ""] = parsers.filter((name) => name.endsWith("Empty"));
  const columns = new Map(compiled(empty).columns.map(({ name, type }) => [name, type]));

  test.each(parsers)("%s gives fields of the schema with their types, and those that every event has", (name) => {
    const given = compiled(name).columns;
    expect(given.filter((column) => columns.get(column.name) !== column.type)).toEqual([]);
    const always = [
      "TimeGenerated",
      "Type",
      "EventCount",
      "EventStartTime",
      "EventEndTime",
      "EventType",
      "EventResult",
    ];
    const more = ["EventProduct", "EventVendor", "EventSchema", "EventSchemaVersion", "Dvc"];
    const found = new Set(given.map((column) => column.name));
    expect([...always, ...more].filter((field) => !found.has(field))).toEqual([]);
  });

  test.each(names.filter((name) => name.startsWith("_")))("%s unifies all parsers of the schema", (name) => {
    expect(compiled(name).columns).toEqual(compiled(empty).columns);
    const body = functions.function(name)?.body ?? "";
    expect(parsers.filter((parser) => !body.includes(`(${parser}`))).toEqual([]);
  });
});

test("a function goes by all of its names", () => {
  const first = (name: string) => functions.function(name)?.body.split("\n")[0];
  expect(first("imDns")).toBe("union isfuzzy=true");
  expect(functions.function("imDns")?.body).toBe(functions.function("_Im_Dns")?.body);
  expect(functions.function("ASimNetworkSession")?.body).toBe(functions.function("_ASim_NetworkSession")?.body);
  expect(functions.function("imProcessCreate")?.body).toContain('"ProcessCreated"');
  expect(functions.function("ASimProcessEventTerminate")?.body).toContain('"ProcessTerminated"');
  expect(functions.function("imRegistry")?.body).toBe(functions.function("_Im_RegistryEvent")?.body);
  for (const name of ["_Im_Dns_DnsEvents", "ASimDnsDnsEvents", "_ASim_Dns_DnsEvents"]) {
    expect(functions.function(name)?.body).toBe(functions.function("vimDnsDnsEvents")?.body);
  }
});

test("names that are none are not found", () => {
  for (const name of ["_Im_", "imagine", "imDnsNobody", "_Im_Nothing", "simDns", "FileProfiles"]) {
    expect(functions.function(name)).toBeUndefined();
  }
});

test("every function is found by its own name", () => {
  expect(functions.functionNames.length).toBeGreaterThan(100);
  for (const name of functions.functionNames) expect(functions.function(name)?.name).toBe(name);
});

test("stand-ins for what only Defender has say so", () => {
  for (const call of ["invoke FileProfile(SHA1, 1000)", "invoke DeviceFromIP()", "invoke SeenBy()"]) {
    const { diagnostics } = compiled(`DeviceFileEvents | ${call}`);
    expect(diagnostics.map(({ code }) => code)).toEqual(["no-data"]);
  }
});

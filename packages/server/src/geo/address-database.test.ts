import { mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { placeOfAddress } from "./address-database.js";
import { mmdbOf } from "./testing/mmdb-of.js";

const folder = mkdtempSync(join(tmpdir(), "calypso-addresses-"));
afterAll(() => rmSync(folder, { recursive: true }));

const sydney = {
  city: { names: { de: "Sidney", en: "Sydney" } },
  country: { iso_code: "AU", names: { en: "Australia" } },
  location: { latitude: -33.8715, longitude: 151.2006, time_zone: "Australia/Sydney" },
  subdivisions: [{ names: { en: "New South Wales" } }, { names: { en: "another" } }],
};
const somewhere = { country: { names: { en: "Côte d’Ivoire" } }, location: { latitude: 8, longitude: -5 } };

const both = written(
  "both.mmdb",
  mmdbOf({ "203.0.113.0/24": sydney, "198.51.100.7/32": {}, "2001:db8::/32": somewhere }),
);
const old = written("old.mmdb", mmdbOf({ "203.0.113.0/25": sydney }, 4));

test.each([
  [
    "203.0.113.77",
    '{"country":"Australia","state":"New South Wales","city":"Sydney","latitude":-33.8715,"longitude":151.2006}',
  ],
  ["2001:db8:1::face", '{"country":"Côte d’Ivoire","latitude":8.0,"longitude":-5.0}'],
  ["2001:DB8::1", '{"country":"Côte d’Ivoire","latitude":8.0,"longitude":-5.0}'],
  ["203.0.114.1", null],
  ["2001:db9::1", null],
  ["198.51.100.7", null],
  ["203.0.113", null],
  ["203.0.113.77:443", null],
  ["203.0.113.77/32", null],
  [" 203.0.113.77", null],
  ["", null],
  ["nonsense", null],
])("the place of %j", (address, wanted) => {
  expect(placeOfAddress(address, both)).toBe(wanted);
});

test("a database of IPv4 addresses", () => {
  expect(placeOfAddress("203.0.113.1", old)).toContain("Sydney");
  expect(placeOfAddress("203.0.113.200", old)).toBeNull();
  expect(placeOfAddress("2001:db8::1", old)).toBeNull();
});

test("a file that is changed is read anew", () => {
  const path = written("changing.mmdb", mmdbOf({ "203.0.113.0/24": sydney }));
  expect(placeOfAddress("203.0.113.1", path)).toContain("Sydney");
  written("changing.mmdb", mmdbOf({ "203.0.113.0/24": somewhere }), new Date(2_000_000_000_000));
  expect(placeOfAddress("203.0.113.1", path)).toContain("Côte");
});

test.each([
  ["is not there", join(folder, "missing.mmdb")],
  ["is something else", written("text.mmdb", Buffer.from("these are no addresses"))],
])("a file that %s", (_name, path) => {
  expect(() => placeOfAddress("203.0.113.1", path)).toThrow(
    `${path} cannot be read as a database of addresses in MaxMind's format`,
  );
});

function written(name: string, bytes: Buffer, changed?: Date): string {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  if (changed !== undefined) utimesSync(path, changed, changed);
  return path;
}

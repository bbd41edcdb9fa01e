import { readFileSync, statSync } from "node:fs";
import { isIP } from "node:net";
import type { Constant } from "@calypso/kql";
import { type CityResponse, Reader } from "mmdb-lib";
import { Failure } from "../store/failures.js";

/** The function of KQL that asks for a place: its arguments are the address, and the path of the database. */
export const addressFunctions: ReadonlyMap<string, (args: readonly Constant[]) => Constant> = new Map([
  ["geo_info_from_ip_address", ([address, database]) => placeOfAddress(String(address), String(database))],
]);

/** Where an IPv4 or IPv6 address is, as the JSON bag that KQL gives; null where the text is no address, or it is not known. */
export function placeOfAddress(address: string, database: string): string | null {
  if (isIP(address) === 0) return null;
  const reader = readerOf(database);
  // A database of IPv4 addresses knows no others.
  if (isIP(address) === 6 && reader.metadata.ipVersion === 4) return null;
  return bagOf(found(reader, address, database));
}

interface Known {
  readonly changed: number;
  readonly reader: Reader<CityResponse>;
}

/** Databases that were read, by path: a file is read again only when it has changed. */
const known = new Map<string, Known>();

function readerOf(path: string): Reader<CityResponse> {
  const before = known.get(path);
  try {
    const changed = statSync(path).mtimeMs;
    if (before?.changed === changed) return before.reader;
    const reader = new Reader<CityResponse>(readFileSync(path));
    known.set(path, { changed, reader });
    return reader;
  } catch (cause) {
    throw unreadable(path, cause);
  }
}

function found(reader: Reader<CityResponse>, address: string, path: string): CityResponse | null {
  try {
    return reader.get(address);
  } catch (cause) {
    throw unreadable(path, cause);
  }
}

function unreadable(path: string, cause: unknown): Failure {
  return new Failure("file-unreadable", `${path} cannot be read as a database of addresses in MaxMind's format`, {
    cause,
    hint: "name an .mmdb file with cities in `--address-database` or in the workspace's calypso.json",
  });
}

/** What is not known of a place is left out; nothing known is no bag. */
function bagOf(place: CityResponse | null): string | null {
  const { country, subdivisions, city, location } = place ?? {};
  const members = [
    ...textMember("country", country?.names?.en),
    ...textMember("state", subdivisions?.[0]?.names?.en),
    ...textMember("city", city?.names?.en),
    ...realMember("latitude", location?.latitude),
    ...realMember("longitude", location?.longitude),
  ];
  return members.length === 0 ? null : `{${members.join(",")}}`;
}

function textMember(name: string, text: string | undefined): readonly string[] {
  return text === undefined ? [] : [`"${name}":${JSON.stringify(text)}`];
}

/** Whole degrees keep a fraction, so that they stay reals. */
function realMember(name: string, degrees: number | undefined): readonly string[] {
  if (degrees === undefined) return [];
  return [`"${name}":${Number.isInteger(degrees) ? degrees.toFixed(1) : String(degrees)}`];
}

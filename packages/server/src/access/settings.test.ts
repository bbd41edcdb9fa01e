import { describe, expect, test } from "vitest";
import { publicOrigin, readAccessSettings } from "./settings.js";

const sources = {
  path: "calypso.json",
  environment: (name: string) => (name === "SECRET" ? "from the environment" : undefined),
  file: (path: string) => {
    if (path !== "secret.txt") throw new Error("there is no such file");
    return "from a file\n";
  },
};
const provider = { id: "entra", issuer: "https://login.contoso.example/t/v2.0", clientId: "c", roles: { A: "admin" } };
const withProvider = (changes: object) => ({ openid: [{ ...provider, clientSecretVariable: "SECRET", ...changes }] });

test("settings are read, with what is usual where nothing is said", () => {
  expect(readAccessSettings({}, sources)).toEqual({
    proxies: [],
    lifetimes: { session: 43_200, idle: 3600 },
    providers: [],
  });
  const { clientSecretVariable: _, ...other } = { ...withProvider({}).openid[0], clientSecretFile: "secret.txt" };
  const written = {
    origin: "https://calypso.contoso.example/",
    proxies: ["198.51.100.7", "2001:db8::/32"],
    sessions: { hours: 8, idleMinutes: 15 },
    openid: [...withProvider({ label: "Entra ID", roleClaim: "groups" }).openid, { ...other, id: "other" }],
  };
  expect(readAccessSettings(written, sources)).toMatchObject({
    origin: "https://calypso.contoso.example",
    lifetimes: { session: 28_800, idle: 900 },
    providers: [
      { label: "Entra ID", clientSecret: "from the environment", roleClaim: "groups", roles: { A: "admin" } },
      { label: "other", clientSecret: "from a file", nameClaim: "preferred_username" },
    ],
  });
});

describe("settings that would leave the door open are refused", () => {
  test.each<[unknown, RegExp]>([
    [[], /has to be an object/],
    [{ orign: "https://c.example" }, /there is no setting `orign`/],
    [{ origin: "http://calypso.contoso.example" }, /not encrypted/],
    [{ origin: "https://calypso.contoso.example/app" }, /is not an origin/],
    [{ origin: "https://user@calypso.contoso.example" }, /more than an origin/],
    [{ origin: "ftp://calypso.contoso.example" }, /is not an origin/],
    [{ proxies: ["everybody"] }, /everybody is not an address/],
    [{ sessions: { hours: 0 } }, /`hours` has to be a number/],
    [{ sessions: { days: 3 } }, /access\.sessions: there is no setting `days`/],
    [withProvider({ issuer: "http://login.contoso.example" }), /https address/],
    [withProvider({ roles: {} }), /lets nobody in/],
    [withProvider({ roles: { A: "owner" } }), /the roles are reader, responder, engineer, admin/],
    [withProvider({ clientSecretFile: "secret.txt" }), /say where the client secret is/],
    [withProvider({ clientSecretVariable: "NONE" }), /is not in NONE/],
    [withProvider({ clientSecretVariable: undefined, clientSecretFile: "gone" }), /gone cannot be read/],
    [withProvider({ clientSecret: "in the file itself" }), /there is no setting `clientSecret`/],
    [withProvider({ id: "passkey" }), /cannot be passkey/],
    [withProvider({ id: "../up" }), /small letters/],
    [{ openid: [...withProvider({}).openid, ...withProvider({}).openid] }, /same id/],
  ])("%j", (written, why) => {
    expect(() => readAccessSettings(written, sources)).toThrow(why);
    expect(() => readAccessSettings(written, sources)).not.toThrow(/in the file itself|from a file|from the env/);
  });
});

test("this machine's own names need no encryption", () => {
  for (const origin of ["http://localhost:8080", "http://127.0.0.1:8080", "http://[::1]:8080"]) {
    expect(publicOrigin(origin)).toBe(origin);
  }
});

import { expect, test } from "vitest";
import { strongKeys } from "./entity-keys.js";

const labels = (entity: Readonly<Record<string, string>>) => strongKeys(entity).map(({ label }) => label);
const keys = (entity: Readonly<Record<string, string>>) => strongKeys(entity).map(({ key }) => key);

test.each([
  [
    { type: "Account", name: "ann", upnSuffix: "corp.example", fullName: "ann@corp.example" },
    ["Account ann@corp.example"],
  ],
  [{ type: "Account", name: "ann", ntDomain: "CORP" }, ["Account CORP\\ann"]],
  [{ type: "Account", aadUserId: "0b-1", name: "ann" }, ["Account 0b-1"]],
  [{ type: "Account", name: "ann", fullName: "ann" }, []],
  [{ type: "Account", name: "SYSTEM", ntDomain: "NT AUTHORITY", sid: "S-1-5-18" }, []],
  [{ type: "Account", sid: "S-1-5-21-1-2-3-1001" }, ["Account S-1-5-21-1-2-3-1001"]],
  [{ type: "IP", address: "198.51.100.7" }, ["IP 198.51.100.7"]],
  [{ type: "IP", address: "10.0.0.7" }, []],
  [{ type: "IP", address: "10.0.0.7", addressScope: "branch" }, ["IP 10.0.0.7 branch"]],
  [{ type: "IP", address: "2001:db8::7" }, ["IP 2001:db8::7"]],
  [{ type: "IP", address: "fe80::1" }, []],
  [{ type: "IP", address: "no address" }, []],
  [{ type: "Host", hostName: "srv1" }, []],
  [{ type: "Host", hostName: "srv1", dnsDomain: "corp.example" }, ["Host srv1 corp.example"]],
  [{ type: "Unheard", name: "x" }, []],
  [{ name: "x" }, []],
])("%j", (entity, wanted) => {
  expect(labels(entity as Readonly<Record<string, string>>)).toEqual(wanted);
});

test("case is the same but in URLs, and values do not run into each other", () => {
  expect(keys({ type: "Account", name: "ANN", upnSuffix: "Corp.example" })).toEqual(
    keys({ type: "Account", name: "ann", upnSuffix: "corp.example" }),
  );
  expect(keys({ type: "URL", url: "https://a.example/X" })).not.toEqual(
    keys({ type: "URL", url: "https://a.example/x" }),
  );
  expect(keys({ type: "Host", hostName: "a b", dnsDomain: "c" })).not.toEqual(
    keys({ type: "Host", hostName: "a", dnsDomain: "b c" }),
  );
});

test("keys are short, however long and odd the entity", () => {
  const [key] = strongKeys({ type: "URL", url: `https://a.example/\0${"x".repeat(100_000)}` });
  expect(key?.key).toHaveLength(32);
  expect(key?.label.length).toBeLessThanOrEqual(300);
});

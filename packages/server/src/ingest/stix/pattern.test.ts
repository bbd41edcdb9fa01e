import { expect, test } from "vitest";
import { observablesOf } from "./pattern.js";

/** The observables of a pattern, one `key=value` each. */
function found(pattern: string): readonly string[] | undefined {
  return observablesOf(pattern)?.map(({ key, value }) => `${key}=${value}`);
}

test("comparisons for equality, with AND and OR between them, are observables", () => {
  expect(found("[ipv4-addr:value = '198.51.100.7']")).toEqual(["ipv4-addr:value=198.51.100.7"]);
  expect(found("[ domain-name:value='a.example' OR url:value = 'https://a.example/?x=[1]' ]")).toEqual([
    "domain-name:value=a.example",
    "url:value=https://a.example/?x=[1]",
  ]);
  expect(found("([file:name = 'x.exe' AND (file:size = 25 OR file:size = 26)]) OR [file:name = 'x.exe']")).toEqual([
    "file:name=x.exe",
    "file:size=25",
    "file:size=26",
  ]);
  expect(found("[network-traffic:dst_ref.value = '203.0.113.9' AND network-traffic:protocols[*] = 'tcp']")).toEqual([
    "network-traffic:dst_ref.value=203.0.113.9",
    "network-traffic:protocols[*]=tcp",
  ]);
});

test("names of hashes have one spelling", () => {
  for (const name of ["'SHA-256'", "SHA-256", "SHA256", "'sha256'"])
    expect(found(`[file:hashes.${name} = 'ab']`)).toEqual(["file:hashes.'SHA-256'=ab"]);
  expect(found("[file:hashes.'MD5' = 'ab' OR file:hashes.'imphash' = 'cd']")).toEqual([
    "file:hashes.MD5=ab",
    "file:hashes.imphash=cd",
  ]);
});

test("escapes are STIX's two, and any other is not guessed at", () => {
  expect(found(String.raw`[file:name = 'it\'s \\ here']`)).toEqual([String.raw`file:name=it's \ here`]);
  expect(found(String.raw`[file:name = 'a\\\' OR url:value = \'b']`)).toEqual([
    String.raw`file:name=a\' OR url:value = 'b`,
  ]);
  expect(found(String.raw`[directory:path = 'C:\Windows']`)).toBeUndefined();
  expect(found(String.raw`[file:name = 'a\\'b']`)).toBeUndefined();
  expect(found("[url:value = 'a\n\u001b[31m']")).toEqual(["url:value=a\n\u001b[31m"]);
});

test("what is more than equality is left whole", () => {
  for (const pattern of [
    "",
    "[]",
    "[ipv4-addr:value != '198.51.100.7']",
    "[NOT ipv4-addr:value = '198.51.100.7']",
    "[ipv4-addr:value NOT = '198.51.100.7']",
    "[ipv4-addr:value ISSUBSET '198.51.100.0/24']",
    "[ipv4-addr:value IN ('198.51.100.7', '198.51.100.8')]",
    "[url:value LIKE '%x']",
    "[url:value = 'a'] FOLLOWEDBY [url:value = 'b']",
    "[url:value = 'a'] WITHIN 5 SECONDS",
    "[url:value = 'a'] REPEATS 2 TIMES",
    "[url:value = 'a' and url:value = 'b']",
    "[url:value = 'a'",
    "[url:value = 'a']]",
    "url:value = 'a'",
    "[[url:value = 'a']]",
    "[url:value = t'2026-01-01T00:00:00Z']",
    "[url:value = 12ab]",
    "[url:value = 'a'] OR",
    "[url:value = 'a' ORurl:value = 'b']",
    'rule r { strings: $a = "x" condition: $a }',
  ])
    expect([pattern, found(pattern)]).toEqual([pattern, undefined]);
});

test("long and deep patterns end in time", () => {
  expect(found(`${"(".repeat(100_000)}[url:value = 'a']`)).toBeUndefined();
  expect(found(`[url:value = '${"\\\\".repeat(400_000)}']`)?.[0]?.length).toBe(400_010);
  expect(found(`[url:value = '${"a".repeat(2_000_000)}']`)).toBeUndefined();
  expect(found(`[url:value = '${"\\\\".repeat(400_000)}]`)).toBeUndefined();
  const many = Array.from({ length: 20_000 }, (_, index) => `url:value = '${index}'`).join(" OR ");
  expect(found(`[${many}]`)?.length).toBe(20_000);
});

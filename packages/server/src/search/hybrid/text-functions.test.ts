import { deflateSync, gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { windowsArguments } from "./command-line.js";
import { gunzipped, inflated } from "./compressed.js";
import { decodedDomain, encodedDomain } from "./domains.js";
import { punycodeOf, textOfPunycode } from "./punycode.js";
import { jsonOfXml } from "./xml.js";

describe("a Windows command line", () => {
  test.each([
    ["a b\tc", ["a", "b", "c"]],
    ['"C:\\Program Files\\x.exe" -k', ["C:\\Program Files\\x.exe", "-k"]],
    ["c:\\a\\b.exe c:\\d\\", ["c:\\a\\b.exe", "c:\\d\\"]],
    ['x a\\\\\\b d"e f"g h', ["x", "a\\\\\\b", "de fg", "h"]],
    ['x a\\\\\\"b c d', ["x", 'a\\"b', "c", "d"]],
    ['x a\\\\\\\\"b c" d e', ["x", "a\\\\b c", "d", "e"]],
    ['x "" """a""" "b', ["x", "", '"a"', "b"]],
    [" x", ["", "x"]],
    ['"unclosed x', ["unclosed x"]],
  ])("%s", (line, found) => expect(windowsArguments(line)).toEqual(found));
});

describe("Punycode", () => {
  // The samples of RFC 3492, section 7.1, and texts without and with nothing but basic characters.
  test.each([
    ["ليهمابتكلموشعربي؟", "egbpdaj6bu4bxfgehfvwxn"],
    ["他们为什么不说中文", "ihqwcrb4cv8a8dqg056pqjye"],
    ["Pročprostěnemluvíčesky", "Proprostnemluvesky-uyb24dma41a"],
    ["3年B組金八先生", "3B-ww4c5e180e575a65lsy2b"],
    ["-> $1.00 <-", "-> $1.00 <--"],
    ["😀", "e28h"],
    ["abc", "abc-"],
    ["", ""],
  ])("%s", (plain, encoded) => {
    expect(punycodeOf(plain)).toBe(encoded);
    expect(textOfPunycode(encoded)).toBe(plain);
  });

  test.each(["a!", "é", "99999999", "a-b-!"])("%s is none", (text) => expect(textOfPunycode(text)).toBeUndefined());

  test("of domains goes label by label", () => {
    expect(encodedDomain("Bücher。example｡org")).toBe("xn--Bcher-kva.example.org");
    expect(decodedDomain("www.xn--Bcher-kva.example")).toBe("www.Bücher.example");
    expect(decodedDomain("xn--99999999.example")).toBe("");
  });
});

describe("compressed text", () => {
  const packed = (text: string | Uint8Array) => gzipSync(text).toString("base64");

  test("comes back whole", () => {
    expect(gunzipped(packed("naïve 😀\n"))).toBe("naïve 😀\n");
    expect(gunzipped(packed(""))).toBe("");
  });

  test("is empty where it is none, or no UTF-8", () => {
    expect([gunzipped("%"), gunzipped("AAAA"), inflated("AAAA"), gunzipped(packed(new Uint8Array([255])))]).toEqual([
      "",
      "",
      "",
      "",
    ]);
  });

  test("is not unpacked without end, nor read in part", () => {
    expect(() => gunzipped(packed("a".repeat(17 * 1024 * 1024)))).toThrow("more than");
    const twice = Buffer.concat([gzipSync("a"), gzipSync("b")]).toString("base64");
    expect(() => gunzipped(twice)).toThrow("after the end");
    const followed = Buffer.concat([deflateSync("a"), Buffer.from([1, 2, 3])]).toString("base64");
    expect(() => inflated(followed)).toThrow("after the end");
  });
});

describe("XML", () => {
  test.each([
    ["<a x='1' y='&quot;'><b/><c>1</c><b>2</b></a>", '{"a":{"@x":"1","@y":"\\"","b":[null,"2"],"c":"1"}}'],
    ['<?xml version="1.0"?>\n<!DOCTYPE a><n:a xmlns:n="u">é</n:a>\n', '{"n:a":{"@xmlns:n":"u","#text":"é"}}'],
    ["<__proto__><constructor/></__proto__>", '{"__proto__":{"constructor":null}}'],
  ])("%s", (xml, json) => expect(jsonOfXml(xml)).toBe(json));

  test.each(["<a>", "<a/><b/>", "text", "<a b=1/>", "<a>&nope;</a>", `<a>${"x".repeat(1_048_576)}</a>`])(
    "%# is none",
    (xml) => expect(jsonOfXml(xml)).toBeNull(),
  );

  test("with text in several pieces is not guessed at", () => {
    expect(() => jsonOfXml("<a>x<b/>y</a>")).toThrow("several pieces");
  });
});

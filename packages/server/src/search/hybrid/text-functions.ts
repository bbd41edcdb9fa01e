import type { Constant } from "@calypso/kql";
import { Unanswerable } from "../../geo/unanswerable.js";
import type { OutsideFunction } from "./answers.js";
import { windowsArguments } from "./command-line.js";
import { gunzipped, inflated } from "./compressed.js";
import { decodedDomain, encodedDomain } from "./domains.js";
import { punycodeOf, textOfPunycode } from "./punycode.js";
import { jsonOfXml } from "./xml.js";

/** Functions of texts that the engine does not have. */
export const textFunctions: ReadonlyMap<string, OutsideFunction> = new Map<string, OutsideFunction>([
  ["parse_xml", ([xml]) => jsonOfXml(text(xml))],
  ["parse_command_line", ([line, parser]) => commandLine(text(line), text(parser))],
  ["punycode_from_string", ([plain]) => punycodeOf(text(plain))],
  ["punycode_to_string", ([encoded]) => textOfPunycode(text(encoded)) ?? ""],
  ["punycode_domain_to_string", ([domain]) => encodedDomain(text(domain))],
  ["punycode_domain_from_string", ([domain]) => decodedDomain(text(domain))],
  ["gzip_decompress_from_base64_string", ([encoded]) => gunzipped(text(encoded))],
  ["zlib_decompress_from_base64_string", ([encoded]) => inflated(text(encoded))],
]);

function text(argument: Constant | undefined): string {
  return typeof argument === "string" ? argument : "";
}

function commandLine(line: string, parser: string): string | null {
  if (parser.toLowerCase() !== "windows") throw new Unanswerable(`the parser ${JSON.stringify(parser)}`);
  return line === "" ? null : JSON.stringify(windowsArguments(line));
}

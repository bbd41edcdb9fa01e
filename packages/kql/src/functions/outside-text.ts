import { scalars } from "./entry.js";

/** Functions of texts that the engine has no form for. */
export const outsideTextFunctions = scalars({
  parse_xml: {
    about: "An XML text as a bag of its elements, attributes (`@name`) and texts (`#text`); null where it is no XML.",
    outside: true,
    limit: "All texts and attributes are strings. An element with several pieces of text ends the query.",
    examples: {
      "parse_xml('<e/>')": { e: null },
      "parse_xml('<e>text</e>')": { e: "text" },
      "parse_xml('<e name=\"value\" />')": { e: { "@name": "value" } },
      "parse_xml('<e name=\"value\">text</e>')": { e: { "@name": "value", "#text": "text" } },
      "parse_xml('<e> <a>text</a> <b>text</b> </e>')": { e: { a: "text", b: "text" } },
      "parse_xml('<e> <a>text</a> <a>text</a> </e>')": { e: { a: ["text", "text"] } },
      "parse_xml('<e> text <a>text</a> </e>')": { e: { "#text": "text", a: "text" } },
      "tostring(parse_xml('<d><n>9007199254740993</n><t>0x1F &amp; é</t></d>').d)":
        '{"n":"9007199254740993","t":"0x1F & é"}',
      "parse_xml('<?xml version=\"1.0\"?><!-- c --><a><![CDATA[x]]></a>')": { a: null },
      "parse_xml('<a><b></a>')": null,
      "parse_xml('')": null,
    },
  },
  parse_command_line: {
    about: "The arguments of a Windows command line as an array.",
    outside: true,
    limit: 'The one parser is "windows"; what an empty command line gives is not documented, and is null here.',
    examples: {
      "parse_command_line('echo \"hello world!\"', 'windows')": ["echo", "hello world!"],
      'parse_command_line(@\'"C:\\Program Files\\a b.exe" /c "say \\"hi\\"" "c:\\dir\\\\" x""y  é\', \'windows\')': [
        "C:\\Program Files\\a b.exe",
        "/c",
        'say "hi"',
        "c:\\dir\\",
        "xy",
        "é",
      ],
      "parse_command_line('', 'windows')": null,
    },
  },
  parse_user_agent: {
    about: "What a user agent says of its browser, operating system and device, as a bag.",
    outside: true,
    dynamicArguments: true,
    limit:
      "The patterns are those of uap-core 0.18.0, with which the reference's answers agree; the service may have those of another version. What no pattern fits is `Other`.",
    examples: {
      "parse_user_agent('Mozilla/5.0 (Windows; U; en-US) AppleWebKit/531.9 (KHTML, like Gecko) AdobeAIR/2.5.1', 'browser')":
        { Browser: { Family: "AdobeAIR", MajorVersion: "2", MinorVersion: "5", Patch: "1" } },
      "parse_user_agent('Mozilla/5.0 (SymbianOS/9.2; U; Series60/3.1 NokiaN81-3/10.0.032 Profile/MIDP-2.0 Configuration/CLDC-1.1 ) AppleWebKit/413 (KHTML, like Gecko) Safari/4', dynamic(['browser', 'os', 'device']))":
        {
          Browser: { Family: "Nokia OSS Browser", MajorVersion: "3", MinorVersion: "1", Patch: "" },
          OperatingSystem: { Family: "Symbian OS", MajorVersion: "9", MinorVersion: "2", Patch: "", PatchMinor: "" },
          Device: { Family: "Nokia N81", Brand: "Nokia", Model: "N81-3" },
        },
      "parse_user_agent('curl/8.4.0', dynamic(['browser', 'os'])).Browser.Family": "curl",
      "parse_user_agent('no browser', 'os').OperatingSystem.Family": "Other",
    },
  },
  punycode_from_string: {
    about: "A text in Punycode, without the prefix `xn--`.",
    outside: true,
    examples: {
      "punycode_from_string('académie-française')": "acadmie-franaise-npb1a",
      "punycode_from_string('艺术')": "cqv902d",
      "punycode_from_string('')": "",
    },
  },
  punycode_to_string: {
    about: "The text that Punycode without the prefix `xn--` stands for; empty where it is none.",
    outside: true,
    examples: {
      "punycode_to_string('acadmie-franaise-npb1a')": "académie-française",
      "punycode_to_string('cqv902d')": "艺术",
      "punycode_to_string('é')": "",
      "punycode_to_string('!')": "",
    },
  },
  punycode_domain_to_string: {
    about: "A domain with each label beyond ASCII in Punycode.",
    outside: true,
    examples: {
      "punycode_domain_to_string('Lê Lợi。Thuận Thiên。com')": "xn--L Li-gpa4517b.xn--Thun Thin-s4a7194f.com",
      "punycode_domain_to_string('Riðill｡Skáldskaparmál｡org')": "xn--Riill-jta.xn--Skldskaparml-dbbj.org",
      'punycode_domain_to_string("Kaledvoulc\'h.Artorījos.edu")': "Kaledvoulc'h.xn--Artorjos-ejb.edu",
    },
  },
  punycode_domain_from_string: {
    about: "A domain with its labels in Punycode decoded; empty where one of them is none.",
    outside: true,
    examples: {
      "punycode_domain_from_string('xn--Ge-mia.Bulg.edu')": "Gáe.Bulg.edu",
      "punycode_domain_from_string('xn--Lin-8na.Celtchair.org')": "Lúin.Celtchair.org",
      "punycode_domain_from_string('xn--Ry-lja8c.xn--Jng-uta63a.xn--Bng-9ka.com')": "Rúyì.Jīngū.Bàng.com",
      "punycode_domain_from_string('xn--!.com')": "",
    },
  },
  gzip_decompress_from_base64_string: {
    about: "The text that is compressed with gzip and written in base64; empty where there is none.",
    outside: true,
    limit: "Bytes after the end, and more than 16 MB of text, end the query.",
    examples: {
      "gzip_decompress_from_base64_string('H4sIAAAAAAAA/wEUAOv/MTIzNDU2Nzg5MHF3ZXJ0eXVpb3A6m7f2FAAAAA==')":
        "1234567890qwertyuiop",
      "gzip_decompress_from_base64_string('x0x0x0')": "",
    },
  },
  zlib_decompress_from_base64_string: {
    about: "The text that is compressed with zlib and written in base64; empty where there is none.",
    outside: true,
    limit: "Bytes after the end, and more than 16 MB of text, end the query.",
    examples: {
      "zlib_decompress_from_base64_string('eJwLSS0uUSguKcrMS1cwNDIGACxqBQ4=')": "Test string 123",
      "zlib_decompress_from_base64_string('x0x0x0')": "",
      "zlib_decompress_from_base64_string('')": "",
    },
  },
});

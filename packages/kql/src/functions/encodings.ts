import { type Sql, sql, text } from "../sql/sql.js";
import { bind } from "./bind.js";
import { elementTexts } from "./constant-elements.js";
import { type ScalarEntry, scalars } from "./entry.js";
import { arrayJson } from "./json-text.js";
import { type Value, value } from "./value.js";

/** The hexadecimal digits of a percent-encoded text in lower case. */
function lowerEscapes(encoded: Sql): Sql {
  return bind(
    encoded,
    (whole) =>
      sql`if(position(${whole}, '%') = 0, ${whole}, arrayStringConcat(arrayMap(_p -> if(startsWith(_p, '%'), lower(_p), _p), extractAll(${whole}, '%..|[^%]+'))))`,
  );
}

/** The bytes of a base64 text; `''` where it is none. */
function decoded(source: Sql): Sql {
  return sql`tryBase64Decode(${source})`;
}

const encodeText: ScalarEntry = {
  about: "A text's UTF-8 in base64.",
  emit: (source) => sql`base64Encode(${source})`,
  examples: {
    "base64_encode_tostring('Kusto')": "S3VzdG8=",
    "base64_encode_tostring('')": "",
    "base64_encode_tostring('é')": "w6k=",
  },
};

const decodeText: ScalarEntry = {
  about: "The text that base64 holds as UTF-8; empty where it holds none.",
  emit: (source) => bind(decoded(source.sql), (bytes) => sql`if(isValidUTF8(${bytes}), ${bytes}, '')`),
  examples: {
    "base64_decode_tostring('S3VzdG8=')": "Kusto",
    "base64_decode_tostring('U3RyaW5n0KHR0tGA0L7Rh9C60LA=')": "",
    "base64_decode_tostring('!!')": "",
    "base64_decode_tostring('')": "",
  },
};

function bytesOf(source: Value): Value {
  const array = bind(
    decoded(source.sql),
    (bytes) =>
      sql`arrayMap(_i -> toInt64(reinterpretAsUInt8(substring(${bytes}, _i, 1))), range(1, length(${bytes}) + 1))`,
  );
  return value(sql`if(${decoded(source.sql)} = '', '', ${arrayJson(array, "long")})`, "dynamic");
}

/** Encodings of texts. */
export const encodingFunctions = scalars({
  base64_encode_tostring: encodeText,
  base64_encodestring: encodeText,
  base64_decode_tostring: decodeText,
  base64_decodestring: decodeText,
  base64_decode_toarray: {
    about: "The bytes that base64 holds, as an array of numbers.",
    emit: (source) => bytesOf(source),
    examples: { "base64_decode_toarray('S3VzdG8=')": [75, 117, 115, 116, 111], "base64_decode_toarray('')": null },
  },
  base64_encode_fromarray: {
    about: "An array of bytes in base64; empty where an element is no byte.",
    emit: (array) =>
      bind(elementTexts(array), (texts) => {
        const bytes = sql`arrayMap(_n -> toUInt16OrZero(_n), ${texts})`;
        return sql`if(arrayAll(_n -> match(_n, '^[0-9]{1,3}$') AND toUInt16OrZero(_n) < 256, ${texts}), base64Encode(arrayStringConcat(arrayMap(_n -> char(_n), ${bytes}))), '')`;
      }),
    examples: {
      "base64_encode_fromarray(dynamic([75, 117, 115, 116, 111]))": "S3VzdG8=",
      "base64_encode_fromarray(dynamic([256]))": "",
      "base64_encode_fromarray(dynamic([0, 255]))": "AP8=",
    },
  },
  base64_encode_fromguid: {
    about: "A guid's sixteen bytes in base64, in the order in which Windows keeps them.",
    emit: (guid) =>
      bind(sql`toString(${guid})`, (written) => {
        const pairs = text("^(..)(..)(..)(..)-(..)(..)-(..)(..)-");
        const swapped = sql`replaceRegexpOne(${written}, ${pairs}, ${text("\\4\\3\\2\\1\\6\\5\\8\\7")})`;
        return sql`ifNull(base64Encode(unhex(replaceAll(${swapped}, '-', ''))), '')`;
      }),
    examples: { "base64_encode_fromguid(guid(ae3133f2-6e22-49ae-b06a-16e6a9b212eb))": "8jMxriJurkmwahbmqbIS6w==" },
  },
  base64_decode_toguid: {
    about:
      "The guid whose sixteen bytes base64 holds: the first four and the next two from the last to the first, the others as they come; null where it is none.",
    emit: (source) =>
      bind(sql`lower(hex(${decoded(source.sql)}))`, (digits) => {
        const written = text("\\4\\3\\2\\1-\\6\\5-\\7\\8-\\9");
        const swapped = sql`concat(replaceRegexpOne(substring(${digits}, 1, 20), ${text("^(..)(..)(..)(..)(..)(..)(..)(..)(....)$")}, ${written}), '-', substring(${digits}, 21))`;
        return sql`if(length(${digits}) = 32, toUUIDOrNull(${swapped}), NULL)`;
      }),
    examples: {
      "base64_decode_toguid('JpbpECu8dUy7Pv5gbeJXAA==')": "10e99626-bc2b-754c-bb3e-fe606de25700",
      "base64_decode_toguid('S3VzdG8=')": null,
      "base64_decode_toguid('')": null,
    },
  },
  url_encode: {
    about: "A text with all but letters, digits and some signs percent-encoded, and spaces as `+`.",
    emit: (source) => lowerEscapes(sql`encodeURLFormComponent(${source})`),
    examples: {
      "url_encode('https://www.bing.com/hello world')": "https%3a%2f%2fwww.bing.com%2fhello+world",
      "url_encode('é')": "%c3%a9",
    },
  },
  url_encode_component: {
    about: "A text with all but letters, digits and some signs percent-encoded.",
    emit: (source) => lowerEscapes(sql`encodeURLComponent(${source})`),
    examples: {
      "url_encode_component('https://www.bing.com/hello world')": "https%3a%2f%2fwww.bing.com%2fhello%20world",
    },
  },
  url_decode: {
    about: "A percent-encoded text as it was; `+` is a space.",
    emit: (source) =>
      bind(
        sql`decodeURLFormComponent(${source})`,
        (plain) => sql`if(isValidUTF8(${plain}), ${plain}, toValidUTF8(${plain}))`,
      ),
    examples: {
      "url_decode('https%3a%2f%2fwww.bing.com%2f')": "https://www.bing.com/",
      "url_decode('a%20b%zz%')": "a b%zz%",
      "url_decode('')": "",
    },
  },
});

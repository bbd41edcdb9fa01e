import { type Sql, sql, text } from "../sql/sql.js";
import { bind } from "./bind.js";
import { type ScalarEntry, scalars } from "./entry.js";
import { bracketed } from "./json-text.js";
import { value } from "./value.js";

/** A bag with these keys, whose values are JSON texts. */
function bag(members: readonly (readonly [key: string, json: Sql])[]): Sql {
  return bracketed(
    "{",
    members.map(([key, json]) => sql`concat(${text(`${JSON.stringify(key)}:`)}, ${json})`),
  );
}

function group(groups: Sql, place: Sql): Sql {
  return sql`toJSONString(${groups}[${place}])`;
}

/** The parameters of a query as a bag; of a name that comes twice the first counts. */
function parameters(query: Sql): Sql {
  const name = sql`splitByChar('=', _p)[1]`;
  const member = sql`concat(toJSONString(${name}), ':', toJSONString(if(position(_p, '=') = 0, '', substring(_p, position(_p, '=') + 1))))`;
  return bind(sql`arrayFilter(_p -> _p != '', splitByChar('&', ${query}))`, (pieces) => {
    const names = sql`arrayMap(_p -> ${name}, ${pieces})`;
    return bind(names, (all) => {
      const first = sql`arrayFilter((_p, _i) -> indexOf(${all}, ${name}) = _i, ${pieces}, arrayEnumerate(${pieces}))`;
      return sql`concat('{', arrayStringConcat(arrayMap(_p -> ${member}, ${first}), ','), '}')`;
    });
  });
}

const urlPattern =
  "(?s)^(?:([A-Za-z][A-Za-z0-9+.-]*):)?" + // scheme
  "(?://(?:([^:@/?#]*)(?::([^@/?#]*))?@)?" + // user and password
  "(\\[[^\\]]*\\]|[^:/?#]*)(?::([0-9]+))?)?" + // host and port
  "([^?#]*)(?:\\?([^#]*))?(?:#(.*))?$"; // path, query, fragment

const url: ScalarEntry = {
  about:
    "The parts of an absolute URL as a bag: Scheme, Host, Port, Path, Username, Password, Query Parameters, Fragment.",
  emit: (source) =>
    value(
      bind(source.sql, (whole) =>
        bind(sql`extractGroups(${whole}, ${text(urlPattern)})`, (groups) => {
          const parts = bag([
            ["Scheme", group(groups, sql`1`)],
            ["Host", group(groups, sql`4`)],
            ["Port", group(groups, sql`5`)],
            ["Path", group(groups, sql`6`)],
            ["Username", group(groups, sql`2`)],
            ["Password", group(groups, sql`3`)],
            ["Query Parameters", parameters(sql`${groups}[7]`)],
            ["Fragment", group(groups, sql`8`)],
          ]);
          return sql`if(${whole} = '', '', ${parts})`;
        }),
      ),
      "dynamic",
    ),
  examples: {
    "parse_url('scheme://username:password@host:1234/this/is/a/path?k1=v1&k2=v2#fragment')": {
      Scheme: "scheme",
      Host: "host",
      Port: "1234",
      Path: "/this/is/a/path",
      Username: "username",
      Password: "password",
      "Query Parameters": { k1: "v1", k2: "v2" },
      Fragment: "fragment",
    },
    "parse_url('https://[2001:db8::1]/?a=1&a=2&b')": {
      Scheme: "https",
      Host: "[2001:db8::1]",
      Port: "",
      Path: "/",
      Username: "",
      Password: "",
      "Query Parameters": { a: "1", b: "" },
      Fragment: "",
    },
    "parse_url('')": null,
  },
};

const query: ScalarEntry = {
  about: "The parameters of a URL's query as a bag, under `Query Parameters`.",
  emit: (source) =>
    value(
      bind(source.sql, (whole) => bag([["Query Parameters", parameters(whole)]])),
      "dynamic",
    ),
  examples: {
    "parse_urlquery('k1=v1&k2=v2&k3=v=3')": { "Query Parameters": { k1: "v1", k2: "v2", k3: "v=3" } },
    "parse_urlquery('')": { "Query Parameters": {} },
  },
};

const pathPattern =
  "(?s)^(?:([A-Za-z][A-Za-z0-9+.-]+)://)?" + // scheme
  "(?:(.*)[\\\\/])?" + // directory
  "([^\\\\/:]*)(?::([^\\\\/]*))?$"; // file and alternate data stream

function pathParts(groups: Sql): Sql {
  const directory = sql`${groups}[2]`;
  const file = sql`${groups}[3]`;
  return bag([
    ["Scheme", group(groups, sql`1`)],
    ["RootPath", sql`toJSONString(extract(${directory}, '^[A-Za-z]:'))`],
    ["DirectoryPath", sql`toJSONString(${directory})`],
    ["DirectoryName", sql`toJSONString(extract(${directory}, ${text("([^\\\\/:]*)$")}))`],
    ["Filename", sql`toJSONString(${file})`],
    ["Extension", sql`toJSONString(extract(${file}, ${text("\\.([^.]*)$")}))`],
    ["AlternateDataStreamName", group(groups, sql`4`)],
  ]);
}

function fields(record: Sql): Sql {
  const pattern = text(',(?:"((?:[^"]|"")*)"|([^,]*))');
  const rows = sql`extractAllGroupsVertical(concat(',', ${record}), ${pattern})`;
  return sql`arrayMap(_f -> if(_f[1] != '', replaceAll(_f[1], '""', '"'), _f[2]), ${rows})`;
}

/** Parts of URLs, paths, records and versions. */
export const textParsingFunctions = scalars({
  parse_url: url,
  parseurl: url,
  parse_urlquery: query,
  parseurlquery: query,
  parse_path: {
    about:
      "The parts of a file's path as a bag: Scheme, RootPath, DirectoryPath, DirectoryName, Filename, Extension, AlternateDataStreamName.",
    emit: (source) =>
      value(
        bind(source.sql, (whole) =>
          bind(
            sql`extractGroups(${whole}, ${text(pathPattern)})`,
            (groups) => sql`if(empty(${groups}), '', ${pathParts(groups)})`,
          ),
        ),
        "dynamic",
      ),
    examples: {
      "parse_path('file://C:/temp/file.txt:some.exe')": {
        Scheme: "file",
        RootPath: "C:",
        DirectoryPath: "C:/temp",
        DirectoryName: "temp",
        Filename: "file.txt",
        Extension: "txt",
        AlternateDataStreamName: "some.exe",
      },
      "parse_path('\\\\\\\\shared\\\\users\\\\temp\\\\file.txt.gz')": {
        Scheme: "",
        RootPath: "",
        DirectoryPath: "\\\\shared\\users\\temp",
        DirectoryName: "temp",
        Filename: "file.txt.gz",
        Extension: "gz",
        AlternateDataStreamName: "",
      },
      "parse_path('file')": {
        Scheme: "",
        RootPath: "",
        DirectoryPath: "",
        DirectoryName: "",
        Filename: "file",
        Extension: "",
        AlternateDataStreamName: "",
      },
    },
  },
  parse_csv: {
    about: "The fields of the first record of a comma-separated text, as an array of texts.",
    emit: (source) => {
      const record = sql`extract(${source}, ${text('(?s)^((?:"(?:[^"]|"")*"|[^"\\r\\n])*)')})`;
      const array = fields(record);
      return { ...value(sql`toJSONString(${array})`, "dynamic"), array: { sql: array, of: "string" } };
    },
    examples: {
      'parse_csv(\'aa,"b,b,b",cc,"Escaping quotes: ""Title""","line1\\nline2"\')': [
        "aa",
        "b,b,b",
        "cc",
        'Escaping quotes: "Title"',
        "line1\nline2",
      ],
      "parse_csv('record1,a,b,c\\nrecord2,x,y,z')": ["record1", "a", "b", "c"],
      "parse_csv(',a,')": ["", "a", ""],
    },
  },
  parse_version: {
    about: "A version of one to four parts as a decimal that sorts as versions do; null for any other text.",
    emit: (source) =>
      bind(source.sql, (version) => {
        const digits = sql`arrayStringConcat(arrayMap(_p -> leftPad(_p, 8, '0'), arrayResize(splitByChar('.', ${version}), 4, '0')))`;
        const sound = sql`match(${version}, ${text("^[0-9]{1,8}(?:\\.[0-9]{1,8}){0,3}$")})`;
        return sql`if(${sound}, toDecimal256OrNull(${digits}, 18), CAST(NULL AS Nullable(Decimal(76, 18))))`;
      }),
    examples: {
      "parse_version('0.0.0.5')": "5",
      "parse_version('1.2.3.4')": "1000000020000000300000004",
      "parse_version('0.2')": "20000000000000000",
      "parse_version('1.2.3.4.5')": null,
      "parse_version('v1')": null,
    },
  },
});

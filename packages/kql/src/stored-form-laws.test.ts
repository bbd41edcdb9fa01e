import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { printDiagnostic } from "./diagnostics/diagnostic.js";
import { storedPropertySql } from "./functions/stored-properties.js";
import { engine } from "./functions/testing/evaluate.js";
import { type StoredProperty, type TableSchema, workspaceSchema } from "./schema/schema.js";
import type { Column } from "./schema/types.js";
import { compiled, rowsOf } from "./testing/run.js";

/** The same rows twice: `Plain` as every type is stored, `Formed` with columns of few values and stored properties. */
const columns = [
  { name: "N", type: "long" },
  { name: "S", type: "string" },
  { name: "U", type: "string" },
  { name: "T", type: "string" },
  { name: "J", type: "dynamic" },
] as const satisfies readonly Column[];
const few: ReadonlySet<string> = new Set(["S", "U", "J/a", "J/0/a", "T/a"]);
const paths = [["a"], ["a", "b"], ["b"], [0], [0, "a"], ["a b"]];
const properties: readonly StoredProperty[] = ["J", "T"].flatMap((column) =>
  paths.map((path) => ({ column, path, stored: [column, ...path].join("/") })),
);
const plain: TableSchema = { name: "Plain", columns };
const formed: TableSchema = { name: "Formed", columns, properties };
const schema = workspaceSchema("forms", [plain, formed]);

const clickHouse = await engine();
beforeAll(async () => {
  const rows = fc.sample(fc.tuple(word, word, text, document), { seed: 20_260_104, numRuns: 160 });
  const values = rows.map((row, number) => `(${[number, ...row.map(quoted)].join(", ")})`).join(", ");
  for (const table of [plain, formed]) {
    await clickHouse.run(`CREATE TABLE ${table.name} (${declarations(table)}) ENGINE = MergeTree ORDER BY tuple()`);
    await clickHouse.run(`INSERT INTO ${table.name} VALUES ${values}`);
  }
});
afterAll(() => clickHouse.close());

const scalar = fc.constantFrom(
  ...['"x"', '"X"', '"é\\n\\"q\\""', '""', '"null"', '"5"', '"2026-01-01"', "null", "true", "false"],
  ...["5", "-5", "0", "5.0", "-0.5", "1e300", "9007199254740993", "9223372036854775807", "[]", "{}"],
);
const { node } = fc.letrec<{ readonly node: string }>((tie) => ({
  node: fc.oneof(
    { maxDepth: 3 },
    { weight: 3, arbitrary: scalar },
    {
      weight: 2,
      arbitrary: fc
        .uniqueArray(fc.tuple(fc.constantFrom("a", "b", "a b", "c"), tie("node")), {
          maxLength: 3,
          selector: ([k]) => k,
        })
        .map((members) => `{${members.map(([key, item]) => `"${key}":${item}`).join(",")}}`),
    },
    { weight: 1, arbitrary: fc.array(tie("node"), { maxLength: 3 }).map((items) => `[${items.join(",")}]`) },
  ),
}));
/** Dynamics as they are stored, and texts of users, which may be no JSON or have blanks and numbers beyond 64 bits. */
const document = fc.oneof({ weight: 9, arbitrary: node }, { weight: 1, arbitrary: fc.constant("") }).map(nullAsMissing);
const text = fc.oneof(
  { weight: 6, arbitrary: node },
  { weight: 1, arbitrary: node.map((json) => ` ${json.replaceAll(":", " : ").replaceAll(",", " ,\n")} `) },
  { weight: 1, arbitrary: node.map((json) => json.replaceAll("5", "123456789012345678901234")) },
  { weight: 1, arbitrary: fc.constantFrom("", "x", '{"a":', "{'a':1}", '{"a":1}x', '{"a":"\\u00e9\\/"}', "[1.50]") },
);
const word = fc.constantFrom("", "x", "X", "xy", "a b", "Zoë", "5", "null", "é", "Ж", "a.b-c");

describe("rows are the same however they are stored", () => {
  const reads = ["J.a", "J.a.b", "J.b", "J[0]", "J[0].a", "J['a b']", "J.a.b.c", "J.a[0]", "parse_json(T).a"].concat([
    ...[
      "todynamic(T).a.b",
      "parse_json(T)[0]",
      "parse_json(T)[0].a",
      "parse_json(T)['a b']",
      "parse_json(tostring(J.a)).b",
    ],
  ]);
  test.each(reads)("%s", async (path) => {
    const forms = [
      ...[path, `tostring(${path})`, `tolong(${path})`, `toint(${path})`, `todouble(${path})`, `tobool(${path})`],
      ...[`todatetime(${path})`, `totimespan(${path})`, `toguid(${path})`, `gettype(${path})`, `isnull(${path})`],
      ...[`isempty(${path})`, `isnotempty(${path})`, `${path} == "x"`, `${path} != "x"`, `${path} =~ "X"`],
      ...[`${path} == ""`, `${path} == 5`, `${path} != 5`, `${path} > 1`, `${path} == true`, `${path} has "x"`],
      ...[`${path} contains "q"`, `${path} startswith "x"`, `${path} in ("x", "5")`, `${path} !in~ ("X")`],
      ...[`tostring(${path}) == "5.0"`, `${path} has_any ("x", "null")`, `${path} matches regex "^.x"`],
      ...[`array_length(${path})`, `bag_keys(${path})`, `strcat(${path}, "-")`, `strlen(tostring(${path}))`],
      ...[`coalesce(tostring(${path}), "none")`, `iff(isempty(${path}), S, tostring(${path}))`, `${path}.z`],
      ...[`pack_array(${path})`, `bag_pack("k", ${path}).k`, `toupper(tostring(${path}))`],
    ];
    await same(`project N, ${forms.map((form, at) => `y${at} = ${form}`).join(", ")} | sort by N asc`);
    for (const operator of ['== "x"', '!= "x"', "== 5", "> 1", '!in ("x", "")', 'has "x"', '=~ "x"'])
      await same(`where ${path} ${operator} | project N | sort by N asc`);
    await same(`summarize c = count(), n = min(N) by k = tostring(${path}) | sort by n asc`);
    await same(`sort by tostring(${path}) asc, N desc | project N`);
  });

  test.each([
    "mv-expand e = J.a | project N, e | sort by N asc, tostring(e) asc",
    "mv-apply e = J.a on (summarize c = count(), m = max(tostring(e.b))) | project N, c, m | sort by N asc",
    "extend x = J.a | take 1000 | extend y = tostring(x.b), z = J.a.b | project N, y, z | sort by N asc",
    "join kind=inner (Plain | project N, Q = J) on N | where tostring(J.a) == tostring(Q.a) | project N, J.a.b | sort by N asc",
    "union Plain, Formed | summarize c = count(), d = dcount(tostring(J.a)) by S, x = tostring(J.b) | sort by S asc, x asc",
    "summarize s = array_sort_asc(make_set(S)), l = make_list(U), c = dcount(S), m = max(S), a = take_anyif(S, S == 'x') by U | project-away l | sort by U asc",
    "summarize arg_max(N, *) by S | sort by S asc",
    "summarize arg_min(strcat(U, S), N), make_list_if(S, N < 9), make_bag(J.a), countif(S has 'x') by U | project U, N, countif_ | sort by U asc",
    "distinct S, U | sort by S asc, U asc",
    "sort by N asc | extend p = prev(S), n = next(U, 1, 'none'), r = row_number(1, S != prev(S)), k = row_rank_dense(S) | project N, p, n, r, k",
    "sort by S asc, N asc | scan declare (c: long = 0, kept: string = '') with (step s: true => c = iff(S == s.S, s.c + 1, 0), kept = s.S;) | project N, c, kept",
    "partition by S (top 2 by N desc | project S, N) | sort by N asc",
    "top-nested 3 of S by count(), top-nested 2 of U by max(N) | sort by S asc, U asc",
    "where N < 1 or S == 'a.b-c' | top 5 by S desc | project S",
    "project N, c = case(S == 'x', U, S == '', 'none', S), i = iff(N > 3, S, U), j = iff(N > 3, S, 'k'), o = coalesce(S, U, 'z') | sort by N asc",
    "project N, a = toupper(S), b = strcat(S, U), c = substring(S, 1), d = split(S, '.'), e = S =~ U, f = S == U, g = strlen(S), h = reverse(S), i = extract('(.)', 1, S), k = replace_string(S, U, '-'), l = indexof(S, U), m = trim('x', S), n = isempty(S), o = S in (U, 'x'), p = S contains U, q = S has U, r = tolong(S), s = hash_sha256(S), t = S startswith U, u = min_of(S, U), v = parse_json(S), w = pack('a', S, 'b', U), x = countof(S, 'x'), y = tobool(S), z = strcmp(S, U) | sort by N asc",
    "where S has 'x' or U contains 'b' | project N | sort by N asc",
    "where S has_any ('x', 'zoë') and U !in~ ('X', 'a B') and S !has 'null' and S !startswith 'é' and U !endswith 'c' | project N | sort by N asc",
    "where S in ((Plain | where N < 3 | project U)) | project N | sort by N asc",
    "where (S == 'x' and U != 'x') or S matches regex '^[a-z]+$' or S hasprefix 'a' | project N | sort by N asc",
    "join kind=leftouter (Formed | summarize c = count() by U) on $left.S == $right.U | project N, S, U1, c | sort by N asc",
    "join kind=fullouter (Plain | where N < 5 | summarize c = count() by S) on S | summarize count() by S, S1, c | sort by S asc, S1 asc",
    "join kind=rightanti (Plain | distinct U | where U != 'x') on $left.S == $right.U | sort by U asc",
    "join (Plain | where N < 9) on S, U | summarize count() by S1, U1 | sort by S1 asc, U1 asc",
    "lookup (datatable(S: string, V: string)['x', 'is x', '', 'is empty']) on S | project N, V | sort by N asc",
    "parse S with a '.' b '-' c | project N, a, b, c | sort by N asc",
    "parse-where kind=regex S with @'(?P<q>[a-z])' | project N | sort by N asc",
    "extend k = strcat(S, '=', U, ';') | parse-kv k as (x: string, a: string) with (pair_delimiter=';', kv_delimiter='=') | project N, x, a | sort by N asc",
    "extend a = split(S, ' ') | mv-expand a to typeof(string), U2 = pack_array(U) | project N, a, U2 | sort by N asc, a asc",
    "make-series c = count() default = 0 on N from 0 to 160 step 40 by S | sort by S asc",
    "where S != '' | evaluate pivot(S, count(), U) | sort by U asc",
    "evaluate bag_unpack(J, columnsConflict='keep_source') | count",
    "let few = materialize(Plain | distinct S); join kind=leftsemi few on S | count",
    "sample-distinct 100 of S | sort by S asc",
    "serialize | extend w = row_window_session(datetime(2026-01-01) + N * 1m, 1h, 10m, S != prev(S)) | project N, w | sort by N asc",
    "make-graph S --> U with_node_id=id | graph-match (a)-->(b) project a.id, b.id | summarize count() by a_id, b_id | sort by a_id asc, b_id asc",
  ])("%s", (query) => same(query));
});

/** Says of a query over `Formed` that it gives the rows that it gives over `Plain`. */
async function same(query: string): Promise<void> {
  const of = (table: string) =>
    `${query.startsWith("let") ? query.replace("; ", `; ${table} | `) : `${table} | ${query}`}`;
  expect(await answer(of("Formed")), query).toEqual(await answer(of("Plain")));
}

async function answer(query: string): Promise<readonly string[]> {
  const compilation = await compiled(clickHouse, { text: query, schema, now: 0n });
  if (compilation.rowsSql === undefined) throw new Error(compilation.diagnostics.map(printDiagnostic).join("\n"));
  return rowsOf(clickHouse, compilation);
}

function declarations(table: TableSchema): string {
  const isFormed = table.properties !== undefined;
  const typeOf = (name: string) => (isFormed && few.has(name) ? "LowCardinality(String)" : "String");
  const own = (table.properties ?? []).map(({ column, path, stored }) => {
    const type = column === "J" ? "dynamic" : "string";
    return `\`${stored}\` ${typeOf(stored)} MATERIALIZED ${storedPropertySql({ name: column, type }, path)}`;
  });
  return [...columns.map(({ name }) => `${name} ${name === "N" ? "Nullable(Int64)" : typeOf(name)}`), ...own].join(
    ", ",
  );
}

function nullAsMissing(json: string): string {
  return json === "null" ? "" : json;
}

function quoted(content: string): string {
  return `'${content.replace(/\\/g, "\\\\").replace(/'/g, "\\'").replace(/\n/g, "\\n")}'`;
}

/** Numbers from 0 to 1 that a seed determines (mulberry32). */
export function random(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** One of the queries with one to four random changes. */
export function mutant(queries, next) {
  const choose = (list) => list[Math.floor(next() * list.length)];
  let text = choose(queries);
  for (let left = 1 + Math.floor(next() * next() * 4); left > 0; left--)
    text = choose(mutations)(text, choose, queries);
  return text;
}

const token =
  /\/\/[^\n]*|@?"(?:[^"\\\n]|\\.)*"|@?'(?:[^'\\\n]|\\.)*'|\b\d+(?:\.\d+)?\w*|[A-Za-z_]\w*|\s+|[!=<>~]+|\.\.|./gs;

const literals = [
  ...["0", "1", "-1", "9223372036854775807", "1.5", "-0.0", "1h", "0s", "-7d", "''", '"a"', "'.'", "'%_'", '"é\\n"'],
  ...["true", "null", "dynamic(null)", "dynamic([1,'a',null])", "dynamic({'a':1})", "int(null)", "real(nan)"],
  ...["datetime(null)", "datetime(9999-12-31)", "now()", "ago(1d)", "guid(null)", "decimal(1.5)", "time(1.02:03:04)"],
];
const operators = [
  ...[
    "==",
    "!=",
    "<",
    ">",
    "<=",
    ">=",
    "+",
    "-",
    "*",
    "/",
    "%",
    "=~",
    "!~",
    "has",
    "!has",
    "has_cs",
    "contains",
    "in",
    "!in",
  ],
  ...[
    "in~",
    "startswith",
    "!endswith",
    "hasprefix",
    "matches regex",
    "and",
    "or",
    "has_any",
    "has_all",
    "between",
    "=",
  ],
];
const functions = [
  ...[
    "tostring",
    "tolong",
    "toint",
    "todouble",
    "tobool",
    "todatetime",
    "totimespan",
    "todynamic",
    "toguid",
    "todecimal",
  ],
  ...[
    "isnull",
    "isempty",
    "isnotempty",
    "strlen",
    "tolower",
    "strcat",
    "split",
    "extract",
    "parse_json",
    "array_length",
  ],
  ...[
    "bin",
    "startofday",
    "endofweek",
    "datetime_diff",
    "format_datetime",
    "coalesce",
    "iff",
    "case",
    "not",
    "abs",
    "round",
  ],
  ...[
    "count",
    "countif",
    "dcount",
    "sum",
    "avg",
    "min",
    "max",
    "make_set",
    "make_list",
    "arg_max",
    "take_any",
    "percentile",
  ],
  ...[
    "pack",
    "bag_keys",
    "bag_merge",
    "mv_expand",
    "row_number",
    "prev",
    "next",
    "ipv4_is_private",
    "parse_url",
    "hash",
  ],
  ...[
    "array_sort_asc",
    "set_union",
    "set_has_element",
    "indexof",
    "substring",
    "replace_string",
    "trim",
    "toscalar",
    "range",
  ],
  ...[
    "series_stats",
    "geo_distance_2points",
    "base64_decode_tostring",
    "url_decode",
    "materialize",
    "ago",
    "gettype",
    "zip",
  ],
];
const stages = [
  ...["| count", "| take 5", "| distinct *", "| sort by TimeGenerated asc", "| top 3 by TimeGenerated", "| where true"],
  ...["| extend X = 1, Y = strcat('a', X)", "| project TimeGenerated", "| project-away TimeGenerated", "| serialize"],
  ...["| summarize count() by bin(TimeGenerated, 1h)", "| summarize arg_max(TimeGenerated, *) by Type", "| getschema"],
  ...["| mv-expand X", "| union SigninLogs", "| join kind=leftouter (SigninLogs) on UserPrincipalName", "| as Z"],
  ...[
    "| lookup AuditLogs on OperationName",
    "| parse Type with A ':' B:long *",
    "| extend N = row_number(), P = prev(Type)",
  ],
  ...[
    "| make-series count() default=0 on TimeGenerated from ago(7d) to now() step 1d",
    "| render timechart",
    "| limit 0",
  ],
  ...[
    "| mv-apply E = dynamic([1,2]) to typeof(long) on (where E > 1 | summarize s = sum(E))",
    "| sample 3",
    "| where * has 'a'",
  ],
  ...["| summarize make_set(Type), make_list(TimeGenerated), dcount(Type) by TenantId", "| project-rename Q = Type"],
  ...[
    "| evaluate bag_unpack(todynamic(Type))",
    "| partition by Type (take 1)",
    "| summarize percentiles(strlen(Type), 5, 95)",
  ],
  ...[
    "| project-reorder Type",
    "| invoke f()",
    "| search 'a'",
    "| top-nested 2 of Type by count()",
    "| reduce by Type",
  ],
];

const mutations = [
  onTokens((tokens, at) => tokens.splice(at, 1)),
  onTokens((tokens, at) => tokens.splice(at, 0, tokens[at])),
  onTokens((tokens, at, choose) => {
    const other = choose([...tokens.keys()]);
    [tokens[at], tokens[other]] = [tokens[other], tokens[at]];
  }),
  onTokens((tokens, at, choose) => tokens.splice(at, 1, choose(tokens)), /^[A-Za-z_]/),
  onTokens((tokens, at, choose) => tokens.splice(at, 1, choose(literals)), /^(@?["']|\d)/),
  onTokens((tokens, at, choose) => tokens.splice(at, 1, choose(literals)), /^[A-Z]\w+$/),
  onTokens((tokens, at, choose) => tokens.splice(at, 1, choose(operators)), operator()),
  onTokens((tokens, at, choose) => tokens.splice(at, 1, ` ${choose(operators)} `), operator()),
  onTokens((tokens, at, choose) => tokens.splice(at, 1, choose(functions)), /^[a-z][a-z0-9_]+$/),
  onTokens(
    (tokens, at, choose) => tokens.splice(at, 1, `${choose(functions)}(${tokens[at]})`),
    /^([A-Z]\w+|@?["'].*|\d+)$/s,
  ),
  onStages((parts, at) => parts.splice(at, 1)),
  onStages((parts, at) => parts.splice(at, 0, parts[at])),
  onStages((parts, at, choose) => parts.splice(at, 0, parts.splice(choose([...parts.keys()]), 1)[0])),
  onStages((parts, at, choose) => parts.splice(at + 1, 0, `${choose(stages)}\n`)),
  onStages((parts, at, choose) => parts.splice(at + 1, 0, `${choose(stages)}\n`)),
  onStages((parts, at, choose, queries) => parts.splice(at + 1, 0, choose(stagesOf(choose(queries))))),
  (text, choose) => text.slice(0, choose([...Array(text.length + 1).keys()])),
];

function operator() {
  return /^([!=<>~]+|[-+*/%]|has|!?contains|!?in~?|startswith|endswith|and|or|has_any|matches|between)$/;
}

/** A change at one of the tokens that look like this. */
function onTokens(change, like = /\S/) {
  return (text, choose) => {
    const tokens = text.match(token) ?? [];
    const places = [...tokens.keys()].filter((at) => like.test(tokens[at]));
    if (places.length === 0) return text;
    change(tokens, choose(places), choose);
    return tokens.join("");
  };
}

/** A change at one of the stages, each of which begins with its bar. */
function onStages(change) {
  return (text, choose, queries) => {
    const parts = stagesOf(text);
    change(parts, choose([...parts.keys()]), choose, queries);
    return parts.join("");
  };
}

function stagesOf(text) {
  return text.split(/(?=^[ \t]*\|)/m);
}

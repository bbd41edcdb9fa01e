/** Which packages a package may import. */
export const allowedPackages: Readonly<Record<string, readonly string[]>> = {
  kql: [],
  catalog: ["kql"],
  server: ["kql", "catalog"],
};

/**
 * Which folders (or top files) of the same package a folder may import: a whole folder, or one file of it. `*` stands for
 * all. A package that is not here has no folders.
 */
export const allowedFolders: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  kql: {
    source: [],
    schema: [],
    sql: [],
    "engine-settings": [],
    diagnostics: ["source"],
    compilation: [
      "diagnostics",
      "schema",
      "dissect/dissection",
      "query-emptiness",
      "plan/transform",
      "facts/query-facts",
    ],
    functions: ["schema", "sql"],
    plan: ["source", "schema", "functions/value"],
    syntax: ["source", "diagnostics", "schema", "plan/expression"],
    operators: ["source", "diagnostics", "schema", "compilation", "syntax", "plan", "functions"],
    passes: ["plan", "functions"],
    facts: ["plan", "schema/types", "functions/value", "syntax/node"],
    dissect: ["schema/types", "plan/expression", "syntax/node"],
    emit: ["diagnostics", "schema", "sql", "compilation", "plan", "functions"],
    support: ["functions", "operators", "syntax"],
    compile: [
      "source",
      "schema",
      "diagnostics",
      "compilation",
      "syntax",
      "operators",
      "plan",
      "passes",
      "facts",
      "dissect",
      "emit",
    ],
    "query-emptiness": ["schema", "plan"],
    probe: ["query-emptiness", "schema", "plan", "passes", "emit"],
    "compile-answered": ["compile", "compilation"],
    index: ["*"],
  },
  server: {
    platform: [],
    store: ["platform"],
    ingest: ["store", "platform"],
    geo: ["store", "platform"],
    search: ["store", "geo", "platform"],
    detect: ["search/query-error", "platform"],
    lint: ["detect", "store/failures", "platform"],
    feeds: ["lint/compile-rule", "store/failures", "platform"],
    coverage: ["lint", "feeds/measure", "rule-tests", "detect", "state", "store/failures", "platform"],
    exceptions: ["detect", "service/rules-in-force", "state", "platform"],
    "rule-tests": ["detect", "ingest", "search", "store", "platform"],
    state: ["store/failures", "store/owner", "platform"],
    notify: ["state", "platform"],
    service: ["state", "notify/notice", "feeds", "store", "ingest", "search", "detect", "platform"],
    hunts: ["service/incident-changes", "service/alert-row", "detect", "state", "store/failures", "platform"],
    replay: ["service", "store", "search", "detect", "platform"],
    catalogue: [
      "main",
      "state",
      "detect",
      "feeds/measure",
      "search",
      "ingest/files",
      "ingest/unpack",
      "ingest/zip",
      "store/failures",
      "store/store",
      "platform",
    ],
    demo: ["platform"],
    functions: ["platform"],
    main: ["store", "ingest", "search", "detect", "functions", "platform"],
    cli: ["*"],
  },
};

/** Modules from outside that only some places may import, by the start of the place's path; all others may be used in no place. */
export const allowedModules: Readonly<Record<string, readonly string[]>> = {
  "@kusto/language-service-next": ["packages/kql/src/syntax/"],
  "smol-toml": ["packages/catalog/src/languages/"],
  "@lezer/common": ["packages/catalog/src/languages/"],
  "@lezer/python": ["packages/catalog/src/languages/"],
  yaml: ["packages/catalog/src/", "packages/server/src/search/hybrid/user-agents.ts"],
  "@clickhouse/client": ["packages/server/src/store/"],
  chdb: ["packages/server/src/store/"],
  commander: ["packages/server/src/cli/"],
  s2js: ["packages/server/src/geo/"],
  "mmdb-lib": ["packages/server/src/geo/"],
  saxes: ["packages/server/src/search/hybrid/"],
  kysely: [
    "packages/server/src/state/",
    "packages/server/src/service/",
    "packages/server/src/hunts/",
    "packages/server/src/notify/",
    "packages/server/src/catalogue/",
  ],
  "modern-tar": ["packages/server/src/catalogue/"],
  nodemailer: ["packages/server/src/notify/"],
  "@electric-sql/pglite": ["packages/server/src/state/"],
  pg: ["packages/server/src/state/"],
  yauzl: ["packages/server/src/ingest/", "packages/server/src/store/"],
  // The language service is CommonJS: it is read through `createRequire`.
  "node:module": ["packages/kql/src/syntax/kusto.ts"],
  node: ["packages/server/src/"],
};

/** Folders whose files call each other as the grammar nests, so that cycles between them are in the nature of the thing. */
export const recursiveFolders: readonly string[] = ["packages/kql/src/operators/", "packages/kql/src/emit/"];

// Runs inside `node --build-snapshot`, where only Node's own modules can be required: reads KQL's language service into
// the heap that the snapshot keeps. `CALYPSO_LANGUAGE_SERVICE` is the folder of its package.
const { readFileSync } = require("node:fs");
const { join } = require("node:path");
const { startupSnapshot } = require("node:v8");

for (const file of ["bridge.min.js", "Kusto.Language.Bridge.min.js"]) {
  const text = readFileSync(join(process.env.CALYPSO_LANGUAGE_SERVICE, file), "utf8");
  new Function("exports", "require", "module", text)({}, undefined, { exports: {} });
}
// A first query makes the lists of functions, operators and grammar rules.
const { GlobalState, KustoCode, Symbols } = globalThis.Kusto.Language;
const table = Symbols.TableSymbol.From("(a:long, b:string, c:datetime, d:dynamic)").WithName("T");
const globals = GlobalState.Default.WithDatabase(new Symbols.DatabaseSymbol.ctor("snapshot", [table]));
KustoCode.ParseAndAnalyze("T | where b has 'x' | summarize count() by bin(c, 1h)", globals).GetDiagnostics();

startupSnapshot.setDeserializeMainFunction(() => {
  const { createRequire } = require("node:module");
  createRequire(process.argv[1])("../snapshot/main.cjs");
});

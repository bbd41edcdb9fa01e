/** The tables that hold logs in a workspace such as the demo tenant's: what `search` and `union *` range over. */
const filled = [
  ...["SigninLogs", "AADNonInteractiveUserSignInLogs", "AuditLogs", "SecurityEvent", "WindowsEvent", "Syslog"],
  ...["CommonSecurityLog", "AzureDiagnostics", "SecurityAlert", "AADUserRiskEvents", "OfficeActivity", "AzureActivity"],
];

const server = (path) => import(new URL(`../packages/server/dist/${path}`, import.meta.url).href);

/** The definitions of the shipped tables, as the store makes them, and the schema with all that ships. */
export async function shippedDefinitions() {
  const { shippedTables } = await server("store/shipped-tables.js");
  const { contentFolder } = await server("platform/content.js");
  const { shippedFunctions } = await server("functions/shipped-functions.js");
  const { Watchlists } = await server("ingest/watchlists/watchlists.js");
  const { defineTable, schemaOf, createStatement } = await server("store/table-definition.js");
  const shipped = shippedTables(`${contentFolder()}/tables`);
  const definitions = new Map();
  const define = (name) => {
    if (!definitions.has(name)) {
      const columns = shipped.columns(name);
      definitions.set(name, columns && defineTable(name, columns, shipped.forms(name)));
    }
    return definitions.get(name);
  };
  const schemas = new Map();
  const table = (name) => {
    if (!schemas.has(name)) schemas.set(name, define(name) && schemaOf(define(name), shipped.otherNames(name)));
    return schemas.get(name);
  };
  const functions = shippedFunctions(`${contentFolder()}/functions`);
  const watchlists = new Watchlists(contentFolder());
  return {
    create: (name) => createStatement(define(name)),
    schema: {
      name: "workspace",
      table,
      tableNames: shipped.names,
      filledTables: filled,
      function: (name) => functions.function(name),
      functionNames: functions.functionNames,
      watchlist: (alias) => watchlists.find(alias),
      watchlistAliases: watchlists.aliases,
    },
  };
}

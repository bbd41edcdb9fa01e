import { type Component, lazy } from "solid-js";

/** The parts of an address that a page's path names: `id` of `/incidents/:id`. */
export type PathParameters = Readonly<Record<string, string>>;

/** What a page is given. */
export interface PageProps {
  readonly parameters: PathParameters;
}

/** A page of the application; its script is loaded when it is first shown. */
export interface Page {
  /** With parameters as `:name`. */
  readonly path: string;
  readonly name: string;
  /** Whether it stands in the navigation; the others are reached from those. */
  readonly inNavigation: boolean;
  /** Whether it is there for those too who are not signed in. */
  readonly isOpen: boolean;
  readonly component: Component<PageProps>;
}

const aside = { inNavigation: false };
const open = { inNavigation: false, isOpen: true };

/** Every page, those of the navigation in its order; the first is shown where no other is asked for. */
export const pages: readonly [Page, ...Page[]] = [
  page("/incidents", "Incidents", async () => ({ default: (await import("../incidents/queue-page.tsx")).QueuePage })),
  page(
    "/incidents/:id",
    "Incident",
    async () => ({ default: (await import("../incidents/incident-page.tsx")).IncidentPage }),
    aside,
  ),
  page("/alerts", "Alerts", async () => ({ default: (await import("../incidents/alerts-page.tsx")).AlertsPage })),
  page(
    "/alerts/:id",
    "Alert",
    async () => ({ default: (await import("../incidents/alert-page.tsx")).AlertPage }),
    aside,
  ),
  page(
    "/entities/:type/:name",
    "Entity",
    async () => ({ default: (await import("../entities/entity-page.tsx")).EntityPage }),
    aside,
  ),
  page("/hunt", "Hunt", async () => ({ default: (await import("../hunt/hunt-page.tsx")).HuntPage })),
  page("/rules", "Rules", async () => ({ default: (await import("../rules/rules-page.tsx")).RulesPage })),
  page("/rules/:key", "Rule", async () => ({ default: (await import("../rules/rule-page.tsx")).RulePage }), aside),
  page(
    "/new-rule",
    "New rule",
    async () => ({ default: (await import("../rules/new-rule-page.tsx")).NewRulePage }),
    aside,
  ),
  page("/catalogue", "Catalogue", async () => ({
    default: (await import("../catalogue/catalogue-page.tsx")).CataloguePage,
  })),
  page("/coverage", "Coverage", async () => ({
    default: (await import("../coverage/coverage-page.tsx")).CoveragePage,
  })),
  page(
    "/catalogue/rules/:id",
    "Rule of the catalogue",
    async () => ({ default: (await import("../catalogue/rule-page.tsx")).RulePage }),
    aside,
  ),
  page(
    "/catalogue/compare",
    "Compare rules",
    async () => ({ default: (await import("../catalogue/compare-page.tsx")).ComparePage }),
    aside,
  ),
  page(
    "/catalogue/techniques/:id",
    "Technique",
    async () => ({ default: (await import("../catalogue/technique-page.tsx")).TechniquePage }),
    aside,
  ),
  page(
    "/catalogue/tables",
    "Tables of the catalogue",
    async () => ({ default: (await import("../catalogue/tables-page.tsx")).CatalogueTablesPage }),
    aside,
  ),
  page(
    "/catalogue/table",
    "Table of the catalogue",
    async () => ({ default: (await import("../catalogue/table-page.tsx")).CatalogueTablePage }),
    aside,
  ),
  page(
    "/catalogue/field",
    "Field",
    async () => ({ default: (await import("../catalogue/field-page.tsx")).CatalogueFieldPage }),
    aside,
  ),
  page(
    "/catalogue/sources",
    "Sources of rules",
    async () => ({ default: (await import("../catalogue/sources-page.tsx")).SourcesPage }),
    aside,
  ),
  page("/data", "Data", async () => ({ default: (await import("../data/data-page.tsx")).DataPage })),
  page("/data/:table", "Table", async () => ({ default: (await import("../data/table-page.tsx")).TablePage }), {
    inNavigation: false,
  }),
  page("/tables", "Tables", async () => ({ default: (await import("../tables/tables-page.tsx")).TablesPage })),
  page(
    "/account",
    "Account",
    async () => ({ default: (await import("../access/account-page.tsx")).AccountPage }),
    aside,
  ),
  page("/users", "Users", async () => ({ default: (await import("../access/users-page.tsx")).UsersPage }), aside),
  page("/audit", "Audit log", async () => ({ default: (await import("../access/audit-page.tsx")).AuditPage }), aside),
  page("/sign-in", "Sign in", async () => ({ default: (await import("../access/sign-in-page.tsx")).SignInPage }), open),
  page("/set-up", "Welcome", async () => ({ default: (await import("../access/set-up-page.tsx")).SetUpPage }), open),
  page("/keys", "Keys", async () => ({ default: (await import("./keys-page.tsx")).KeysPage }), aside),
];

function page(
  path: string,
  name: string,
  load: () => Promise<{ readonly default: Component<PageProps> }>,
  { inNavigation = true, isOpen = false }: { readonly inNavigation?: boolean; readonly isOpen?: boolean } = {},
): Page {
  return { path, name, inNavigation, isOpen, component: lazy(load) };
}

/** The page of a path, with the parameters that the path holds. */
export function pageAt(path: string): { readonly page: Page; readonly parameters: PathParameters } | undefined {
  if (path === "/") return { page: pages[0], parameters: {} };
  for (const page of pages) {
    const parameters = parametersOf(page.path, path);
    if (parameters !== undefined) return { page, parameters };
  }
  return undefined;
}

function parametersOf(pattern: string, path: string): PathParameters | undefined {
  const [wanted, given] = [pattern.split("/"), path.split("/")];
  if (wanted.length !== given.length) return undefined;
  const parameters: Record<string, string> = {};
  for (const [index, part] of wanted.entries()) {
    const text = given[index] ?? "";
    if (part.startsWith(":")) {
      const value = decoded(text);
      if (value === undefined || value === "") return undefined;
      parameters[part.slice(1)] = value;
    } else if (part !== text) return undefined;
  }
  return parameters;
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

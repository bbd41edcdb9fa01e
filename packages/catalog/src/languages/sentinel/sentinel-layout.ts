/** True where a file of that path may hold Sentinel's rules or hunting queries, as the public repositories lay them out. */
export function mayHoldSentinel(path: string): boolean {
  const parts = path.split("/");
  const name = parts.at(-1) ?? "";
  if (parts.slice(0, -1).some((folder) => folder.startsWith(".") || otherContent.has(folder.toLowerCase())))
    return false;
  if (notRules.test(name)) return false;
  // What a solution installs is in one template; the files beside it are its screens and pictures.
  if (parts.some((folder) => folder.toLowerCase() === "package")) return name.toLowerCase() === "maintemplate.json";
  return /\.(?:ya?ml|json|kql|kusto|csl|kqlx|md|markdown)$/i.test(name);
}

/** Folders of content beside rules. */
const otherContent: ReadonlySet<string> = new Set([
  ...["asim", "parsers", "functions", "playbooks", "workbooks", "watchlists", "dashboards", "notebooks", "tutorials"],
  ...["data connectors", "dataconnectors", "sample data", "tools", "images", "logos", "node_modules", "summary rules"],
]);

/** Files that stand beside rules and are none: tests, guidance and settings, a repository's own pages. */
const notRules =
  /^(?:readme|license|contributing|changelog|releasenotes|security|code_of_conduct)\b|\.(?:tests|guidance)\.ya?ml$|^(?:exceptions|overrides|notifications|solutionmetadata|createuidefinition|package(?:-lock)?|tsconfig)\./i;

import type { LanguageSupport, Support } from "@calypso/kql";

/** The page about functions, from the compiler's own entries. */
export function functionsPage({ scalarFunctions, aggregates, plugins }: LanguageSupport): string {
  return page(
    "Functions",
    "Which of KQL's functions are translated, what each does, and examples with their results. Every example is run by a test.",
    counts({ "scalar functions": scalarFunctions, aggregates, plugins }),
    section("Scalar functions", scalarFunctions),
    section("Aggregates", aggregates),
    section("Plugins", plugins),
  );
}

/** The page about operators, from the compiler's own entries. */
export function operatorsPage({ operators, expressionOperators }: LanguageSupport): string {
  return page(
    "Operators",
    "Which of KQL's tabular operators are translated, and the operators that expressions may use.",
    counts({ "tabular operators": operators }),
    section("Tabular operators", operators),
    section("Operators of expressions", expressionOperators),
  );
}

type Codes = Readonly<Record<string, string>>;

/** The page about codes of errors and warnings, from the tables of the compiler, the rule reader and the store. */
export function errorsPage(codes: {
  readonly queries: Codes;
  readonly rules: Codes;
  readonly failures: Codes;
}): string {
  return page(
    "Errors and warnings",
    "Each message begins with its code. A query that is wrong names the place; codes of the form `KS142` come from Microsoft's KQL binder and are documented there.",
    `## Queries\n\n${codeTable(codes.queries)}`,
    `## Rules\n\n${codeTable(codes.rules)}`,
    `## Data, workspace and engine\n\n${codeTable(codes.failures)}`,
  );
}

type Checks = Readonly<Record<string, { readonly severity: string; readonly about: string }>>;

/** The page about what `calypso rules lint` checks, from the checks' own entries. */
export function checksPage(families: Readonly<Record<string, Checks>>): string {
  const table = (checks: Checks) => [
    "| check | severity | what it finds |",
    "| --- | --- | --- |",
    ...Object.entries(checks).map(([id, { severity, about }]) => `| \`${id}\` | ${severity} | ${about} |`),
  ];
  return page(
    "Checks of rules",
    "What `calypso rules lint` looks for, beside what is wrong with a rule's document or with its query, whose codes are among the [errors](errors.md).",
    ignoring,
    ...Object.entries(families).map(([name, checks]) => `## ${name}\n\n${table(checks).join("\n")}`),
  );
}

const ignoring = `## Taking a finding for known

A warning or note that is meant to be there is named in the file; errors are never ignored.

- A comment \`# calypso-ignore CHECK, CHECK\` in YAML or \`// calypso-ignore CHECK\` in KQL: on the line itself, or alone on the line before.
- \`# calypso-ignore-file CHECK\` anywhere in the file: everywhere in it.
- The key \`lintIgnore\` of a rule, a list of checks; in JSON, which has no comments, it stands beside the rule's other keys.`;

function page(title: string, about: string, ...parts: readonly string[]): string {
  return [`# ${title}`, `${about} This page is made from the code by \`npm run docs\`.`, ...parts].join("\n\n") + "\n";
}

function counts(lists: Readonly<Record<string, readonly Support[]>>): string {
  const rows = Object.entries(lists).map(([name, list]) => {
    const of = (status: Support["status"]) => list.filter((one) => one.status === status).length;
    return `| ${name} | ${list.length} | ${of("exact")} | ${of("limited")} | ${of("refused")} |`;
  });
  const head = ["| | in KQL | exact | exact within a stated limit | refused |", "| --- | --: | --: | --: | --: |"];
  return [...head, ...rows].join("\n");
}

function section(title: string, list: readonly Support[]): string {
  const refused = list.filter(({ status }) => status === "refused");
  const entries = list.filter(({ status }) => status !== "refused").map(entry);
  const names = refused.filter(({ refusal }) => refusal === undefined).map(({ name }) => code(name));
  const reasons = refused.flatMap(({ name, refusal }) =>
    refusal === undefined ? [] : [`- ${code(name)} ${refusal.why}; ${refusal.hint}.`],
  );
  const never = [
    ...(refused.length === 0 ? [] : ["### Refused by name"]),
    ...(reasons.length === 0 ? [] : [reasons.join("\n")]),
    ...(names.length === 0 ? [] : [names.join(", ")]),
  ];
  return [`## ${title}`, ...entries, ...never].join("\n\n");
}

function entry({ name, about, limit, examples }: Support): string {
  const lines = Object.entries(examples ?? {}).map(
    ([example, result]) => `- ${code(example)} → ${code(value(result))}`,
  );
  return [
    `### ${code(name)}`,
    ...(about === undefined ? [] : [about]),
    ...(limit === undefined ? [] : [`*Limit:* ${limit}`]),
    ...(lines.length === 0 ? [] : [lines.join("\n")]),
  ].join("\n\n");
}

function codeTable(codes: Codes): string {
  const rows = Object.entries(codes).map(([name, about]) => `| \`${name}\` | ${about.replaceAll("|", "\\|")} |`);
  return ["| code | meaning |", "| --- | --- |", ...rows].join("\n");
}

function value(result: unknown): string {
  return typeof result === "string" ? `"${result}"` : JSON.stringify(result);
}

/** Text in backticks, whatever it holds. */
function code(text: string): string {
  const shown = text.replace(/\s*\n\s*/g, " ");
  const longest = Math.max(0, ...[...shown.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = "`".repeat(longest + 1);
  return longest === 0 && shown.trim() !== "" ? `\`${shown}\`` : `${fence} ${shown} ${fence}`;
}

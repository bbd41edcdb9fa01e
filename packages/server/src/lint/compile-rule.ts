import type { Rule } from "@calypso/catalog";
import type { Compilation, CompileRequest, QueryFacts, WorkspaceSchema } from "@calypso/kql";
import { exclusionsOf } from "../detect/exceptions.js";

/** What looking at rules needs of a workspace. */
export interface LintPorts {
  schema(): WorkspaceSchema;
  compile(request: Omit<CompileRequest, "scratch" | "answers">): Promise<Compilation>;
}

/** What `now()` is while rules are looked at: a midnight, so that no part of a day is taken for time that a rule cannot see. */
export const midnight = BigInt(Date.UTC(2026, 0, 1)) * 10_000n;

/** Compiles a rule's query, with its exceptions, with all of time in sight, as it is looked at for what it says itself. */
export async function compileRule(
  ports: LintPorts,
  rule: Rule,
  { strict = false }: { readonly strict?: boolean } = {},
): Promise<Compilation> {
  const exclusions = exclusionsOf(rule, rule.exceptions ?? []);
  const request = {
    ...{ text: rule.query.text, sourceName: rule.file, now: midnight, strict, schema: ports.schema() },
    ...(exclusions.length === 0 ? {} : { exclusions }),
  };
  const compilation = await ports.compile(request);
  const isUnknown = ({ code, severity }: Compilation["diagnostics"][number]) =>
    code === "unknown-table" && severity === "error";
  if (!compilation.diagnostics.some(isUnknown)) return compilation;
  return ports.compile({ ...request, schema: withTables(request.schema, compilation.facts?.()) });
}

/**
 * The schema for patterns such as `union Device*`, which stand for tables with data, where there is no data: they stand for
 * all tables that are known, and `*` for some.
 */
function withTables(schema: WorkspaceSchema, facts: QueryFacts | undefined): WorkspaceSchema {
  const filledTables = facts === undefined || facts.everything.length > 0 ? usualTables : schema.tableNames;
  return Object.create(schema, { filledTables: { value: filledTables } });
}

const usualTables = ["AuditLogs", "CommonSecurityLog", "OfficeActivity", "SecurityEvent", "SigninLogs", "Syslog"];

/** A shipped function: the file that holds it, and what it is called there. */
export interface ShippedName {
  readonly file: string;
  readonly name: string;
}

/** Schemas by the beginning that their functions' names share, the longest first. */
const schemas: Readonly<Record<string, string>> = {
  Authentication: "authentication",
  AuditEvent: "audit-event",
  Dns: "dns",
  FileEvent: "file-event",
  NetworkSession: "network-session",
  ProcessEvent: "process-event",
  ProcessCreate: "process-event",
  ProcessTerminate: "process-event",
  Process: "process-event",
  RegistryEvent: "registry-event",
  Registry: "registry-event",
  UserManagement: "user-management",
  WebSession: "web-session",
};

/** Names of which customers' deployments and the built-in functions have different ones. */
const irregular: Readonly<Record<string, string>> = {
  _Im_Process: "_Im_ProcessEvent",
  _ASim_Process: "_ASim_ProcessEvent",
  _ASim_ProcessCreate: "_ASim_ProcessEvent_Create",
  _ASim_ProcessTerminate: "_ASim_ProcessEvent_Terminate",
  _ASim_ProcessEventCreate: "_ASim_ProcessEvent_Create",
  _ASim_ProcessEventTerminate: "_ASim_ProcessEvent_Terminate",
  _Im_ProcessEventCreate: "_Im_ProcessCreate",
  _Im_ProcessEventTerminate: "_Im_ProcessTerminate",
  _Im_ProcessEvent_Create: "_Im_ProcessCreate",
  _Im_ProcessEvent_Terminate: "_Im_ProcessTerminate",
  _Im_Registry: "_Im_RegistryEvent",
  _ASim_Registry: "_ASim_RegistryEvent",
};

/** Functions that are no parsers, by the file that holds them. */
export const files: Readonly<Record<string, readonly string[]>> = {
  "watchlists.kql": ["_GetWatchlistAlias"],
  "defender.kql": ["FileProfile", "DeviceFromIP", "AssignedIPAddresses", "SeenBy"],
  "asim/every-schema.kql": [
    "asimCommon",
    "asimDevice",
    "asimXmlText",
    "asimAccount",
    "asimUsernameType",
    "asimUserType",
    "asimAddress",
    "asimProcessId",
  ],
};

/** Where the function of this name is; undefined where none is shipped. */
export function shippedName(name: string): ShippedName | undefined {
  const file = Object.keys(files).find((path) => files[path]?.includes(name));
  return file === undefined ? asimFunction(name) : { file, name };
}

/** The files that hold the parsers of ASIM. */
export const asimFiles: readonly string[] = [...new Set(Object.values(schemas))].map((schema) => `asim/${schema}.kql`);

/**
 * The function behind a name of ASIM. `_Im_Dns` and `imDns` unify and filter, `_ASim_Dns` and `ASimDns` unify, `vimDnsSyslog`,
 * `_Im_Dns_Syslog`, `ASimDnsSyslog` and `_ASim_Dns_Syslog` read one source.
 */
function asimFunction(name: string): ShippedName | undefined {
  const match = /^(_Im_|_ASim_|im|ASim|vim|asim)([A-Z]\w*)$/.exec(name);
  const [, prefix = "", rest = ""] = match ?? [];
  const schema = Object.keys(schemas).find((start) => rest.startsWith(start));
  if (schema === undefined) return undefined;
  const file = `asim/${schemas[schema]}.kql`;
  if (prefix === "vim" || prefix === "asim") return { file, name };
  const unifier = `${prefix === "im" ? "_Im_" : prefix === "ASim" ? "_ASim_" : prefix}${rest}`;
  const known = irregular[unifier] ?? unifier;
  const isUnifier = rest === schema || /^_(?:Create|Terminate)$/.test(rest.slice(schema.length)) || known !== unifier;
  return { file, name: isUnifier ? known : `vim${schema}${rest.slice(schema.length).replace(/^_/, "")}` };
}

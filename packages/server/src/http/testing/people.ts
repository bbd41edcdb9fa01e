import type { Role } from "@calypso/contract";
import { setPassword } from "../../access/accounts.js";
import { addUser } from "../../access/users.js";
import { type Answered, type Asking, ask } from "./ask.js";
import type { TestServer } from "./test-server.js";

/** Adds a user with a password; gives the id. */
export async function addPerson({ served }: TestServer, name: string, role: Role, password: string): Promise<string> {
  const { context } = served.access;
  const { id } = await addUser(context, name, role);
  await setPassword(context, id, password);
  return id;
}

/** Signs in with a name and a password. */
export function withPassword(origin: string, name: string, password: string, asking: Asking = {}): Promise<Answered> {
  return ask(origin, "POST", "/session/password", { ...asking, body: { name, password } });
}

/** The cookie of somebody who has just signed in. */
export async function sessionOf(origin: string, name: string, password: string): Promise<string> {
  const { cookie } = await withPassword(origin, name, password);
  if (cookie === undefined) throw new Error(`${name} was not let in`);
  return cookie;
}

/** A change that a page of the service asks for. */
export function changeAs(
  origin: string,
  method: string,
  path: string,
  cookie: string,
  body?: unknown,
): Promise<Answered> {
  return ask(origin, method, path, { cookie, headers: { origin }, ...(body === undefined ? {} : { body }) });
}

/** An answer in short: its status, and the code of the problem where it is one. */
export function codeOf({ status, json }: Answered): string {
  return `${status} ${json["code"] ?? ""}`.trim();
}

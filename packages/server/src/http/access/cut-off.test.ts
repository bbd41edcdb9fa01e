import { afterAll, beforeAll, expect, test } from "vitest";
import { Access } from "../../access/access.js";
import { usualSettings } from "../../access/settings.js";
import { makeToken, revokeToken } from "../../access/tokens.js";
import { setDisabled, setRole, userNamed } from "../../access/users.js";
import { listen } from "../listen.js";
import { ask } from "../testing/ask.js";
import { addPerson } from "../testing/people.js";
import { type TestServer, testServer } from "../testing/test-server.js";

let server: TestServer;

beforeAll(async () => {
  server = await testServer({ access: usualSettings, now: () => new Date() });
});
afterAll(async () => {
  expect(server.faults).toEqual([]);
  await server.close();
});

/** Listens to what happens, from the first bytes on, and says how that ended. */
async function listening(token?: string): Promise<{ readonly ended: Promise<"cut"> }> {
  const headers = new Headers(token === undefined ? {} : { authorization: `Bearer ${token}` });
  const answer = await fetch(`${server.origin}/api/v1/events`, { headers });
  const reader = answer.body?.getReader();
  if (reader === undefined || (await reader.read()).done) throw new Error(`${answer.status}: nothing is heard`);
  const ended = (async () => {
    for (;;) {
      const part = await reader.read().catch(() => undefined);
      if (part === undefined || part.done) return "cut" as const;
    }
  })();
  return { ended };
}

test("no public name is listened under while nobody has to sign in, also not for a proxy on this machine", async () => {
  const { context } = server.served.access;
  const access = new Access(context, { ...usualSettings, origin: "https://calypso.contoso.example" });
  const options = { host: "127.0.0.1", port: 0, signal: new AbortController().signal, fault: () => {} };
  await expect(listen({ ...server.served, access }, options)).rejects.toThrow(/nobody has to sign in/);
});

test("a proxy behind which there may be anybody gets no answer while nobody has to sign in", async () => {
  for (const headers of [{ "x-forwarded-for": "203.0.113.9" }, { forwarded: "for=203.0.113.9" }]) {
    const { status } = await ask(server.origin, "GET", "/schema", { headers });
    expect(status).toBe(401);
  }
  expect((await ask(server.origin, "GET", "/schema")).status).toBe(200);
});

test("a stream ends at once when its user may not have it any more", async () => {
  const { context } = server.served.access;
  const local = await listening();
  await addPerson(server, "ada", "admin", "seven green bottles");
  expect(await local.ended).toBe("cut");
  await addPerson(server, "rhea", "responder", "a lamp behind the door");
  const rhea = await userNamed(context, "rhea");
  const stream = async () => {
    const { secret, token } = await makeToken(context, rhea, { name: "t", role: "responder", days: 1 });
    return { ...(await listening(secret)), token };
  };
  const revoked = await stream();
  await revokeToken(context, rhea.id, revoked.token.id);
  expect(await revoked.ended).toBe("cut");
  const lowered = await stream();
  await setRole(context, rhea.id, "reader");
  expect(await lowered.ended).toBe("cut");
  const other = await makeToken(context, await userNamed(context, "ada"), { name: "o", role: "reader", days: 1 });
  const staying = await listening(other.secret);
  const shutOut = await stream();
  await setDisabled(context, rhea.id, true);
  expect(await shutOut.ended).toBe("cut");
  // Nobody else's stream has ended with it.
  const first = await Promise.race([
    staying.ended,
    new Promise((resolve) => setTimeout(() => resolve("goes on"), 300)),
  ]);
  expect(first).toBe("goes on");
  await revokeToken(context, (await userNamed(context, "ada")).id, other.token.id);
  expect(await staying.ended).toBe("cut");
});

test("a user is the one of an id, also where another is called so", async () => {
  const { context } = server.served.access;
  for (const name of ["first", "second"]) {
    const { id } = await userNamed(context, await addPerson(server, name, "reader", "a gate without a fence"));
    await addPerson(server, id, "reader", "a name like a number");
    expect(await userNamed(context, id)).toMatchObject({ id, name });
  }
});

import type { OutgoingHttpHeaders } from "node:http";
import type { Role } from "@calypso/contract";
import { sql } from "kysely";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { usualSettings } from "../../access/settings.js";
import { addUser, setDisabled, setRole, userNamed } from "../../access/users.js";
import { type Answered, type Asking, ask } from "../testing/ask.js";
import { addPerson, changeAs, codeOf, sessionOf, withPassword } from "../testing/people.js";
import { type TestServer, testServer } from "../testing/test-server.js";

let server: TestServer;
let now = new Date("2026-10-14T03:00:00Z");

const passwords: Readonly<Record<string, string>> = {
  ada: "seven green bottles",
  rhea: "a lamp behind the door",
  ed: "rivers run uphill here",
};

beforeAll(async () => {
  server = await testServer({ access: usualSettings, now: () => now });
});
afterAll(async () => {
  expect(server.faults).toEqual([]);
  await server.close();
});
beforeEach(() => {
  // What was counted before is forgotten, and every session is over.
  now = new Date(now.getTime() + 24 * 3600 * 1000);
});

const call = (method: string, path: string, asking?: Asking) => ask(server.origin, method, path, asking);
const signIn = (name: string, password = passwords[name] ?? "", asking: Asking = {}) =>
  withPassword(server.origin, name, password, asking);
const session = (name: string) => sessionOf(server.origin, name, passwords[name] ?? "");
const change = (method: string, path: string, cookie: string, body?: unknown) =>
  changeAs(server.origin, method, path, cookie, body);

const users = new Map<string, string>();

const user = async (name: string, role: Role) =>
  void users.set(name, await addPerson(server, name, role, passwords[name] ?? ""));

test("nobody signs in until there is a user, and then everybody does", async () => {
  expect((await call("GET", "/session")).json).toMatchObject({ user: { id: "local" }, signIn: { needed: false } });
  expect((await call("GET", "/account")).json).toMatchObject({ kind: "local", sessions: [] });
  expect(codeOf(await call("POST", "/account/tokens", { body: { name: "t", role: "admin", days: 1 } }))).toBe(
    "403 forbidden",
  );
  await expect(user("rhea", "reader")).rejects.toThrow(/first user has to have the role admin/);
  await user("ada", "admin");
  await user("rhea", "reader");
  await user("ed", "engineer");
  const { json } = await call("GET", "/session");
  expect(json).toMatchObject({ signIn: { needed: true, passkeys: false, providers: [] } });
  expect(json).not.toHaveProperty("user");
  expect(codeOf(await call("GET", "/schema"))).toBe("401 not-signed-in");
  expect(codeOf(await call("GET", "/users"))).toBe("401 not-signed-in");
});

describe("a session", () => {
  test("begins with the right password, in a cookie that no script and no other site gets", async () => {
    const answer = await signIn("Rhea", passwords["rhea"]);
    expect(answer.json).toEqual({ user: { id: users.get("rhea"), name: "rhea", role: "reader" } });
    const { port } = new URL(server.origin);
    expect(answer.headers["set-cookie"]?.[0]).toMatch(
      new RegExp(`^calypso-session-${port}=[\\w-]{43}; Path=/; Expires=[^;]+; HttpOnly; SameSite=Strict$`),
    );
    const { json } = await call("GET", "/session", { cookie: answer.cookie });
    expect(json["user"]).toMatchObject({ name: "rhea", role: "reader" });
  });

  test("is kept as a digest, so that whoever reads the state cannot take it over", async () => {
    const cookie = await session("rhea");
    const secret = cookie.split("=")[1] ?? "";
    const rows = await sql<{ row: string }>`SELECT row_to_json(s)::text AS row FROM sessions s`.execute(
      server.state.db,
    );
    expect(rows.rows.length).toBeGreaterThan(0);
    expect(rows.rows.map(({ row }) => row).join()).not.toContain(secret);
    const hash = await server.state.db.selectFrom("users").select("password_hash").executeTakeFirstOrThrow();
    expect(hash.password_hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  });

  test("is a new one at each sign-in, whatever cookie the browser was given before, and the one before ends", async () => {
    const { port } = new URL(server.origin);
    const planted = `calypso-session-${port}=${"A".repeat(43)}`;
    const first = await signIn("rhea", passwords["rhea"], { cookie: planted });
    expect(first.cookie).toBeDefined();
    expect(first.cookie).not.toBe(planted);
    const headers = { origin: server.origin };
    const second = await signIn("rhea", passwords["rhea"], { cookie: first.cookie, headers });
    expect(second.cookie).not.toBe(first.cookie);
    expect(codeOf(await call("GET", "/schema", { cookie: first.cookie }))).toBe("401 not-signed-in");
    expect(codeOf(await call("GET", "/schema", { cookie: planted }))).toBe("401 not-signed-in");
    expect((await call("GET", "/schema", { cookie: second.cookie })).status).toBe(200);
  });

  test("ends after an hour without use, and after twelve hours whatever happens", async () => {
    const [idle, used, left] = [await session("rhea"), await session("ed"), await session("ed")];
    const begun = now.getTime();
    const at = (minutes: number) => {
      now = new Date(begun + minutes * 60_000);
    };
    for (let minutes = 50; minutes < 720; minutes += 50) {
      at(minutes);
      expect([minutes, (await call("GET", "/account", { cookie: used })).status]).toEqual([minutes, 200]);
      // A page that stands open and asks by itself.
      const { status } = await call("GET", "/account", { cookie: left, headers: { "x-calypso-unattended": "1" } });
      expect([minutes, status]).toEqual([minutes, minutes < 60 ? 200 : 401]);
    }
    expect(codeOf(await call("GET", "/account", { cookie: idle }))).toBe("401 not-signed-in");
    at(720);
    expect(codeOf(await call("GET", "/account", { cookie: used }))).toBe("401 not-signed-in");
  });

  test("ends when its user signs out, and its cookie is taken away", async () => {
    const cookie = await session("rhea");
    const out = await change("DELETE", "/session", cookie);
    expect(out.headers["set-cookie"]?.[0]).toMatch(/=; Max-Age=0; Path=\/; /);
    expect(codeOf(await call("GET", "/account", { cookie }))).toBe("401 not-signed-in");
  });

  test("ends when the role changes, when the user is disabled, and when the password changes elsewhere", async () => {
    const admin = await session("ada");
    const id = users.get("rhea") ?? "";
    const dies = async (work: () => Promise<unknown>, next: () => Promise<unknown>) => {
      const cookie = await session("rhea");
      expect((await call("GET", "/schema", { cookie })).status).toBe(200);
      await work();
      expect(codeOf(await call("GET", "/schema", { cookie }))).toBe("401 not-signed-in");
      await next();
    };
    const become = (body: unknown) => change("PATCH", `/users/${id}`, admin, body);
    await dies(
      () => become({ role: "responder" }),
      () => become({ role: "reader" }),
    );
    await dies(
      () => become({ disabled: true }),
      async () => {
        expect(codeOf(await signIn("rhea"))).toBe("401 sign-in-failed");
        await become({ disabled: false });
      },
    );
    await dies(
      async () => {
        const elsewhere = await session("rhea");
        const wrong = { current: "not this one at all", password: "another lamp, another door" };
        expect(codeOf(await change("POST", "/account/password", elsewhere, wrong))).toBe("422 access-refused");
        const right = { current: passwords["rhea"], password: passwords["rhea"] };
        expect((await change("POST", "/account/password", elsewhere, right)).status).toBe(200);
        expect((await call("GET", "/schema", { cookie: elsewhere })).status).toBe(200);
      },
      async () => {},
    );
  });

  test("of another user cannot be ended, nor seen", async () => {
    const [mine, theirs] = [await session("rhea"), await session("ed")];
    const { json } = await call("GET", "/account", { cookie: theirs });
    const [found] = json["sessions"] as { id: string }[];
    expect(codeOf(await change("DELETE", `/account/sessions/${found?.id}`, mine))).toBe("404 access-unknown");
    expect((await call("GET", "/account", { cookie: theirs })).status).toBe(200);
    const own = await call("GET", "/account", { cookie: mine });
    expect(own.json["sessions"]).toEqual([expect.objectContaining({ current: true, method: "password" })]);
  });
});

describe("somebody who guesses", () => {
  test("hears the same for a name that nobody has, a wrong password and a user who is disabled", async () => {
    const { context } = server.served.access;
    await setDisabled(context, await addPerson(server, "gone", "reader", "the winter was too long"), true);
    const answers = [
      await signIn("nobody", "seven green bottles"),
      await signIn("rhea", "seven green bottles"),
      await signIn("gone", "the winter was too long"),
    ];
    const texts = answers.map(({ status, json, headers: { date, ...headers } }) => ({ status, json, headers }));
    expect(texts).toEqual(Array(3).fill({ ...texts[0], status: 401 }));
  });

  test("is stopped after five guesses at a name, also at one that nobody has, and also when all come at once", async () => {
    for (const name of ["rhea", "nobody"]) {
      const answers = await Promise.all(Array.from({ length: 12 }, (_, n) => signIn(name, `guess number ${n}`)));
      const codes = answers.map(codeOf).sort();
      expect(codes).toEqual([...Array(5).fill("401 sign-in-failed"), ...Array(7).fill("429 too-many-attempts")]);
    }
    const right = await signIn("rhea");
    expect(codeOf(right)).toBe("429 too-many-attempts");
    expect(right.headers["retry-after"]).toBe("900");
    expect((await signIn("ed")).status).toBe(200);
    now = new Date(now.getTime() + 15 * 60_000);
    expect((await signIn("rhea")).status).toBe(200);
  });

  test("cannot go through the names of a company either", async () => {
    const codes = [];
    for (let n = 0; n < 52; n++) codes.push(codeOf(await signIn(`name${n}`, "Spring2026!!!")));
    expect(codes.slice(49)).toEqual(["401 sign-in-failed", "429 too-many-attempts", "429 too-many-attempts"]);
  });

  test("gets no further with a password of a megabyte, or with text of another kind", async () => {
    expect(codeOf(await signIn("rhea", "x".repeat(1_000_000)))).toBe("400 bad-request");
    expect(codeOf(await call("POST", "/session/password", { body: { name: { $ne: "" }, password: "x" } }))).toBe(
      "400 bad-request",
    );
    expect(codeOf(await signIn("rhea'; DROP TABLE users; --", "x"))).toBe("401 sign-in-failed");
  });
});

describe("another site", () => {
  test("cannot use the cookie of a session, whatever it says of itself", async () => {
    const cookie = await session("ada");
    const body = { name: "mallory", role: "admin" };
    const add = (headers: OutgoingHttpHeaders) => call("POST", "/users", { cookie, headers, body });
    const { host, port } = new URL(server.origin);
    const refused: readonly OutgoingHttpHeaders[] = [
      {},
      { origin: "https://evil.contoso.example" },
      { origin: "null" },
      { origin: `http://localhost.evil.example:${port}` },
      { origin: `http://127.0.0.1:${Number(port) - 1}` },
      { "sec-fetch-site": "same-site" },
      { "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate" },
      { host: "evil.contoso.example", origin: "http://evil.contoso.example" },
      { host: `${host}.evil.example`, origin: server.origin },
      { host: `evil.example@${host}`, origin: server.origin },
    ];
    for (const headers of refused)
      expect([headers, codeOf(await add(headers))]).toEqual([headers, "403 foreign-origin"]);
    const { json } = await call("GET", "/users", { cookie });
    expect(JSON.stringify(json)).not.toContain("mallory");
    expect((await add({ "sec-fetch-site": "same-origin" })).status).toBe(200);
  });
});

describe("a token", () => {
  const make = (cookie: string, role: string) =>
    change("POST", "/account/tokens", cookie, { name: `for ${role}`, role, days: 30 });
  const secretIn = ({ json }: Answered) => String(json["secret"]);

  test("asks without a browser, is shown once, and allows no more than it says", async () => {
    const cookie = await session("ed");
    const made = await make(cookie, "reader");
    const token = secretIn(made);
    expect(token).toMatch(/^calypso_[\w-]{43}$/);
    expect(JSON.stringify((await call("GET", "/account", { cookie })).json)).not.toContain(token.slice(8));
    expect((await call("POST", "/query/check", { token, body: { text: "SigninLogs" } })).status).toBe(200);
    expect((await call("GET", "/session", { token })).json["user"]).toMatchObject({ name: "ed", role: "reader" });
    expect(codeOf(await call("GET", "/users", { token }))).toBe("403 forbidden");
    expect(codeOf(await make(cookie, "admin"))).toBe("422 access-refused");
    // With a cookie of somebody else it still is its owner's.
    const both = await call("GET", "/users", { token, cookie: await session("ada") });
    expect(codeOf(both)).toBe("403 forbidden");
  });

  test("cannot make itself last: no other token, no password, no passkey", async () => {
    const token = secretIn(await make(await session("ada"), "admin"));
    const tries = [
      await call("POST", "/account/tokens", { token, body: { name: "more", role: "admin", days: 366 } }),
      await call("POST", "/account/password", { token, body: { password: "mine from now on, friend" } }),
      await call("POST", "/account/passkeys/begin", { token }),
      await call("DELETE", "/account/sessions", { token }),
    ];
    expect(tries.map(codeOf)).toEqual(Array(4).fill("403 forbidden"));
  });

  test("is worth nothing once it was taken back, has run out, or its owner was disabled or may less", async () => {
    const cookie = await session("ed");
    const asked = async (token: string) => codeOf(await call("GET", "/schema", { token }));
    const gone = await make(cookie, "engineer");
    const id = (gone.json["token"] as { id: string }).id;
    expect(await asked(secretIn(gone))).toBe("200");
    expect(codeOf(await change("DELETE", `/account/tokens/${id}`, await session("rhea")))).toBe("404 access-unknown");
    await change("DELETE", `/account/tokens/${id}`, cookie);
    expect(await asked(secretIn(gone))).toBe("401 not-signed-in");
    const kept = secretIn(await make(cookie, "engineer"));
    const { context } = server.served.access;
    await setRole(context, users.get("ed") ?? "", "reader");
    expect((await call("GET", "/session", { token: kept })).json["user"]).toMatchObject({ role: "reader" });
    await setRole(context, users.get("ed") ?? "", "engineer");
    now = new Date(now.getTime() + 31 * 24 * 3600 * 1000);
    expect(await asked(kept)).toBe("401 not-signed-in");
    const last = secretIn(await make(await session("ed"), "reader"));
    await setDisabled(context, users.get("ed") ?? "", true);
    expect(await asked(last)).toBe("401 not-signed-in");
    await setDisabled(context, users.get("ed") ?? "", false);
    expect(await asked(last)).toBe("401 not-signed-in");
    expect(await asked("calypso_nothing")).toBe("401 not-signed-in");
  });
});

describe("users", () => {
  test("of lesser roles change nothing about users", async () => {
    for (const name of ["rhea", "ed"]) {
      const cookie = await session(name);
      const id = users.get(name) ?? "";
      const tries = [
        await call("GET", "/users", { cookie }),
        await change("POST", "/users", cookie, { name: "mine", role: "admin" }),
        await change("PATCH", `/users/${id}`, cookie, { role: "admin" }),
        await change("POST", `/users/${users.get("ada")}/set-up`, cookie),
        await change("DELETE", `/users/${users.get("ada")}/sessions`, cookie),
        await call("GET", "/audit", { cookie }),
      ];
      expect(tries.map(codeOf)).toEqual(Array(6).fill("403 forbidden"));
    }
  });

  test("are let in once by a link, and choose a password that is not easily guessed", async () => {
    const cookie = await session("ada");
    const made = await change("POST", "/users", cookie, { name: "newcomer", role: "responder" });
    expect(made.json["link"]).toMatch(new RegExp(`^${server.origin}/set-up#[\\w-]{43}$`));
    const secret = String(made.json["link"]).split("#")[1];
    const use = (password?: string) =>
      call("POST", "/session/set-up", { body: { secret, ...(password === undefined ? {} : { password }) } });
    for (const easy of ["short", "aaaaaaaaaaaaaaaa", "i am the newcomer!"]) {
      expect([easy, codeOf(await use(easy))]).toEqual([easy, "422 access-refused"]);
    }
    const used = await use("winding roads at dusk");
    expect(used.json["user"]).toMatchObject({ name: "newcomer", role: "responder" });
    expect((await call("GET", "/schema", { cookie: used.cookie })).status).toBe(200);
    expect(codeOf(await use("winding roads at dawn"))).toBe("401 sign-in-failed");
    expect((await signIn("newcomer", "winding roads at dusk")).status).toBe(200);
    const late = await change("POST", `/users/${(made.json["user"] as { id: string }).id}/set-up`, cookie);
    now = new Date(now.getTime() + 4 * 24 * 3600 * 1000);
    const body = { secret: String(late.json["link"]).split("#")[1], password: "winding roads at noon" };
    expect(codeOf(await call("POST", "/session/set-up", { body }))).toBe("401 sign-in-failed");
  });

  test("always include one who may administer, whatever two administrators do at once", async () => {
    const { context } = server.served.access;
    const cookie = await session("ada");
    const ada = users.get("ada") ?? "";
    await setDisabled(context, (await userNamed(context, "mallory")).id, true);
    expect(codeOf(await change("PATCH", `/users/${ada}`, cookie, { role: "reader" }))).toBe("422 access-refused");
    expect(codeOf(await change("PATCH", `/users/${ada}`, cookie, { disabled: true }))).toBe("422 access-refused");
    const other = await addUser(context, "second", "admin");
    const both = await Promise.allSettled([setRole(context, ada, "reader"), setRole(context, other.id, "reader")]);
    expect(both.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    await setRole(context, ada, "admin");
  });
});

describe("the audit log", () => {
  test("has each change and each refusal with who, whence and what, and no secret", async () => {
    const cookie = await session("ada");
    const made = await change("POST", "/users", cookie, { name: "Eve\u202e", role: "reader" });
    expect(codeOf(made)).toBe("422 access-refused");
    await change("POST", "/users", await session("rhea"), { name: "eve", role: "admin" });
    await signIn("ada", "hunter2 hunter2 hunter2");
    const { json } = await call("GET", "/audit?limit=5", { cookie });
    const entries = json["entries"] as Record<string, unknown>[];
    expect(entries.map(({ user, via, action, refusal }) => [user, via, action, refusal])).toEqual([
      ["ada", "password", "signInWithPassword", "sign-in-failed"],
      ["rhea", "session", "addUser", "forbidden"],
      ["rhea", "password", "signInWithPassword", undefined],
      ["ada", "session", "addUser", "access-refused"],
      ["ada", "password", "signInWithPassword", undefined],
    ]);
    expect(entries[3]).toMatchObject({ address: "127.0.0.1", detail: { name: "Eve\u202e", role: "reader" } });
    expect(json["next"]).toBe(entries.at(-1)?.["id"]);
    const all = JSON.stringify((await call("GET", "/audit?limit=500", { cookie })).json);
    for (const secret of [...Object.values(passwords), "hunter2", cookie.split("=")[1] ?? ""]) {
      expect(all).not.toContain(secret);
    }
  });

  test("is found by who, what, about whom and when, page by page", async () => {
    const cookie = await session("ada");
    await change("PATCH", `/users/${users.get("rhea")}`, cookie, { role: "reader" });
    const found = async (query: string) =>
      (await call("GET", `/audit?${query}`, { cookie })).json["entries"] as Record<string, unknown>[];
    for (const entry of await found("user=rhea")) expect(entry["user"]).toBe("rhea");
    for (const entry of await found("action=changeUser")) expect(entry["action"]).toBe("changeUser");
    const about = await found(`subject=${users.get("rhea")}`);
    expect(about.length).toBeGreaterThan(2);
    for (const entry of about) expect(entry["subject"]).toEqual({ id: users.get("rhea") });
    expect(await found("subject=%25")).toEqual([]);
    for (const entry of await found("refused=true")) expect(entry["refusal"]).toBeDefined();
    const today = await found(`from=${now.toISOString()}`);
    expect(today.map(({ action }) => action)).toEqual(["changeUser", "signInWithPassword"]);
    expect(await found(`to=2026-10-14T00:00:00Z`)).toEqual([]);
    const ids: unknown[] = [];
    for (let after = ""; ; ) {
      const { json } = await call("GET", `/audit?limit=7${after}`, { cookie });
      ids.push(...(json["entries"] as { id: string }[]).map(({ id }) => id));
      if (json["next"] === undefined) break;
      after = `&after=${String(json["next"])}`;
    }
    expect(ids).toEqual((await found("limit=500")).map(({ id }) => id));
  });

  test("only grows, also for one who has the database", async () => {
    const { db } = server.state;
    const changes = [sql`UPDATE audit_log SET via = ''`, sql`DELETE FROM audit_log`, sql`TRUNCATE audit_log`];
    for (const change of changes) await expect(change.execute(db)).rejects.toThrow(/only grows/);
  });
});

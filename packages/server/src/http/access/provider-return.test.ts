import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readAccessSettings } from "../../access/settings.js";
import { type RunningProvider, realProvider, sayingProvider } from "../../access/testing/providers.js";
import { addUser, setDisabled } from "../../access/users.js";
import { type Answered, ask } from "../testing/ask.js";
import { type TestServer, testServer } from "../testing/test-server.js";

const publicOrigin = "https://calypso.contoso.example";
const roles = { "Calypso.Reader": "reader", "Calypso.Engineer": "engineer", "Calypso.Admin": "admin" };

let real: RunningProvider;
let saying: Awaited<ReturnType<typeof sayingProvider>>;
let server: TestServer;

beforeAll(async () => {
  real = await realProvider(`${publicOrigin}/api/v1/session/openid/real/return`);
  saying = await sayingProvider();
  const client = { clientId: "calypso", clientSecretVariable: "SECRET", roles };
  const written = {
    origin: publicOrigin,
    openid: [
      { id: "real", label: "Contoso", issuer: real.issuer, ...client },
      { id: "saying", issuer: saying.issuer, ...client },
      { id: "away", issuer: "http://127.0.0.1:9", ...client },
    ],
  };
  const access = readAccessSettings(written, {
    path: "calypso.json",
    environment: () => "the client's secret",
    file: () => "",
  });
  server = await testServer({ access, now: () => new Date() });
});
afterAll(async () => {
  expect(server.faults).toEqual([]);
  await server.close();
  await Promise.all([real.close(), saying.close()]);
});

/** What the proxy in front of the service passes on. */
const host = { host: "calypso.contoso.example" };

const call = (method: string, path: string, { cookie, body }: { cookie?: string | undefined; body?: unknown } = {}) =>
  ask(server.origin, method, path, {
    headers: { ...host, ...(method === "GET" ? {} : { origin: publicOrigin }) },
    ...(cookie === undefined ? {} : { cookie }),
    ...(body === undefined ? {} : { body }),
  });

/** Leaves for a provider: the address there, and the cookie that has to come back. */
async function leave(provider: string, returnTo = "/incidents/5?tab=entities") {
  const answer = await call("POST", `/session/openid/${provider}`, { body: { returnTo } });
  const cookie = answer.headers["set-cookie"]?.[0]?.split(";")[0];
  return { answer, cookie, url: new URL(String(answer.json["url"] ?? "about:blank")) };
}

const comeBack = (provider: string, search: string, cookie: string | undefined) =>
  call("GET", `/session/openid/${provider}/return${search}`, { cookie });

const goneTo = ({ status, headers }: Answered) => `${status} ${headers.location}`;

/** Signs in at the real provider as a browser does: follows its redirects, fills in its forms, keeps its cookies. */
async function throughForms(start: URL, login: string): Promise<URL> {
  const jar = new Map<string, string>();
  let [url, init]: [URL, RequestInit] = [start, {}];
  for (let step = 0; step < 20; step++) {
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join("; ");
    const answer = await fetch(url, { ...init, headers: { ...init.headers, cookie }, redirect: "manual" });
    for (const set of answer.headers.getSetCookie()) {
      const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(set) ?? [];
      jar.set(name, value);
    }
    const location = answer.headers.get("location");
    init = {};
    if (location !== null) {
      const next = new URL(location, url);
      if (next.origin === publicOrigin) return next;
      url = next;
      continue;
    }
    const form = await answer.text();
    const action = /<form[^>]* action="([^"]+)"/.exec(form)?.[1] ?? "";
    const fields = new URLSearchParams(
      form.includes('name="login"') ? { prompt: "login", login, password: "any" } : { prompt: "consent" },
    );
    url = new URL(action, url);
    init = { method: "POST", body: fields, headers: { "content-type": "application/x-www-form-urlencoded" } };
  }
  throw new Error("the provider never came to an end");
}

describe("signing in with a provider", () => {
  test("leads there and back to the page that one came from, with the role that the provider gives", async () => {
    expect((await call("GET", "/session")).json["signIn"]).toEqual({
      needed: true,
      passkeys: true,
      providers: expect.arrayContaining([{ id: "real", label: "Contoso" }]),
    });
    const { url, cookie } = await leave("real");
    expect(Object.fromEntries(url.searchParams)).toMatchObject({
      response_type: "code",
      code_challenge_method: "S256",
      scope: "openid profile email",
      redirect_uri: `${publicOrigin}/api/v1/session/openid/real/return`,
    });
    expect(cookie).toMatch(/^__Host-calypso-sign-in=/);
    const back = await throughForms(url, "ann");
    const answer = await comeBack("real", back.search, cookie);
    expect(goneTo(answer)).toBe("303 /incidents/5?tab=entities");
    const [cleared, set] = answer.headers["set-cookie"] ?? [];
    expect(cleared).toMatch(/^__Host-calypso-sign-in=; Max-Age=0/);
    expect(set).toMatch(
      /^__Host-calypso-session=[\w-]{43}; Path=\/; Expires=[^;]+; HttpOnly; Secure; SameSite=Strict$/,
    );
    const { json } = await call("GET", "/account", { cookie: answer.cookie });
    expect(json).toMatchObject({
      user: { name: "ann@contoso.example", role: "engineer" },
      kind: "provider",
      sessions: [expect.objectContaining({ method: "real" })],
    });
    const own = await call("POST", "/account/password", {
      cookie: answer.cookie,
      body: { password: "a b c d e f g h" },
    });
    expect(own.json).toMatchObject({ code: "access-refused" });
    expect(goneTo(await comeBack("real", back.search, cookie))).toBe("303 /sign-in?refused=unfinished");
  });

  test("lets nobody in who has no role here, and writes it down", async () => {
    const { url, cookie } = await leave("real");
    const back = await throughForms(url, "ben");
    const answer = await comeBack("real", back.search, cookie);
    expect(goneTo(answer)).toBe("303 /sign-in?refused=no-role");
    expect(answer.cookie).toBe(undefined);
    const { db } = server.state;
    const last = await db.selectFrom("audit_log").selectAll().orderBy("id", "desc").executeTakeFirstOrThrow();
    expect(last).toMatchObject({ user_name: "ben@contoso.example", action: "signInWithProvider", refusal: "no-role" });
    expect(await db.selectFrom("users").select("name").where("name", "like", "ben%").execute()).toEqual([]);
  });

  test("is for the browser that began it, with the state that it was given, and once", async () => {
    const [victim, attacker] = [await leave("real"), await leave("real")];
    const { search } = await throughForms(attacker.url, "ann");
    const tries = [
      await comeBack("real", search, undefined),
      await comeBack("real", search, victim.cookie),
      await comeBack("saying", search, attacker.cookie),
      await comeBack("real", "?error=access_denied&error_description=<script>", (await leave("real")).cookie),
      await comeBack("real", "", (await leave("real")).cookie),
    ];
    expect(tries.map(goneTo)).toEqual(
      ["unfinished", "not-vouched", "unfinished", "not-vouched", "not-vouched"].map(
        (why) => `303 /sign-in?refused=${why}`,
      ),
    );
    expect(tries.flatMap(({ cookie }) => cookie ?? [])).toEqual([]);
  });

  test("comes back to no page of another site", async () => {
    for (const returnTo of [
      "//evil.example",
      "/\\evil.example",
      "https://evil.example/",
      "javascript:alert(1)",
      "",
      "/\t/evil.example",
    ]) {
      const { answer } = await leave("real", returnTo);
      expect([returnTo, answer.status]).toEqual([returnTo, 400]);
    }
  });

  test("says so where the provider is away", async () => {
    const { answer } = await leave("away");
    expect(answer.json).toMatchObject({ status: 502, code: "access-unusable" });
    expect((await leave("nowhere")).answer.status).toBe(404);
  });
});

describe("a token that is not what it should be", () => {
  const seconds = () => Math.floor(Date.now() / 1000);
  /** The claims of a good token. */
  const good = (url: URL) => ({
    ...{ iss: saying.issuer, aud: "calypso", sub: "s-1", iat: seconds(), exp: seconds() + 60 },
    ...{ nonce: url.searchParams.get("nonce") ?? "", preferred_username: "cora@contoso.example" },
    roles: "Calypso.Admin",
  });
  const back = async (change: Record<string, unknown>, how: { otherKey?: boolean; unsigned?: boolean } = {}) => {
    const { url, cookie } = await leave("saying");
    saying.say({ claims: { ...good(url), ...change }, ...how });
    return comeBack("saying", `?code=c&state=${url.searchParams.get("state")}`, cookie);
  };

  test("lets nobody in", async () => {
    const wrong = [
      await back({ nonce: "of another sign-in" }),
      await back({ nonce: undefined }),
      await back({ aud: "payroll" }),
      await back({ iss: "https://evil.contoso.example" }),
      await back({ exp: seconds() - 3600, iat: seconds() - 7200 }),
      await back({}, { otherKey: true }),
      await back({}, { unsigned: true }),
      await back({ sub: undefined }),
    ];
    expect(wrong.map(goneTo)).toEqual(wrong.map(() => "303 /sign-in?refused=not-vouched"));
    expect(goneTo(await back({}))).toBe("303 /incidents/5?tab=entities");
  });

  test("gives no role by names that every object has, and none that is not listed", async () => {
    for (const roles of ["constructor", "__proto__", ["toString"], "admin", "Calypso.Admin ", 1, null, {}]) {
      expect([roles, goneTo(await back({ roles }))]).toEqual([roles, "303 /sign-in?refused=no-role"]);
    }
  });

  test("cannot take the name of somebody else's account", async () => {
    const { context } = server.served.access;
    await addUser(context, "boss@contoso.example", "admin");
    const taken = { sub: "s-2", preferred_username: "BOSS@contoso.example" };
    expect(goneTo(await back(taken))).toBe("303 /sign-in?refused=name-taken");
    // Nor later, by being renamed.
    const renamed = await back({ preferred_username: "boss@contoso.example" });
    const { json } = await call("GET", "/session", { cookie: renamed.cookie });
    expect(json["user"]).toMatchObject({ name: "cora@contoso.example" });
  });

  test("of one who may less than before ends what was begun before, and of one who is disabled begins nothing", async () => {
    const before = await back({});
    expect((await call("GET", "/users", { cookie: before.cookie })).status).toBe(200);
    const after = await back({ roles: ["Calypso.Reader"] });
    expect((await call("GET", "/users", { cookie: before.cookie })).status).toBe(401);
    expect((await call("GET", "/users", { cookie: after.cookie })).status).toBe(403);
    const { user } = (await call("GET", "/session", { cookie: after.cookie })).json as { user: { id: string } };
    await setDisabled(server.served.access.context, user.id, true);
    expect((await call("GET", "/schema", { cookie: after.cookie })).status).toBe(401);
    expect(goneTo(await back({}))).toBe("303 /sign-in?refused=disabled");
  });
});

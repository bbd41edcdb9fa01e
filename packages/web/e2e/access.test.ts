import { execFile } from "node:child_process";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { barriers, openPage, picture, startBrowser, type WatchedPage } from "./testing/browser.ts";
import { type RunningService, startService } from "./testing/service.ts";

let service: RunningService;
let browser: Browser;
/** The service as a name, which passkeys need. */
let origin: string;

beforeAll(async () => {
  service = await startService([{ TimeGenerated: "2026-10-14T03:00:00Z", UserPrincipalName: "a@contoso.example" }]);
  origin = service.origin.replace("127.0.0.1", "localhost");
  browser = await startBrowser();
});
afterAll(async () => {
  await browser?.close();
  await service?.stop();
});

const password = "seven green bottles";

/** What Chromium says of each answer that tells that nobody is signed in, and of a wrong password. */
const unasked = ({ complaints }: WatchedPage) => complaints.filter((text) => !/status of 401/.test(text));

/** A device that makes and keeps passkeys, and whose user is always there. */
async function withDevice(page: Page): Promise<void> {
  const session = await page.context().newCDPSession(page);
  await session.send("WebAuthn.enable");
  await session.send("WebAuthn.addVirtualAuthenticator", {
    options: {
      ...{ protocol: "ctap2", transport: "internal", hasResidentKey: true, hasUserVerification: true },
      ...{ isUserVerified: true, automaticPresenceSimulation: true },
    },
  });
}

async function signIn(page: Page, name: string, secret = password): Promise<void> {
  await page.getByLabel("Name", { exact: true }).fill(name);
  await page.getByLabel("Password", { exact: true }).fill(secret);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
}

/** Adds a user on the page of users, which is open. */
async function addUser(page: Page, name: string, role: string): Promise<void> {
  await page.getByRole("button", { name: "Add a user" }).click();
  await page.getByLabel("Name, such as a mail address").fill(name);
  await page.getByRole("combobox", { name: "Role", exact: true }).selectOption(role);
  await page.getByRole("button", { name: "Add", exact: true }).click();
}

/** The secret that is shown once. */
async function toldOnce(page: Page): Promise<string> {
  return (await page.locator(".told-once code").textContent()) ?? "";
}

test("the first user is added on the page, comes in by the link, and from then on everybody signs in", async () => {
  const watched = await openPage(browser, origin, { path: "/account" });
  const { page } = watched;
  await page.getByText("Nobody has to sign in here yet").waitFor();
  await page.getByRole("link", { name: "users", exact: true }).click();
  await addUser(page, "ada", "admin");
  const link = await toldOnce(page);
  expect(link).toMatch(new RegExp(`^${origin}/set-up#[\\w-]{43}$`));
  await picture(page, "users-first");
  await page.getByRole("link", { name: "Open it here" }).click();
  await page.getByRole("heading", { name: "Welcome" }).waitFor();
  expect(page.url()).toBe(`${origin}/set-up`);
  await picture(page, "set-up");
  expect(await barriers(page)).toEqual([]);
  await page.getByLabel(/New password/).fill(password);
  await page.getByLabel("The same again").fill("seven green battles");
  await page.getByRole("button", { name: /Set the password/ }).click();
  await page.getByText("the two passwords are not the same").waitFor();
  await page.getByLabel("The same again").fill(password);
  await page.getByRole("button", { name: /Set the password/ }).click();
  await page.getByRole("link", { name: "ada" }).waitFor();
  expect(unasked(watched)).toEqual([]);
});

test("who opens an address signs in there and sees its page, and a session that ends comes back to where it was", async () => {
  const watched = await openPage(browser, origin, { path: "/tables?find=signin&table=SigninLogs" });
  const { page } = watched;
  await page.getByRole("heading", { name: /Sign in/ }).waitFor();
  expect(await page.getByRole("navigation", { name: "Pages" }).getByRole("link").count()).toBe(0);
  expect(await barriers(page)).toEqual([]);
  await picture(page, "sign-in");
  await signIn(page, "ada", "not the password");
  await page.getByText("the name or the password is wrong").waitFor();
  await signIn(page, "ada");
  await page.getByRole("heading", { name: "SigninLogs" }).waitFor();
  expect(page.url()).toBe(`${origin}/tables?find=signin&table=SigninLogs`);
  // The session ends elsewhere while a query is being written.
  await page.goto(`${origin}/hunt`);
  await page.getByRole("textbox", { name: "Query" }).first().click();
  await page.keyboard.type("print answer = 41 + 1");
  await page.context().clearCookies();
  await page.keyboard.press("Shift+Enter");
  await page.getByRole("heading", { name: "Your session has ended" }).waitFor();
  await page.keyboard.press("Escape");
  expect(await page.getByRole("dialog", { name: "Your session has ended" }).isVisible()).toBe(true);
  expect(await barriers(page)).toEqual([]);
  await picture(page, "session-ended");
  await signIn(page, "ada");
  await page.getByText(/1 rows · /).waitFor();
  expect(await page.locator(".grid-row:not([hidden]) [role=gridcell]").allTextContents()).toEqual(["42"]);
  expect(unasked(watched)).toEqual([]);
});

test("a passkey is made and signs in; what it has signed is worth nothing a second time", async () => {
  const watched = await openPage(browser, origin, { path: "/account" });
  const { page } = watched;
  await withDevice(page);
  await signIn(page, "ada");
  await page.getByRole("button", { name: "Add a passkey" }).click();
  await page.getByLabel(/What you call it/).fill("ada's laptop");
  const made = page.waitForRequest((request) => request.url().endsWith("/account/passkeys"));
  await page.getByRole("button", { name: "Add", exact: true }).click();
  await page.getByRole("cell", { name: "ada's laptop", exact: true }).waitFor();
  const again = await replay(page, "/account/passkeys", (await made).postData());
  expect(again).toBe("422 access-refused");
  await page.getByRole("button", { name: "Add a passkey" }).click();
  await page.getByLabel(/What you call it/).fill("the same device");
  await page.getByRole("button", { name: "Add", exact: true }).click();
  await page.getByText("this device has a passkey for your account already").waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Sign out" }).click();
  await page.getByRole("heading", { name: /Sign in/ }).waitFor();
  const signed = page.waitForRequest((request) => request.url().endsWith("/session/passkey"));
  await page.getByRole("button", { name: "Sign in with a passkey" }).click();
  await page.getByRole("link", { name: "ada" }).waitFor();
  const body = (await signed).postData() ?? "";
  expect(await replay(page, "/session/passkey", body)).toBe("401 sign-in-failed");
  // Neither does it work for another origin, or with another challenge in it.
  const forged = JSON.parse(body);
  const { options } = await page.evaluate(async () =>
    (await fetch("/api/v1/session/passkey/begin", { method: "POST" })).json(),
  );
  const client = JSON.parse(Buffer.from(forged.response.response.clientDataJSON, "base64url").toString());
  const text = JSON.stringify({ ...client, challenge: options.challenge });
  forged.response.response.clientDataJSON = Buffer.from(text).toString("base64url");
  expect(await replay(page, "/session/passkey", JSON.stringify(forged))).toBe("401 sign-in-failed");
  for (const response of [{ id: "x" }, { id: forged.response.id }, { id: forged.response.id, response: {} }]) {
    expect(await replay(page, "/session/passkey", JSON.stringify({ response }))).toBe("401 sign-in-failed");
  }
  expect(unasked(watched).filter((text) => !/status of 422/.test(text))).toEqual([]);
});

/** Sends what was sent before from a page of the service. */
function replay(page: Page, path: string, body: string | null): Promise<string> {
  return page.evaluate(
    async ({ path, body }) => {
      const headers = { "content-type": "application/json" };
      const answer = await fetch(`/api/v1${path}`, { method: "POST", headers, body });
      const { code } = await answer.json();
      return `${answer.status} ${code}`;
    },
    { path, body },
  );
}

test("an account shows where it is signed in, makes tokens, and a user who is disabled is out at once", async () => {
  const watched = await openPage(browser, origin, { path: "/users", colorScheme: "dark" });
  const { page } = watched;
  await signIn(page, "ada");
  await addUser(page, "rhea\u200b@contoso.example", "responder");
  await page.getByText("a user's name has 1 to 100 characters that can be seen").waitFor();
  await page.keyboard.press("Escape");
  await addUser(page, "rhea@contoso.example", "responder");
  const link = await toldOnce(page);
  const other = await openPage(browser, origin, { path: link.slice(origin.length) });
  await withDevice(other.page);
  await other.page.getByRole("button", { name: "Use a passkey of this device" }).click();
  await other.page.getByRole("link", { name: "rhea@contoso.example" }).click();
  await other.page.getByRole("cell", { name: "my first passkey", exact: true }).waitFor();
  await other.page.getByRole("button", { name: "Make a token" }).click();
  await other.page.getByLabel("What it is for").fill("nightly report");
  expect(await other.page.getByLabel("The most that it may do").getByRole("option").allTextContents()).toEqual([
    "reader",
    "responder",
  ]);
  await other.page.getByRole("button", { name: "Make it" }).click();
  const token = await toldOnce(other.page);
  await picture(other.page, "account-light");
  expect(await barriers(other.page)).toEqual([]);
  expect(await asked(token)).toBe("200");
  await page.reload();
  await page.getByRole("combobox", { name: "Role of rhea@contoso.example" }).waitFor();
  await picture(page, "users-dark");
  expect(await barriers(page)).toEqual([]);
  await page.getByRole("button", { name: "Disable rhea@contoso.example" }).click();
  await page.getByText("disabled", { exact: true }).waitFor();
  expect(await asked(token)).toBe("401");
  await other.page.reload();
  await other.page.getByRole("heading", { name: /Sign in/ }).waitFor();
  await page.getByRole("combobox", { name: "Role of ada" }).selectOption("reader");
  await page.getByText("this is the last user with the role admin").waitFor();
  expect(unasked(watched).filter((text) => !/status of 422/.test(text))).toEqual([]);
  expect(unasked(other)).toEqual([]);
});

/** What a program hears that sends a token. */
function asked(token: string): Promise<string> {
  const url = `${service.origin}/api/v1/schema`;
  const options = ["-s", "-o", "/dev/null", "-w", "%{http_code}", "-H", `Authorization: Bearer ${token}`, url];
  return new Promise((resolve, reject) =>
    execFile("curl", options, (error, out) => (error === null ? resolve(out) : reject(error))),
  );
}

test("the audit log is found by its address, and each name leads to what its user did", async () => {
  const watched = await openPage(browser, origin, { path: "/audit?refused=1" });
  const { page } = watched;
  await signIn(page, "ada");
  await page.getByText("refused: access-refused").first().waitFor();
  await page.getByRole("checkbox", { name: "Only what was refused" }).uncheck();
  await page.getByRole("combobox", { name: "What" }).selectOption("addUser");
  await page.getByText("name=rhea@contoso.example").first().waitFor();
  expect(new URL(page.url()).search).toBe("?action=addUser");
  await page.getByRole("link", { name: "local user" }).click();
  await page.getByText("name=ada").waitFor();
  expect(new URL(page.url()).search).toBe("?user=local+user".replace("+", "%20"));
  await page.goto(`${origin}/audit`);
  await page.getByRole("table").waitFor();
  await picture(page, "audit-light");
  expect(await barriers(page)).toEqual([]);
  await page.emulateMedia({ colorScheme: "dark" });
  await picture(page, "audit-dark");
  expect(await barriers(page)).toEqual([]);
  await page.keyboard.press("Control+k");
  await page.keyboard.type("sign out");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: /Sign in/ }).waitFor();
  await picture(page, "sign-in-dark");
  expect(await barriers(page)).toEqual([]);
  expect(unasked(watched)).toEqual([]);
});

import { client } from "../platform/client.ts";

/** Ends the session, and forgets what the page holds. */
export async function signOut(): Promise<void> {
  await client.call("signOut", {});
  location.assign("/");
}

import { Refused } from "../platform/client.ts";

/** What the browser's own functions take and give, as the API has it. */
type PasskeyJson = Readonly<Record<string, unknown>>;

/** Lets the browser sign with a passkey of its own; throws what people can understand. */
export async function answerOfPasskey(options: PasskeyJson) {
  const { startAuthentication } = await import("@simplewebauthn/browser");
  // The server's library and the browser's are of one family, and the contract passes on what they say.
  const optionsJSON = options as never;
  return told(startAuthentication({ optionsJSON }));
}

/** Lets the browser make a passkey. */
export async function newPasskey(options: PasskeyJson) {
  const { startRegistration } = await import("@simplewebauthn/browser");
  // As above.
  const optionsJSON = options as never;
  return told(startRegistration({ optionsJSON }));
}

async function told<Answer>(asked: Promise<Answer>): Promise<Answer> {
  try {
    return await asked;
  } catch (thrown) {
    if (!(thrown instanceof Error)) throw thrown;
    const already = thrown.name === "InvalidStateError";
    throw new Refused(
      already
        ? "this device has a passkey for your account already"
        : "the browser gave no passkey: it was cancelled, took too long, or there is none for this service",
    );
  }
}

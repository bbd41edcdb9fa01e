import { DeliveryError, patience } from "./channel.js";

/** Sends a body of JSON. A redirect is not followed, and no more than the beginning of an answer is read. */
export async function postJson(
  url: string,
  body: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<void> {
  let response: Response;
  try {
    response = await fetch(url, {
      method: "POST",
      body,
      headers: { "content-type": "application/json", "user-agent": "Calypso", ...headers },
      redirect: "manual",
      signal: AbortSignal.timeout(patience),
    });
  } catch (cause) {
    const late = cause instanceof Error && cause.name === "TimeoutError";
    const reason = late ? `no answer within ${patience / 1000} s` : `no connection (${reasonOf(cause)})`;
    throw new DeliveryError(reason, { permanent: false, cause });
  }
  await response.body?.cancel();
  if (response.ok) return;
  const permanent = response.status >= 300 && response.status < 500 && ![408, 425, 429].includes(response.status);
  throw new DeliveryError(`the answer is ${response.status} ${response.statusText}`.trim(), { permanent });
}

/** The code of a failed connection (`ECONNREFUSED`); never its message, which may hold the address. */
export function reasonOf(cause: unknown): string {
  const inner = cause instanceof Error && cause.cause instanceof Error ? cause.cause : cause;
  return inner instanceof Error && "code" in inner ? String(inner.code) : "error";
}

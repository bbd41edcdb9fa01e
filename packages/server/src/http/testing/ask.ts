import { type IncomingHttpHeaders, type OutgoingHttpHeaders, request } from "node:http";

/** A request, with all that a browser or a program sends by itself. */
export interface Asking {
  readonly cookie?: string | undefined;
  readonly token?: string;
  readonly headers?: OutgoingHttpHeaders;
  readonly body?: unknown;
}

/** What came back. */
export interface Answered {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  // Tests look into it as they please.
  readonly json: Readonly<Record<string, unknown>>;
  /** The session's cookie as a browser sends it again; absent where none was set. */
  readonly cookie?: string;
}

/** Sends a request of the API with exactly these headers, which `fetch` would not let us choose. */
export function ask(origin: string, method: string, path: string, asking: Asking = {}): Promise<Answered> {
  const { cookie, token, body } = asking;
  const headers = {
    ...(cookie === undefined ? {} : { cookie }),
    ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    ...(body === undefined ? {} : { "content-type": "application/json" }),
    ...asking.headers,
  };
  return new Promise((resolve, reject) => {
    const sent = request(`${origin}/api/v1${path}`, { method, headers }, (answer) => {
      let text = "";
      answer.setEncoding("utf8");
      answer.on("data", (chunk) => {
        text += chunk;
      });
      answer.on("end", () => {
        const isJson = /json/.test(answer.headers["content-type"] ?? "");
        const set = answer.headers["set-cookie"]?.find((one) => /calypso-session[^=]*=[^;]/.test(one));
        resolve({
          status: answer.statusCode ?? 0,
          headers: answer.headers,
          json: isJson ? JSON.parse(text) : {},
          ...(set === undefined ? {} : { cookie: set.split(";")[0] ?? "" }),
        });
      });
      answer.on("error", reject);
    });
    sent.on("error", reject);
    sent.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

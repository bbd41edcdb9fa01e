import { createSocket } from "node:dgram";
import { once } from "node:events";
import { createServer as createHttpServer, type IncomingHttpHeaders } from "node:http";
import { type AddressInfo, createServer as createTcpServer } from "node:net";
import { SMTPServer } from "smtp-server";

/** A server of this machine that keeps what it gets. */
export interface TestServer<Received> {
  readonly url: string;
  readonly received: Received[];
  close(): Promise<void>;
}

/** What came by HTTP. */
export interface Posted {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** Answers with the statuses that are given, one after the other, and with the last from then on. */
export async function webServer(...statuses: readonly number[]): Promise<TestServer<Posted>> {
  const received: Posted[] = [];
  const server = createHttpServer((request, response) => {
    let body = "";
    request.on("data", (part) => {
      body += part;
    });
    request.on("end", () => {
      received.push({ path: request.url ?? "", headers: request.headers, body });
      const status = statuses[Math.min(received.length, statuses.length) - 1] ?? 200;
      response.writeHead(status, status === 302 ? { location: "/elsewhere" } : {}).end("ok");
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const close = async () => {
    server.closeAllConnections();
    server.close();
  };
  return { url: `http://127.0.0.1:${portOf(server.address())}`, received, close };
}

/** What came by mail: the envelope, and the message as it was sent. */
export interface Mailed {
  readonly to: readonly string[];
  readonly message: string;
  readonly user: string | undefined;
}

/** Takes mail; one with `refuse` answers 550 to every recipient. */
export async function mailServer({ refuse = false } = {}): Promise<TestServer<Mailed>> {
  const received: Mailed[] = [];
  const server = new SMTPServer({
    disabledCommands: ["STARTTLS"],
    authOptional: true,
    allowInsecureAuth: true,
    onAuth: ({ username }, _session, done) => done(null, { user: username }),
    onRcptTo: (_address, _session, done) =>
      refuse ? done(Object.assign(new Error("unknown"), { responseCode: 550 })) : done(),
    onData(stream, { envelope, user }, done) {
      let message = "";
      stream.on("data", (part) => {
        message += part;
      });
      stream.on("end", () => {
        received.push({ to: envelope.rcptTo.map(({ address }) => address), message, user });
        done();
      });
    },
  });
  const listening = server.listen(0, "127.0.0.1");
  await once(listening, "listening");
  const close = () => new Promise<void>((resolve) => server.close(() => resolve()));
  return { url: `smtp://127.0.0.1:${portOf(listening.address())}`, received, close };
}

/** Takes datagrams. */
export async function datagramServer(): Promise<TestServer<string>> {
  const received: string[] = [];
  const socket = createSocket("udp4");
  socket.on("message", (message) => received.push(message.toString("utf8")));
  socket.bind(0, "127.0.0.1");
  await once(socket, "listening");
  return { url: `udp://127.0.0.1:${socket.address().port}`, received, close: async () => void socket.close() };
}

/** Takes what comes on a stream, whole when it ends. */
export async function streamServer(): Promise<TestServer<string>> {
  const received: string[] = [];
  const server = createTcpServer((socket) => {
    let text = "";
    socket.on("data", (part) => {
      text += part;
    });
    socket.on("end", () => received.push(text));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return { url: `tcp://127.0.0.1:${portOf(server.address())}`, received, close: async () => void server.close() };
}

function portOf(address: AddressInfo | string | null): number {
  return typeof address === "object" && address !== null ? address.port : 0;
}

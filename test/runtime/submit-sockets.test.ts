import { readFileSync } from "node:fs";
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import nodeHttp from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { Socket } from "node:net";
import { gzipSync } from "node:zlib";
import { afterEach, describe, expect, test, vi } from "vitest";
import { ConnectionError, createClient, SubmitUnknownError } from "../../src/index.js";
import type { ClientOptions, SubmitOptions } from "../../src/index.js";
import { createClock, settle } from "../support/clock.js";
import { http, startFaultServer } from "../support/fault-server.js";
import type { Act, FaultServer } from "../support/fault-server.js";

const token = "canary-token-0123456789";
const reply = JSON.stringify({ request_id: "job-1" });
const running: FaultServer[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((server) => server.close()));
});

const start = async (act: Act) => {
  const server = await startFaultServer(act);
  running.push(server);
  return server;
};

const clientOf = (server: { readonly url: string }, options: ClientOptions = {}) =>
  createClient({ token, baseUrl: server.url, ...options });

const failureOf = async (work: Promise<unknown>): Promise<SubmitUnknownError> => {
  const error = await work.then(
    () => Promise.reject(new Error("it did not fail")),
    (reason: unknown) => reason,
  );
  return error as SubmitUnknownError;
};

/** Waits until this process has the head of an answer to a request of its own, and everybody was told of it. */
const answerBegins = async (): Promise<void> => {
  await new Promise<void>((resolve) => {
    const channel = "http.client.response.finish";
    const note = (): void => {
      unsubscribe(channel, note);
      resolve();
    };
    subscribe(channel, note);
  });
  await settle();
};

const posts = (server: FaultServer) => server.requests.filter(({ method }) => method === "POST").length;

const cut: readonly [name: string, act: Act, phase: string][] = [
  ["row 24: a reset after the whole request", (socket) => socket.resetAndDestroy(), "waiting"],
  ["row 24: an end after the whole request", (socket) => socket.end(), "waiting"],
  ["row 25: an end after the status line", (socket) => socket.end("HTTP/1.1 200 OK\r\n"), "waiting"],
  [
    "row 26: a body shorter than announced, without a whole id",
    (socket) => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 500\r\n\r\n{"request_id":"job'),
    "reading",
  ],
  [
    "row 27: a body longer than announced",
    (socket) => socket.end(`HTTP/1.1 200 OK\r\ncontent-length: 6\r\nconnection: close\r\n\r\n${reply}`),
    "answered",
  ],
  [
    "row 28: chunks without an end",
    (socket) => socket.end('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\n{"req\r\n'),
    "reading",
  ],
  [
    "row 29: a body that ends with the connection, cut",
    (socket) => socket.end('HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n{"request_id":"jo'),
    "answered",
  ],
  ["row 30: an empty 200", (socket) => socket.end(http("200 OK", "")), "answered"],
  [
    "row 30: a 204",
    (socket) => socket.end("HTTP/1.1 204 No Content\r\nconnection: close\r\n\r\n"),
    "answered",
  ],
  [
    "row 31: a page instead of JSON",
    (socket) => socket.end(http("200 OK", "<html>Log in</html>", "content-type: text/html\r\n")),
    "answered",
  ],
  ["row 42: a 500", (socket) => socket.end(http("500 Oops", "{}")), "answered"],
  [
    "row 45: a 302",
    (socket) => socket.end(http("302 Found", "", "location: https://example.com/\r\n")),
    "answered",
  ],
  [
    "row 46: a 307",
    (socket) => socket.end(http("307 Temporary", "", "location: /v1/models/a/b\r\n")),
    "answered",
  ],
  [
    "row 48: too many headers",
    (socket) => socket.end(`HTTP/1.1 200 OK\r\n${"x-bomb: 1234567890\r\n".repeat(5000)}\r\n`),
    "waiting",
  ],
  [
    "row 48: too many codings",
    (socket) => socket.end(http("200 OK", reply, `content-encoding: ${"gzip, ".repeat(2000)}gzip\r\n`)),
    "answered",
  ],
  [
    "row 49: a bomb of gzip",
    (socket) => {
      const bomb = gzipSync(Buffer.alloc(60_000_000, " "));
      socket.write(`HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: ${bomb.length}\r\n\r\n`);
      socket.end(bomb);
    },
    "answered",
  ],
  [
    "row 49: an answer without end",
    (socket) => {
      socket.write("HTTP/1.1 200 OK\r\n\r\n");
      const piece = Buffer.alloc(1_000_000, " ");
      const pump = () => {
        if (!socket.destroyed) socket.write(piece, () => setImmediate(pump));
      };
      pump();
    },
    "reading",
  ],
];

describe("what is unclear is announced, never repeated", () => {
  test.each(cut)("%s", async (_name, act, phase) => {
    const server = await start(act);
    const error = await failureOf(clientOf(server).submit("a/b", { prompt: "x" }));
    expect(error).toBeInstanceOf(SubmitUnknownError);
    expect(error.phase).toBe(phase);
    expect(error.message).toContain("Generations");
    expect(JSON.stringify(error) + String(error.stack)).not.toContain(token);
    expect(posts(server)).toBe(1);
  });

  test("row 23: a reset before the body was read", async () => {
    const server = await startFaultServer(
      () => {},
      (socket) => socket.once("data", () => socket.resetAndDestroy()),
    );
    running.push(server);
    const error = await failureOf(clientOf(server).submit("a/b", { prompt: "x".repeat(5_000_000) }));
    expect(error).toBeInstanceOf(SubmitUnknownError);
    expect(["sending", "waiting"]).toContain(error.phase);
    expect(server.connections).toBe(1);
  });

  test("row 50: one byte a second ends with the deadline of the submit", async () => {
    const server = await start((socket) => socket.write("HTTP/1.1 200 OK\r\ncontent-length: 30\r\n\r\n{"));
    const clock = createClock();
    const failed = failureOf(clientOf(server, { clock, submitTimeoutMs: 100 }).submit("a/b", {}));
    await answerBegins();
    await clock.advance(100);
    const error = await failed;
    expect(error).toBeInstanceOf(SubmitUnknownError);
    expect(error.phase).toBe("reading");
    expect(error.message).toContain("time is up");
  });

  test.each([
    ["waiting", "", "waiting"],
    ["reading", "HTTP/1.1 200 OK\r\ncontent-length: 30\r\n\r\n{", "reading"],
  ])(
    "row 51: an abort while %s announces an unknown job, its cause the signal's own reason",
    async (_name, bytes, phase) => {
      const controller = new AbortController();
      const reason = new Error("enough");
      let settled = false;
      let atOnce = false;
      const abort = (): void => {
        controller.abort(reason);
        // A turn of the event loop and no more: a busy machine makes milliseconds long.
        setImmediate(() => (atOnce = settled));
      };
      const server = await start((socket) => {
        if (bytes === "") return void setImmediate(abort);
        void answerBegins().then(abort);
        socket.write(bytes);
      });
      const submitted = clientOf(server).submit("a/b", {}, { signal: controller.signal });
      const error = await failureOf(submitted.finally(() => (settled = true)));
      await new Promise((resolve) => setImmediate(resolve));
      expect(atOnce).toBe(true);
      expect(error).toBeInstanceOf(SubmitUnknownError);
      expect(error.cause).toBe(reason);
      expect(error.phase).toBe(phase);
    },
  );
});

describe("what never left is sent again", () => {
  test("row 19: a refused connection, until the server is there", async () => {
    const first = await start(() => {});
    await first.close();
    const { createServer } = await import("node:net");
    const late = createServer((socket) => socket.on("data", () => socket.end(http("200 OK", reply))));
    const submitted = clientOf(first).submit("a/b", {});
    await new Promise<void>((resolve) => late.listen(first.port, "127.0.0.1", resolve));
    expect((await submitted).id).toBe("job-1");
    await new Promise((resolve) => late.close(resolve));
  });

  test("row 19: an unknown host, until the time is over", async () => {
    const client = createClient({ token, baseUrl: "https://nowhere.invalid", submitTimeoutMs: 1 });
    const error = await failureOf(client.submit("a/b", {}));
    expect(error).toBeInstanceOf(ConnectionError);
    expect(error.message).toContain("Nothing was paid. Try again later.");
  });

  test("row 19: an address that no route leads to, which fails at once", async () => {
    // Nobody can connect to the address of a whole network; unlike a name, it is given up before the request has its socket.
    const client = createClient({ token, baseUrl: "https://255.255.255.255", submitTimeoutMs: 50 });
    const error = await failureOf(client.submit("a/b", {}));
    expect(error).toBeInstanceOf(ConnectionError);
    expect(error.message).toContain("Nothing was paid. Try again later.");
  });

  test("row 20: a connection that never opens", async () => {
    // A TLS handshake that the other side never answers: connected below, but nothing could be sent.
    const { createServer } = await import("node:net");
    const closed: Promise<void>[] = [];
    const server = createServer((socket) => {
      socket.on("error", () => {}).resume();
      closed.push(new Promise((resolve) => socket.on("close", () => resolve())));
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as { port: number };
    const baseUrl = `https://localhost:${port}`;
    const client = createClient({ token, baseUrl, connectTimeoutMs: 50, submitTimeoutMs: 400 });
    const error = await failureOf(client.submit("a/b", {}));
    expect(error).toBeInstanceOf(ConnectionError);
    expect(error.message).toContain("no connection within 50 ms");
    // What was given up cannot open later and send all the same.
    await Promise.all(closed);
    server.close();
  });

  test("row 22: every paid request has a connection of its own", async () => {
    const server = await start((socket) =>
      socket.write(http("200 OK", reply).replace("connection: close", "connection: keep-alive")),
    );
    const client = clientOf(server);
    for (let i = 0; i < 3; i++) await client.submit("a/b", {});
    expect(server.connections).toBe(3);
    // What is compressed and cut tells less than what is plain and cut.
    expect(server.requests[0]!.head).toMatch(/^accept-encoding: identity\r?$/im);
  });

  test("row 51: an abort before the connection is a plain abort", async () => {
    const controller = new AbortController();
    const reason = new Error("enough");
    const client = createClient({ token, baseUrl: "https://localhost:1", signal: controller.signal });
    const submitted = client.submit("a/b", {});
    controller.abort(reason);
    expect(await failureOf(submitted)).toBe(reason);
  });
});

describe("what was accepted is not lost", () => {
  test("row 26: an id that came whole in a cut answer is adopted once the service knows it", async () => {
    const server = await start((socket, { method }) => {
      if (method === "POST")
        socket.end('HTTP/1.1 200 OK\r\ncontent-length: 500\r\n\r\n{"request_id":"job-7","status_url":"ht');
      else socket.end(http("200 OK", '{"request_id":"job-7","status":"in_queue"}'));
    });
    const job = await clientOf(server).submit("a/b", {});
    expect(job.id).toBe("job-7");
    expect(server.requests.map(({ method, path }) => `${method} ${path}`)).toEqual([
      "POST /v1/models/a/b",
      "GET /v1/requests/job-7/status",
    ]);
  });

  test("row 26: an id that the service does not know stays unknown, and is named", async () => {
    const server = await start((socket, { method }) => {
      if (method === "POST")
        socket.end('HTTP/1.1 200 OK\r\ncontent-length: 500\r\n\r\n{"request_id":"job-7",');
      else socket.end(http("404 Not Found", '{"error_code":404001,"error_message":"absent"}'));
    });
    const error = await failureOf(clientOf(server).submit("a/b", {}));
    expect(error).toBeInstanceOf(SubmitUnknownError);
    expect(error.job).toEqual({ id: "job-7", model: "a/b" });
    expect(posts(server)).toBe(1);
  });

  test("row 47: early hints and continues are passed over", async () => {
    const server = await start((socket) => {
      socket.write("HTTP/1.1 100 Continue\r\n\r\n");
      socket.write("HTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n".repeat(50));
      socket.end(http("200 OK", reply));
    });
    expect((await clientOf(server).submit("a/b", {})).id).toBe("job-1");
  });

  test("row 47: a whole answer that comes before the body was sent closes the connection, and keeps no program alive", async () => {
    const opened = vi.spyOn(nodeHttp, "request");
    const server = await startFaultServer(
      () => {},
      (socket) =>
        socket.once("data", () => {
          // The server reads no further, and leaves the connection open.
          socket.pause();
          socket.write(http("200 OK", reply));
        }),
    );
    running.push(server);
    const job = await clientOf(server).submit("a/b", { prompt: "x".repeat(12_000_000) });
    const sockets = opened.mock.results.map(({ value }) => (value as nodeHttp.ClientRequest).socket);
    opened.mockRestore();
    expect([job.id, sockets.map((socket) => socket?.destroyed)]).toEqual(["job-1", [true]]);
  });

  test("an answer compressed all the same is read", async () => {
    const server = await start((socket) => {
      const body = gzipSync(reply);
      socket.write(
        `HTTP/1.1 202 OK\r\ncontent-encoding: gzip\r\ncontent-length: ${body.length}\r\nconnection: close\r\n\r\n`,
      );
      socket.end(body);
    });
    expect((await clientOf(server).submit("a/b", {})).id).toBe("job-1");
  });
});

const read = (name: string) => readFileSync(new URL(`../fixtures/tls/${name}`, import.meta.url));

test("row 21: a certificate that is not to be trusted ends the submit, with nothing sent", async () => {
  let requests = 0;
  const server = createTlsServer({ key: read("key.pem"), cert: read("cert.pem") }, () => requests++);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  const error = await failureOf(
    createClient({ token, baseUrl: `https://localhost:${port}` }).submit("a/b", {}),
  );
  expect(error).toBeInstanceOf(ConnectionError);
  expect(error.message).toMatch(/self-signed certificate.*\. Nothing was paid\. Fix that first\.$/);
  expect(requests).toBe(0);
  await new Promise((resolve) => server.close(resolve));
});

describe("over a TLS connection that was opened", () => {
  const serve = async (cut: (socket: Socket) => void) => {
    const bodies: string[] = [];
    const server = createTlsServer({ key: read("key.pem"), cert: read("cert.pem") }, (request) => {
      let body = "";
      request.on("data", (data) => (body += String(data)));
      request.on("end", () => {
        bodies.push(body);
        cut(request.socket);
      });
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as { port: number };
    // The certificate of these tests is nobody's.
    vi.stubEnv("NODE_TLS_REJECT_UNAUTHORIZED", "0");
    const client = createClient({ token, baseUrl: `https://localhost:${port}`, connectTimeoutMs: 60_000 });
    const close = () => new Promise((resolve) => server.close(resolve));
    return { bodies, client, close };
  };
  afterEach(() => vi.unstubAllEnvs());

  test("row 24: a request whose answer is lost is unclear, and sent once", async () => {
    const { bodies, client, close } = await serve((socket) => socket.destroy());
    const error = await failureOf(client.submit("a/b", { prompt: "x" }));
    expect(error).toBeInstanceOf(SubmitUnknownError);
    expect([error.phase, bodies]).toEqual(["waiting", ['{"prompt":"x"}']]);
    await close();
  });
});

describe("row 21: a handshake that fails is no request", () => {
  const alert = Buffer.from([0x15, 3, 3, 0, 2, 2, 40]);
  const brief = { timeoutMs: 1 };
  test.each<[name: string, said: RegExp, options: SubmitOptions, answer: (socket: Socket) => void]>([
    ["a peer that speaks plain HTTP", /SSL/, {}, (socket) => socket.end("HTTP/1.1 400 Bad\r\n\r\n")],
    ["rubbish", /SSL/, {}, (socket) => socket.end("\0".repeat(50))],
    ["an alert", /SSL/, {}, (socket) => socket.end(alert)],
    // What may pass is tried again for as long as there is time.
    ["an end", /disconnected before secure/, brief, (socket) => socket.end()],
    ["a reset", /ECONNRESET/, brief, (socket) => socket.resetAndDestroy()],
  ])("%s", async (_name, said, options, answer) => {
    const server = await startFaultServer(
      () => {},
      (socket) => socket.once("data", () => answer(socket)),
    );
    running.push(server);
    const baseUrl = `https://localhost:${server.port}`;
    const input = { prompt: "x".repeat(1_000_000) };
    const error = await failureOf(createClient({ token, baseUrl }).submit("a/b", input, options));
    expect(error).toBeInstanceOf(ConnectionError);
    expect(error.message).toMatch(said);
    expect(error.message).toContain("Nothing was paid");
    expect(server.connections).toBe(1);
  });
});

test("row 18: a proxy of the environment is not used, and never sees the token", async () => {
  const proxy = await start((socket) => socket.end(http("200 OK", reply)));
  for (const name of ["HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy", "ALL_PROXY"])
    vi.stubEnv(name, proxy.url);
  const server = await start((socket, { method }) => {
    socket.end(http("200 OK", method === "POST" ? reply : '{"request_id":"job-1","status":"in_queue"}'));
  });
  const job = await clientOf(server).submit("a/b", {});
  await job.status();
  vi.unstubAllEnvs();
  expect(server.requests.length).toBe(2);
  expect(proxy.connections).toBe(0);
});

test("through the caller's own fetch every lost connection counts as sent", async () => {
  const client = createClient({ token, fetch: () => Promise.reject(new TypeError("fetch failed")) });
  const error = await failureOf(client.submit("a/b", {}));
  expect(error).toBeInstanceOf(SubmitUnknownError);
  expect(error.phase).toBe("sending");
});

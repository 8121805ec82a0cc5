import { once } from "node:events";
import { readFileSync } from "node:fs";
import nodeHttp from "node:http";
import nodeHttps from "node:https";
import { connect, Socket } from "node:net";
import type { AddressInfo } from "node:net";
import { connect as secure, TLSSocket } from "node:tls";
import { afterEach, expect, test, vi } from "vitest";
import { createClient } from "../../../src/index.js";
import { save } from "../../../src/node/index.js";
import { startFaultServer } from "../../support/fault-server.js";
import { makeFolder } from "./save-support.js";

// msw, nock and tracers replace these functions, often after this package was imported. A test that believes itself cut off from the
// service would pay for a job if it were not so.
const blocked = (): never => {
  throw new Error("blocked by the test");
};

afterEach(() => void vi.restoreAllMocks());

test.each([
  [nodeHttps, "https://model-api.runcomfy.net"],
  [nodeHttp, "http://127.0.0.1:9"],
])(
  "a request function that is replaced after the import gets the paid request, case %#",
  async (module, baseUrl) => {
    const request = vi.spyOn(module, "request").mockImplementation(blocked);
    const client = createClient({ token: "canary-token-0123456789", baseUrl });
    await expect(client.submit("a/b", {}, { timeoutMs: 1 })).rejects.toThrow("blocked by the test");
    expect(request).toHaveBeenCalledOnce();
  },
);

test.each([TypeError, ReferenceError])(
  "a fault of the program itself is not tried again: %o",
  async (Fault) => {
    const request = vi.spyOn(nodeHttps, "request").mockImplementation(() => {
      throw new Fault("broken");
    });
    const work = createClient({ token: "canary-token-0123456789" }).submit("a/b", {}, { timeoutMs: 1000 });
    await expect(work).rejects.toThrow("broken. Nothing was paid. Fix that first.");
    expect(request).toHaveBeenCalledOnce();
  },
);

test("it gets the requests for files, too", async () => {
  const request = vi.spyOn(nodeHttp, "request").mockImplementation(blocked);
  const folder = await makeFolder();
  const result = { requestId: "job-1", output: { image: "http://127.0.0.1:9/1.png" } };
  const options = { directory: folder.path, allowLocalhost: true };
  await expect(save(result, options)).rejects.toThrow();
  expect(request).toHaveBeenCalled();
  await folder.remove();
});

/** What a program's own tunnel does: the paid request goes over a connection that the program made. */
const connectBy = (createConnection: () => Socket): void => {
  const { request } = nodeHttps;
  vi.spyOn(nodeHttps, "request").mockImplementation(((url: string, options: object) =>
    request(url, { ...options, agent: undefined, createConnection })) as typeof request);
};

test("a connection that is refused at once has sent nothing: no network, or no leave to use it", async () => {
  connectBy(() => {
    const socket = new Socket();
    process.nextTick(() => socket.destroy(new Error("connect ENETUNREACH")));
    return socket;
  });
  const work = createClient({ token: "canary-token-0123456789" }).submit("a/b", {}, { timeoutMs: 1 });
  await expect(work).rejects.toMatchObject({
    code: "connection",
    message: expect.stringContaining("connect ENETUNREACH. Nothing was paid."),
  });
});

test("a handshake that fails inside another package's tunnel has sent nothing", async () => {
  const server = await startFaultServer(
    () => {},
    (socket) => socket.once("data", () => socket.end("rubbish, which is no handshake")),
  );
  const tunnel = connect(server.port, "127.0.0.1");
  await once(tunnel, "connect");
  connectBy(() => secure({ socket: tunnel }));
  const work = createClient({ token: "canary-token-0123456789" }).submit("a/b", {}, { timeoutMs: 1 });
  await expect(work).rejects.toMatchObject({
    code: "connection",
    message: expect.stringContaining("Nothing was paid."),
  });
  await server.close();
});

test.each([
  ["opened by connect", (socket: Socket) => secure({ socket, rejectUnauthorized: false })],
  ["made by hand", (socket: Socket) => new TLSSocket(socket)],
])("what is lost after the handshake in such a tunnel is unclear, %s", async (_name, wrap) => {
  const read = (name: string) => readFileSync(new URL(`../../fixtures/tls/${name}`, import.meta.url));
  let posts = 0;
  const server = nodeHttps.createServer({ key: read("key.pem"), cert: read("cert.pem") }, (request) => {
    request.resume().on("end", () => {
      posts++;
      request.socket.destroy();
    });
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  const tunnel = connect((server.address() as AddressInfo).port, "127.0.0.1");
  await once(tunnel, "connect");
  connectBy(() => wrap(tunnel));
  const work = createClient({ token: "canary-token-0123456789" }).submit("a/b", { prompt: "x" });
  await expect(work).rejects.toMatchObject({ code: "submit_unknown", phase: "waiting" });
  expect(posts).toBe(1);
  server.close();
});

test("an agent of another package in place of Node's, without options, is no obstacle", async () => {
  const { globalAgent } = nodeHttps;
  nodeHttps.globalAgent = Object.assign(new nodeHttps.Agent(), { options: undefined as never });
  const client = createClient({ token: "canary-token-0123456789", baseUrl: "https://localhost:1" });
  const work = client.submit("a/b", {}, { timeoutMs: 1 });
  await expect(work)
    .rejects.toThrow("ECONNREFUSED")
    .finally(() => (nodeHttps.globalAgent = globalAgent));
});

import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { createServer as createSecureServer } from "node:https";
import { connect, createServer as createTcpServer } from "node:net";
import type { AddressInfo, Server, Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { root, run } from "./packages.js";

const fixture = (name: string) => join(root, "test/fixtures/media-host", name);
const token = "planted-token-7f3a91";
const closers: (() => void)[] = [];
afterEach(() => closers.splice(0).forEach((close) => close()));

const listen = async (server: Server): Promise<number> => {
  const sockets = new Set<Socket>();
  server.on("connection", (socket: Socket) => sockets.add(socket));
  closers.push(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  return (server.address() as AddressInfo).port;
};

/** The service behind TLS; it charges each POST that comes whole, and may hang up instead of answering. */
const startService = async (hangsUp: boolean) => {
  const charges: string[] = [];
  const secure = { key: readFileSync(fixture("key.pem")), cert: readFileSync(fixture("cert.pem")) };
  const server = createSecureServer(secure, (request, response) => {
    request.resume().on("end", () => {
      if (request.method === "POST") charges.push(String(request.headers.authorization));
      if (hangsUp) return void request.socket.destroy();
      response.setHeader("content-type", "application/json");
      response.end('{"request_id":"job-1","status":"in_queue"}');
    });
  });
  return { charges, port: await listen(server) };
};

/** A proxy that opens tunnels to one port only, and keeps what it was told in clear. Without a status it says nothing. */
const startProxy = async (target: number, status = "200 OK") => {
  const heard: string[] = [];
  const server = createServer().on("connect", (request, socket: Socket) => {
    heard.push(`${request.url} ${JSON.stringify(request.headers)}`);
    socket.on("error", () => {});
    if (status === "") return;
    if (!status.startsWith("200")) return void socket.end(`HTTP/1.1 ${status}\r\n\r\n`);
    const upstream = connect(target, "127.0.0.1", () => {
      socket.write(`HTTP/1.1 ${status}\r\n\r\n`);
      upstream.pipe(socket).pipe(upstream);
    });
    upstream.on("error", () => socket.destroy()).on("close", () => socket.destroy());
  });
  return { heard, url: `http://127.0.0.1:${await listen(server)}` };
};

const programOf = (
  options: object,
) => `import { createClient } from ${JSON.stringify(join(root, "dist/src/index.js"))};
const client = createClient(${JSON.stringify({ token, ...options })});
await client.submit("a/b", {}, { timeoutMs: 1000 }).then(
  (job) => job.status().then((update) => console.log(job.id, update.status)),
  (error) => console.log(error.code, error.phase, error.message),
);`;

const runBehind = async (proxy: string, options = {}) => {
  const words = ["--input-type=module", "--eval", programOf(options)];
  const env = { NODE_USE_ENV_PROXY: "1", HTTPS_PROXY: proxy, NODE_EXTRA_CA_CERTS: fixture("cert.pem") };
  return run(process.execPath, words, root, env);
};

// Older versions of Node cannot be told to use a proxy.
const test18 = test.skipIf(!process.allowedNodeEnvironmentFlags.has("--use-env-proxy"));

test18("row 18: told to use the environment's proxy, Node sends the paid request through it", async () => {
  const service = await startService(false);
  const proxy = await startProxy(service.port);
  const { stdout } = await runBehind(proxy.url);
  expect(stdout.trim()).toBe("job-1 in_queue");
  expect(service.charges).toEqual([`Bearer ${token}`]);
  expect(proxy.heard.length).toBeGreaterThan(1);
  expect(proxy.heard.join()).not.toContain(token);
});

test18("row 18: a proxy that refuses the tunnel has let nothing through", async () => {
  const service = await startService(false);
  const proxy = await startProxy(service.port, "407 Proxy Authentication Required");
  const { stdout } = await runBehind(proxy.url);
  expect(stdout).toMatch(/^connection undefined .*Nothing was paid/);
  expect(proxy.heard.length).toBeGreaterThan(1);
  expect(service.charges).toEqual([]);
});

test18("row 18: what is lost behind a proxy's tunnel counts as sent, and is sent once", async () => {
  const service = await startService(true);
  const proxy = await startProxy(service.port);
  const { stdout } = await runBehind(proxy.url);
  expect(stdout).toMatch(/^submit_unknown waiting /);
  expect(service.charges.length).toBe(1);
});

test18.each(["", "200 OK"])(
  "row 18: a tunnel that does not open keeps no program alive: %j",
  async (status) => {
    const silent = await listen(createTcpServer());
    const proxy = await startProxy(silent, status);
    const { stdout } = await runBehind(proxy.url, { submitTimeoutMs: 200 });
    expect(stdout).toMatch(/^connection undefined .*time is up. Nothing was paid/);
  },
);

/** A program that saves a file and measures one; both hosts are names that this machine does not know. */
const savingProgram = `import { checkMedia, save } from ${JSON.stringify(join(root, "dist/src/node/index.js"))};
const [directory] = process.argv.slice(1);
const output = { image: "https://media.runcomfy.net/x.png", images: ["https://10.0.0.1/x.png"] };
const { files, failed } = await save({ output, requestId: "req-1" }, { directory, onFailure: "report", attempts: 1 });
const media = { type: "string", "x-media": { below: { width_pixels: 100 } } };
const input = { type: "object", properties: { media }, additionalProperties: false };
const { problems } = await checkMedia({ input }, { media: "https://pictures.example.org/x.png" });
console.log(files.length, failed.map(({ error }) => error.reason), problems.length);`;

test18(
  "row 18: saving and the media check use the environment's proxy, and refuse private addresses all the same",
  async () => {
    const png = readFileSync(join(root, "test/fixtures/media/photo.png"));
    const secure = { key: readFileSync(fixture("key.pem")), cert: readFileSync(fixture("cert.pem")) };
    const host = createSecureServer(secure, (_request, response) => {
      response.writeHead(200, { "content-length": png.length, "content-type": "image/png" }).end(png);
    });
    const proxy = await startProxy(await listen(host));
    const directory = mkdtempSync(join(tmpdir(), "proxy-"));
    closers.push(() => rmSync(directory, { recursive: true }));
    const env = { NODE_USE_ENV_PROXY: "1", HTTPS_PROXY: proxy.url, NODE_EXTRA_CA_CERTS: fixture("cert.pem") };
    const words = ["--input-type=module", "--eval", savingProgram, directory];
    const { stdout } = await run(process.execPath, words, root, env);
    expect(stdout.trim()).toBe("1 [ 'refused' ] 1");
    expect(proxy.heard.map((line) => line.split(" ")[0])).toEqual([
      "media.runcomfy.net:443",
      "pictures.example.org:443",
    ]);
  },
);

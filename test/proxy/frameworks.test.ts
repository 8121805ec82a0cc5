import { Agent, request as httpRequest } from "node:http";
import type { Socket } from "node:net";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { once } from "node:events";
import { afterAll, afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { ProxyJob } from "../../src/adapters/proxy/index.js";
import { startEmulator } from "../../src/emulator/index.js";
import type { Emulator } from "../../src/emulator/index.js";
import { openDatabase, sayMissing } from "../engines/support/services.js";
import { finishAll, input, model, pages, secret } from "./support.js";

const root = join(import.meta.dirname, "../..");
const home = process.cwd();
const database = await openDatabase();
let emulator: Emulator;
let folder: string;

type Send = (request: Request) => Promise<Response>;
type Example = (request: Request) => Response | Promise<Response>;

beforeEach(async () => {
  mkdirSync(join(root, ".cache"), { recursive: true });
  folder = mkdtempSync(join(root, ".cache/proxy-"));
  process.chdir(folder);
  emulator = await startEmulator({ queueMs: 0, runMs: Infinity });
  vi.resetModules();
  vi.stubEnv("RUNCOMFY_BASE_URL", emulator.url);
  vi.stubEnv("RUNCOMFY_TOKEN", emulator.token);
  vi.stubEnv("PROXY_SECRET", secret);
  vi.stubEnv("CRON_SECRET", "cron-secret");
  vi.stubEnv("DATABASE_URL", database?.url ?? "");
});

afterEach(async () => {
  vi.unstubAllEnvs();
  process.chdir(home);
  rmSync(folder, { recursive: true, force: true });
  await emulator.close();
});

afterAll(() => database?.close());

const makeRequest = (body: unknown, session = "s-5f3c9a", origin = pages): Request =>
  new Request(`${pages}/api/runcomfy`, {
    method: "POST",
    headers: { origin, "content-type": "application/json", cookie: `theme=dark; session=${session}` },
    body: JSON.stringify(body),
  });

/** Examples keep their stores open for as long as their process lives. */
const kept: unknown[] = [];

const load = async (name: string): Promise<Record<string, unknown>> => {
  const loaded = (await import(join(root, "examples/proxy", name))) as Record<string, unknown>;
  kept.push(loaded);
  return loaded;
};

/** What every framework's example must do. */
const tryOut = async (send: Send): Promise<void> => {
  const submit = { call: "submit", model: model.id, key: crypto.randomUUID(), input };
  const read = async (body: unknown, session?: string, origin?: string) => {
    const response = await send(makeRequest(body, session, origin));
    expect(response.headers.get("cache-control")).toBe("no-store");
    return { status: response.status, job: (await response.json()) as ProxyJob };
  };
  const sent = await read(submit);
  expect(sent).toMatchObject({ status: 200, job: { state: "in_queue", key: submit.key } });
  const { handle } = sent.job;
  expect((await read(submit)).job.handle).toBe(handle);
  expect(await read({ call: "status", handle }, "s-71be04")).toMatchObject({ status: 404 });
  expect(await read(submit, "nobody")).toMatchObject({ status: 401 });
  expect(await read(submit, undefined, "https://evil.example")).toMatchObject({ status: 403 });
  finishAll(emulator);
  expect(await read({ call: "result", handle })).toMatchObject({
    ...{ status: 200, job: { state: "succeeded", output: { video: expect.any(String) } } },
  });
  expect(emulator.charged).toBe(1);
};

describe("the example for", () => {
  test("Hono answers pages", async () => {
    const { app } = (await load("hono-app.ts")) as { app: { fetch: Example } };
    await tryOut(async (request) => app.fetch(request));
  });

  test("SvelteKit answers pages", async () => {
    const { POST } = (await load("sveltekit-server.ts")) as {
      POST: (event: { request: Request }) => Promise<Response>;
    };
    await tryOut((request) => POST({ request }));
  });

  test.skipIf(sayMissing("PostgreSQL", database))("Next.js answers pages, and its cron job", async () => {
    vi.spyOn(console, "log").mockImplementation(() => {});
    const { POST, GET } = (await load("next-route.ts")) as Record<
      "POST" | "GET",
      (request: Request, context: object) => Promise<Response>
    >;
    await tryOut((request) => POST(request, { params: Promise.resolve({}) }));
    const ask = (headers: HeadersInit) => GET(new Request(`${pages}/api/runcomfy`, { headers }), {});
    expect((await ask({})).status).toBe(401);
    const swept = await ask({ authorization: "Bearer cron-secret" });
    expect(await swept.json()).toEqual({ open: 0, ended: 0, failed: 0 });
  });

  test.skipIf(sayMissing("PostgreSQL", database))(
    "Workers answers pages, with nothing kept from request to request",
    async () => {
      const { default: worker } = (await load("worker.ts")) as {
        default: { fetch: (request: Request, env: object, context: object) => Promise<Response> };
      };
      const left: Promise<unknown>[] = [];
      const context = { waitUntil: (work: Promise<unknown>) => left.push(work) };
      const env = { ...process.env };
      await tryOut((request) => worker.fetch(request, env, context));
      await Promise.all(left);
    },
  );

  test("Express answers pages, and keeps a connection on which it has refused a large body", async () => {
    const { app } = (await load("express-app.ts")) as {
      app: { listen: (port: number, host: string) => import("node:http").Server };
    };
    const server = app.listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as import("node:net").AddressInfo;
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const sockets = new Set<Socket>();
    const send: Send = async (request) => {
      const body = Buffer.from(await request.arrayBuffer());
      const { method, headers } = request;
      const outgoing = httpRequest({
        port,
        host: "127.0.0.1",
        path: "/api/runcomfy",
        method,
        agent,
        headers: { ...Object.fromEntries(headers), "content-length": body.length },
      });
      outgoing.on("socket", (socket) => sockets.add(socket));
      outgoing.end(body);
      const [incoming] = (await once(outgoing, "response")) as [import("node:http").IncomingMessage];
      const chunks: Buffer[] = [];
      for await (const chunk of incoming) chunks.push(chunk as Buffer);
      return new Response(Buffer.concat(chunks), {
        status: incoming.statusCode!,
        headers: incoming.headers as Record<string, string>,
      });
    };
    try {
      const large = {
        call: "submit",
        model: model.id,
        key: "key-00001",
        input: { prompt: "x".repeat(2_000_000) },
      };
      expect((await send(makeRequest(large))).status).toBe(413);
      expect((await send(makeRequest(large, "nobody"))).status).toBe(401);
      expect((await send(makeRequest(large, undefined, "https://evil.example"))).status).toBe(403);
      await tryOut(send);
      expect(sockets.size).toBe(1);
    } finally {
      agent.destroy();
      server.close();
      server.closeAllConnections();
    }
  });
});

import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { readFileSync, statSync } from "node:fs";
import { request } from "node:http";
import { join } from "node:path";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { bin, makeAgent, modelId, openStage, versions } from "./agent.js";
import type { Agent, AgentOptions, Stage } from "./agent.js";

const input = { prompt: "Rain." };

let stage: Stage;
let server: ChildProcess | undefined;
let told = "";
beforeEach(async () => {
  stage = await openStage();
});
afterEach(async () => {
  if (server?.exitCode === null && server.signalCode === null) {
    server.kill();
    await once(server, "close");
  }
  server = undefined;
  await stage.close();
});

/** Starts a server; gives its address. */
const start = async (flags: readonly string[], env: object = {}): Promise<URL> => {
  const child = spawn(process.execPath, [bin, "--http", "0", ...flags], {
    env: { ...stage.env, ...env },
    cwd: stage.folder,
  });
  server = child;
  told = "";
  for await (const bytes of child.stderr) {
    told += String(bytes);
    const [address] = /http:\S+/.exec(told) ?? [];
    if (address !== undefined && told.includes("token of")) return new URL(address);
  }
  throw new Error(`The server did not start: ${told}`);
};

const readToken = (): string => readFileSync(join(stage.folder, "state/runcomfy-models/mcp-token"), "utf8");

const connect = async (address: URL, token: string, options: AgentOptions): Promise<Agent> => {
  const agent = makeAgent(options);
  const requestInit = { headers: { authorization: `Bearer ${token}` } };
  await agent.client.connect(new StreamableHTTPClientTransport(address, { requestInit }));
  return agent;
};

describe.each(versions)("over HTTP an agent that speaks $version", ({ version, mode }) => {
  test("submits once, waits with progress, and a restarted server knows its job", async () => {
    const flags = ["--max-usd", "1", "--assume-usd", "0.5"];
    const first = await connect(await start(flags), readToken(), { mode });
    expect(first.client.getNegotiatedProtocolVersion()).toBe(version);
    const sent = await first.call("submit", { model: modelId, key: "a", input });
    expect(sent.data).toMatchObject({ state: "accepted" });
    const updates: unknown[] = [];
    const waited = await first.call("wait", { job: "a" }, { onprogress: (one) => updates.push(one) });
    expect(waited.data).toMatchObject({ state: "done" });
    expect(updates).not.toEqual([]);
    server!.kill("SIGKILL");
    await once(server!, "close");
    const second = await connect(await start(flags), readToken(), { mode });
    expect((await second.call("submit", { model: modelId, key: "a", input })).data).toMatchObject({
      repeated: true,
      job: sent.data["job"],
    });
    expect(stage.emulator.charged).toBe(1);
    await second.close();
  });

  test("asks the person, and takes yes and no", async () => {
    const address = await start([]);
    const willing = await connect(address, readToken(), { mode, person: "yes" });
    expect((await willing.call("submit", { model: modelId, key: "a", input })).data).toMatchObject({
      state: "accepted",
    });
    const unwilling = await connect(address, readToken(), { mode, person: "no" });
    expect(
      (await unwilling.call("submit", { model: modelId, key: "b", input: { prompt: "Snow." } })).data,
    ).toMatchObject({ error: "not_permitted" });
    expect([willing.questions.length, unwilling.questions.length]).toEqual([1, 1]);
    expect(stage.emulator.charged).toBe(1);
    await Promise.all([willing.close(), unwilling.close()]);
  });
});

/** Sends a request as a foreign page or program would; gives its status. */
const ask = (address: URL, headers: { readonly [name: string]: string }): Promise<number | undefined> =>
  new Promise((resolve, reject) => {
    const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/list" });
    const options = { method: "POST", headers: { "content-type": "application/json", ...headers } };
    request(address, options, (response) => {
      response.resume();
      resolve(response.statusCode);
    })
      .on("error", reject)
      .end(body);
  });

test("only requests with the token, this machine's Host and no foreign Origin are let in", async () => {
  const address = await start([], { RUNCOMFY_MCP_TOKEN: "a-token-of-its-own" });
  const authorization = "Bearer a-token-of-its-own";
  expect(await ask(address, {})).toBe(401);
  expect(await ask(address, { authorization: "Bearer wrong" })).toBe(401);
  expect(await ask(address, { authorization: `Bearer ${stage.emulator.token}` })).toBe(401);
  expect(await ask(address, { authorization, host: "evil.example" })).toBe(403);
  expect(await ask(address, { authorization, origin: "https://evil.example" })).toBe(403);
  expect(await ask(new URL("/", address), { authorization })).toBe(404);
  expect(await ask(address, { authorization, "mcp-session-id": "unknown" })).toBe(404);
  expect(told).not.toContain("a-token-of-its-own");
  expect(address.hostname).toBe("127.0.0.1");
});

test("the token that the server makes is random, kept, and for its user only", async () => {
  await start([]);
  const token = readToken();
  expect(token).toMatch(/^[\w-]{43}$/);
  expect(statSync(join(stage.folder, "state/runcomfy-models/mcp-token")).mode & 0o077).toBe(0);
  server!.kill();
  await once(server!, "close");
  await start([]);
  expect(readToken()).toBe(token);
});

test("a port that is taken ends the server with 69", async () => {
  const { port } = await start([]);
  const other = spawn(process.execPath, [bin, "--http", port], { env: stage.env, cwd: stage.folder });
  expect(await once(other, "close")).toEqual([69, null]);
});

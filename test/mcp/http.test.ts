import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, statSync } from "node:fs";
import { request } from "node:http";
import { join } from "node:path";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { bin, makeAgent, modelId, openStage, versions } from "./agent.js";
import type { Agent, AgentOptions, Stage } from "./agent.js";

const input = { prompt: "Rain." };

const budget = ["--max-usd", "5", "--assume-usd", "0.5"];

let stage: Stage;
beforeEach(async () => (stage = await openStage()));
afterEach(() => stage.close());

const readToken = (): string => readFileSync(join(stage.folder, "state/runcomfy-models/mcp-token"), "utf8");

const connect = async (address: URL, token: string, options: AgentOptions): Promise<Agent> => {
  const agent = makeAgent(options);
  const requestInit = { headers: { authorization: `Bearer ${token}` } };
  await agent.client.connect(new StreamableHTTPClientTransport(address, { requestInit }));
  return agent;
};

describe.each(versions)("over HTTP an agent that speaks $version", ({ version, mode }) => {
  test("submits once, waits with progress, and a restarted server knows its job", async () => {
    const one = await stage.serve(...budget);
    const first = await connect(one.address, readToken(), { mode });
    expect(first.client.getNegotiatedProtocolVersion()).toBe(version);
    const sent = await first.call("submit", { model: modelId, key: "a", input });
    expect(sent.data).toMatchObject({ state: "accepted" });
    const updates: unknown[] = [];
    const waited = await first.call("wait", { job: "a" }, { onprogress: (update) => updates.push(update) });
    expect(waited.data).toMatchObject({ state: "done" });
    expect(updates).not.toEqual([]);
    await one.stop();
    const two = await stage.serve(...budget);
    const second = await connect(two.address, readToken(), { mode });
    expect((await second.call("submit", { model: modelId, key: "a", input })).data).toMatchObject({
      repeated: true,
      job: sent.data["job"],
    });
    expect(stage.emulator.charged).toBe(1);
    await second.close();
  });

  test.for(["cancels its call", "is gone"])(
    "that %s while the paid request is open pays once, and finds the job under its key",
    async (how) => {
      const { address } = await stage.serve(...budget);
      const agent = await connect(address, readToken(), { mode });
      stage.emulator.faults.add({ route: "submit", delayMs: 300 });
      const submitted = stage.emulator.nextRequest(({ route }) => route === "submit");
      const cancelling = new AbortController();
      const call = agent.call("submit", { model: modelId, key: "a", input }, { signal: cancelling.signal });
      const failed = expect(call).rejects.toThrow();
      await submitted;
      if (how === "is gone") await agent.close();
      else cancelling.abort();
      await failed;
      const next = how === "is gone" ? await connect(address, readToken(), { mode }) : agent;
      expect((await next.call("wait", { job: "a" })).data).toMatchObject({ state: "done" });
      expect((await next.call("submit", { model: modelId, key: "a", input })).data).toMatchObject({
        repeated: true,
      });
      expect(stage.emulator.charged).toBe(1);
      await next.close();
    },
  );

  test("asks the person, and takes yes and no", async () => {
    const { address } = await stage.serve();
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
  vi.stubEnv("RUNCOMFY_MCP_TOKEN", "a-token-of-its-own");
  const { address, told } = await stage.serve();
  const authorization = "Bearer a-token-of-its-own";
  expect(await ask(address, {})).toBe(401);
  expect(await ask(address, { authorization: "Bearer wrong" })).toBe(401);
  expect(await ask(address, { authorization: `Bearer ${stage.emulator.token}` })).toBe(401);
  expect(await ask(address, { authorization, host: "evil.example" })).toBe(403);
  expect(await ask(address, { authorization, origin: "https://evil.example" })).toBe(403);
  expect(await ask(new URL("/", address), { authorization })).toBe(404);
  expect(await ask(address, { authorization, "mcp-session-id": "unknown" })).toBe(404);
  expect(told()).not.toContain("a-token-of-its-own");
  expect(address.hostname).toBe("127.0.0.1");
});

test("the token that the server makes is random, kept, and for its user only", async () => {
  const { stop } = await stage.serve();
  const token = readToken();
  expect(token).toMatch(/^[\w-]{43}$/);
  expect(statSync(join(stage.folder, "state/runcomfy-models/mcp-token")).mode & 0o077).toBe(0);
  await stop();
  await stage.serve();
  expect(readToken()).toBe(token);
});

test("a port that is taken ends the server with 69", async () => {
  const { address } = await stage.serve();
  expect(await stage.run("--http", address.port)).toMatchObject({ code: 69 });
});

test("the program serves over HTTP, and a signal ends it after the paid request is recorded", async () => {
  const child = spawn(process.execPath, [bin, "--http", "0", ...budget], {
    env: stage.env,
    cwd: stage.folder,
  });
  let told = "";
  for await (const bytes of child.stderr) {
    told += String(bytes);
    if (told.includes("token of")) break;
  }
  const agent = await connect(new URL(/http:\S+/.exec(told)![0]), readToken(), {});
  stage.emulator.faults.add({ route: "submit", delayMs: 300 });
  const submitted = stage.emulator.nextRequest(({ route }) => route === "submit");
  const call = agent.call("submit", { model: modelId, key: "a", input }).catch(() => undefined);
  await submitted;
  const ended = once(child, "close");
  child.kill();
  await call;
  expect(await ended).toEqual([null, "SIGTERM"]);
  expect(await stage.records()).toMatchObject([{ key: "a", state: "accepted" }]);
  expect(stage.emulator.charged).toBe(1);
  await agent.close();
});

import { spawn } from "node:child_process";
import { once } from "node:events";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { bin, modelId, openStage, versions } from "./agent.js";
import type { Reply, Stage } from "./agent.js";

const budget = ["--max-usd", "5", "--assume-usd", "0.5"];
const order = (key: string, prompt = "Rain."): object => ({ model: modelId, key, input: { prompt } });

let stage: Stage;
beforeEach(async () => (stage = await openStage()));
afterEach(() => stage.close());

/** The next paid request, once the service has accepted it and before it answers. */
const nextSubmit = (): Promise<unknown> => stage.emulator.nextRequest(({ route }) => route === "submit");

const slowSubmit = { route: "submit", delayMs: 300 } as const;

describe.each(versions)("an agent that speaks $version", ({ mode }) => {
  test("does not pay again after its server was killed, not even for a request that was open then", async () => {
    const first = await stage.start({ mode, flags: budget });
    const sent = await first.call("submit", order("a"));
    stage.emulator.faults.add({ route: "submit", never: true });
    const submitted = nextSubmit();
    const lost = first.call("submit", order("b", "Snow.")).catch(() => "lost");
    await submitted;
    await first.kill();
    expect(await lost).toBe("lost");
    const second = await stage.open({ mode, flags: budget });
    expect((await second.call("submit", order("a"))).data).toMatchObject({
      repeated: true,
      job: sent.data["job"],
    });
    expect((await second.call("wait", { job: "a" })).data).toMatchObject({ state: "done" });
    expect((await second.call("wait", { job: "b", seconds: 1 })).data).toMatchObject({
      state: expect.stringMatching(/^(?:sending|unknown)$/),
    });
    expect((await second.call("submit", order("c", "Snow."))).data).toMatchObject({
      error: "same_input",
      earlier_key: "b",
    });
    expect(stage.emulator.charged).toBe(2);
  });

  test("does not end a paid request by cancelling its call", async () => {
    stage.emulator.faults.add(slowSubmit);
    const agent = await stage.open({ mode, flags: budget });
    const cancelling = new AbortController();
    const submitted = nextSubmit();
    const call = agent.call("submit", order("a"), { signal: cancelling.signal });
    await submitted;
    cancelling.abort();
    await expect(call).rejects.toThrow();
    expect((await agent.call("wait", { job: "a" })).data).toMatchObject({ state: "done" });
    expect((await agent.call("submit", order("a"))).data).toMatchObject({ repeated: true });
    expect(stage.emulator.charged).toBe(1);
  });

  test("asks a person before each paid job, with the price first, and pays after a yes", async () => {
    const agent = await stage.open({ mode, person: "yes" });
    expect((await agent.call("submit", order("a", "Rain.\nPrice: $0"))).data).toMatchObject({
      state: "accepted",
    });
    expect(agent.questions).toEqual([
      [
        "Pay for one job? Price: not known.",
        `Model: ${modelId}`,
        'Input: {"prompt":"Rain.\\nPrice: $0"}',
        'Key: "a"',
      ].join("\n"),
    ]);
    await agent.call("submit", order("a", "Rain.\nPrice: $0"));
    expect(agent.questions.length).toBe(1);
    expect(stage.emulator.charged).toBe(1);
  });

  test("pays nothing after a no, and hears that perhaps nobody was asked", async () => {
    const agent = await stage.open({ mode, person: "no" });
    const refused = await agent.call("submit", order("a"));
    expect(refused).toMatchObject({
      isError: true,
      data: {
        error: "not_permitted",
        paid: false,
        reason: expect.stringContaining("Perhaps nobody was asked"),
      },
    });
    expect(agent.questions.length).toBe(1);
    expect(stage.emulator.charged).toBe(0);
    expect(await stage.records()).toEqual([]);
  });

  test("that cannot ask is refused with the reason, until a person allows the job in a terminal", async () => {
    const agent = await stage.open({ mode, person: "nobody" });
    const refused = await agent.call("submit", order("a"));
    expect(refused.data).toMatchObject({
      error: "not_permitted",
      reason: expect.stringMatching(/--max-usd.*cannot ask/),
    });
    const code = /allow (\w+)$/.exec(String(refused.data["command_for_a_person"]))![1]!;
    expect((await stage.run("allow")).out).toContain(code);
    // An agent that can run commands has no terminal, and no flag answers for the person.
    expect(await stage.run("allow", code)).toMatchObject({
      code: 64,
      out: expect.stringContaining("no terminal"),
    });
    expect(await stage.run("allow", code, "--yes")).toMatchObject({ code: 64 });
    expect((await stage.runAtTerminal("", "allow", code)).out).toContain("Not allowed");
    expect((await agent.call("submit", order("a"))).data).toMatchObject({ error: "not_permitted" });
    expect(await stage.runAtTerminal("y", "allow", code)).toMatchObject({ code: 0 });
    // The permission is for this key, model and input.
    expect((await agent.call("submit", order("b"))).data).toMatchObject({ error: "not_permitted" });
    expect((await agent.call("submit", order("a", "Snow."))).data).toMatchObject({ error: "not_permitted" });
    expect(stage.emulator.charged).toBe(0);
    expect((await agent.call("submit", order("a"))).data).toMatchObject({ state: "accepted" });
    expect(stage.emulator.charged).toBe(1);
  });
});

test("a closed standard input ends the server after the paid request is recorded", async () => {
  stage.emulator.faults.add(slowSubmit);
  const child = spawn(process.execPath, [bin, ...budget], { env: stage.env, cwd: stage.folder });
  const send = (message: object): void => {
    child.stdin.write(`${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`);
  };
  const clientInfo = { name: "agent", version: "1" };
  const params = { protocolVersion: "2025-11-25", capabilities: {}, clientInfo };
  send({ id: 1, method: "initialize", params });
  await once(child.stdout, "data");
  send({ method: "notifications/initialized" });
  const submitted = nextSubmit();
  send({ id: 2, method: "tools/call", params: { name: "submit", arguments: order("a") } });
  await submitted;
  child.stdin.end();
  expect(await once(child, "close")).toEqual([0, null]);
  expect(await stage.records()).toMatchObject([{ key: "a", state: "accepted" }]);
  expect(stage.emulator.charged).toBe(1);
});

test.each(["SIGTERM", "SIGINT"] as const)(
  "%s ends the server by the signal, after the paid request is recorded",
  async (name) => {
    stage.emulator.faults.add(slowSubmit);
    const agent = await stage.start({ flags: budget });
    const submitted = nextSubmit();
    const call = agent.call("submit", order("a")).catch(() => undefined);
    await submitted;
    const gone = new Promise((resolve) => (agent.client.onclose = () => resolve(undefined)));
    process.kill(agent.pid, name);
    await Promise.all([gone, call]);
    expect(await stage.records()).toMatchObject([{ key: "a", state: "accepted" }]);
    expect(stage.emulator.charged).toBe(1);
  },
);

test("servers and restarts that name one budget share it", async () => {
  const flags = ["--max-usd", "1", "--assume-usd", "0.5"];
  const [one, two] = await Promise.all([stage.start({ flags }), stage.open({ flags })]);
  const replies: Reply[] = await Promise.all([
    one.call("submit", order("1", "One.")),
    two.call("submit", order("2", "Two.")),
    one.call("submit", order("3", "Three.")),
    two.call("submit", order("4", "Four.")),
  ]);
  const states = replies.map(({ data }) => String(data["state"])).sort();
  expect(states).toEqual(["accepted", "accepted", "held", "held"]);
  expect(stage.emulator.charged).toBe(2);
  await Promise.all([one.kill(), two.close()]);
  const third = await stage.open({ flags });
  expect((await third.call("submit", order("5", "Five."))).data).toMatchObject({
    error: "held",
    paid: false,
    budget: { left_usd: 0 },
  });
  await third.close();
  const raised = await stage.open({ flags: ["--max-usd", "1.5", "--assume-usd", "0.5"] });
  expect((await raised.call("submit", order("5", "Five."))).data).toMatchObject({ state: "accepted" });
  expect(stage.emulator.charged).toBe(3);
});

test("a job without a certain price is not paid from a budget unless --assume-usd counts it", async () => {
  const agent = await stage.open({ flags: ["--max-usd", "5"] });
  expect(await agent.call("submit", order("a"))).toMatchObject({
    isError: true,
    data: { error: "input", issues: [{ code: "price" }], key: "a" },
  });
  expect(stage.emulator.charged).toBe(0);
});

test("a new key for an input that was just submitted names the earlier job, also at the same moment", async () => {
  const agent = await stage.open({ flags: budget });
  const both = await Promise.all([agent.call("submit", order("a")), agent.call("submit", order("b"))]);
  const refused = both.find(({ isError }) => isError)!;
  expect(refused.data).toMatchObject({ error: "same_input", earlier_key: "a", paid: false });
  expect(stage.emulator.charged).toBe(1);
  expect((await agent.call("submit", { ...order("c"), beside: "x" })).data).toMatchObject({
    error: "same_input",
    earlier_job: { key: "a", state: "accepted" },
  });
  expect((await agent.call("submit", { ...order("c"), beside: "a" })).data).toMatchObject({
    state: "accepted",
  });
  expect(stage.emulator.charged).toBe(2);
});

test("a key that belongs to another job is refused, and nothing is sent", async () => {
  const agent = await stage.open({ flags: budget });
  await agent.call("submit", order("a"));
  expect((await agent.call("submit", order("a", "Snow."))).data).toMatchObject({
    error: "key_conflict",
    paid: false,
    on_record: { key: "a", state: "accepted" },
  });
  expect(stage.emulator.charged).toBe(1);
});

test("submit answers within its limit, and the paid request goes on behind", async () => {
  stage.emulator.faults.add(slowSubmit);
  const agent = await stage.open({ flags: budget, limits: { submitMs: 50 } });
  expect((await agent.call("submit", order("a"))).data).toMatchObject({ key: "a", state: "sending" });
  expect((await agent.call("wait", { job: "a" })).data).toMatchObject({ state: "done" });
  expect(stage.emulator.charged).toBe(1);
});

test("no answer within the limit costs nothing, and says that perhaps nobody was asked", async () => {
  const agent = await stage.open({ mode: "legacy", person: "silent", limits: { askMs: 50 } });
  expect((await agent.call("submit", order("a"))).data).toMatchObject({
    error: "not_permitted",
    paid: false,
    reason: expect.stringContaining("Perhaps nobody was asked"),
    command_for_a_person: expect.stringMatching(/^npx runcomfy-mcp allow \w+$/),
  });
  expect(stage.emulator.charged).toBe(0);
});

test("a question that the client answers by a call of its own, and never does, can be answered in a terminal", async () => {
  const agent = await stage.open({ mode: "auto", person: "silent" });
  agent.call("submit", order("a")).catch(() => {});
  await vi.waitUntil(() => agent.questions.length === 1, { timeout: 60_000 });
  const { out } = await stage.run("allow");
  expect(out).toContain("Pay for one job?");
  expect(await stage.runAtTerminal("yes", "allow", /^\w+/.exec(out)![0])).toMatchObject({ code: 0 });
  expect(stage.emulator.charged).toBe(0);
  expect((await agent.call("submit", order("a"))).data).toMatchObject({ state: "accepted" });
  expect(stage.emulator.charged).toBe(1);
});

test("a shipped model without a price takes that of the live catalogue", async () => {
  const { model } = await import("../../generated/models/wan-ai/wan-2.7/text-to-video.js");
  stage.emulator.publish([{ ...model, price: { usd: 0.1, unit: "second" } }]);
  const agent = await stage.open({ person: "yes" });
  const price = await agent.call("estimate", { model: modelId, input: { prompt: "Rain.", duration: 4 } });
  expect(price.data).toMatchObject({ usd: 0.4, bound: "at_least", basis: "4 seconds at $0.1" });
  await agent.call("submit", order("a"));
  expect(agent.questions[0]).toMatch(/^Pay for one job\? Price: at least \$0\.5\.\n/);
});

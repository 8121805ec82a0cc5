import { expect, test } from "vitest";
import { modelId, openStage } from "./agent.js";

const flags = ["--max-usd", "5", "--assume-usd", "0.5"];
const order = { model: modelId, key: "a", input: { prompt: "Rain." } };

test("a request whose outcome nobody knows is told as perhaps paid, and is never sent again", async () => {
  const stage = await openStage();
  stage.emulator.faults.add({ route: "submit", reset: "after" });
  const agent = await stage.open({ flags });
  expect(await agent.call("submit", order)).toMatchObject({
    isError: true,
    data: {
      error: "unknown",
      paid: "perhaps",
      key: "a",
      what_to_do: expect.stringContaining("runcomfy-models jobs"),
    },
  });
  expect((await agent.call("submit", order)).data).toMatchObject({ repeated: true, state: "unknown" });
  expect((await agent.call("submit", { ...order, key: "b" })).data).toMatchObject({
    error: "same_input",
    earlier_job: { key: "a", state: "unknown" },
  });
  expect((await agent.call("wait", { job: "a" })).data).toMatchObject({ state: "unknown" });
  expect((await agent.call("jobs", { state: "unknown" })).data).toMatchObject({ count: 1 });
  expect(stage.emulator.charged).toBe(1);
  await stage.close();
});

test("a queued job is cancelled and costs nothing; wait ends within its limit while a job goes on", async () => {
  const stage = await openStage({ queueMs: Infinity });
  const agent = await stage.open({ flags, limits: { waitMs: 60, reportMs: 20 } });
  const { data } = await agent.call("submit", order);
  const updates: string[] = [];
  const waited = await agent.call(
    "wait",
    { job: "a" },
    { onprogress: ({ message = "" }) => updates.push(message) },
  );
  expect(waited.data).toMatchObject({ state: "accepted", what_to_do: "The job goes on. Call wait again." });
  expect(updates).not.toEqual([]);
  expect((await agent.call("cancel", { job: String(data["job"]) })).data).toMatchObject({
    state: "cancelled",
  });
  expect((await agent.call("wait", { job: "a" })).data).toMatchObject({ state: "cancelled" });
  expect((await agent.call("balance")).data).toMatchObject({ budget: { left_usd: 5 } });
  expect(stage.emulator.charged).toBe(0);
  await stage.close();
});

test("a job that nobody has submitted, and arguments that do not fit, come back as data", async () => {
  const stage = await openStage();
  const agent = await stage.open();
  for (const tool of ["wait", "result", "cancel"])
    expect((await agent.call(tool, { job: "none" })).data).toMatchObject({
      error: "no_such_job",
      given: "none",
    });
  expect((await agent.call("submit", { modle: "x" })).data).toMatchObject({
    error: "arguments",
    paid: false,
    issues: expect.arrayContaining([expect.objectContaining({ path: "/modle", nearest: "model" })]),
  });
  expect((await agent.call("get_model", { model: "wan-ai/wan-2.7/text-to-vide" })).data).toMatchObject({
    error: "unknown_model",
    nearest: expect.arrayContaining([modelId]),
  });
  await stage.close();
});

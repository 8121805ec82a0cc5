import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { modelId, openStage, versions } from "./agent.js";
import type { Stage } from "./agent.js";

const input = { prompt: "Rain on a tin roof." };
const budget = ["--max-usd", "5", "--assume-usd", "0.5"];

let stage: Stage;
beforeEach(async () => (stage = await openStage()));
afterEach(() => stage.close());

describe.each(versions)("an agent that speaks $version", ({ version, mode }) => {
  test("finds a model, reads its fields, corrects its input by the answer, pays once and waits", async () => {
    const agent = await stage.open({ mode, flags: budget });
    expect(agent.client.getNegotiatedProtocolVersion()).toBe(version);

    const found = await agent.call("search_models", { text: "wan 2.7", makes: "video" });
    expect(found.data["from_service"]).toMatchObject({
      models: expect.arrayContaining([expect.objectContaining({ id: modelId })]),
    });
    const { data: described } = await agent.call("get_model", { model: modelId });
    expect(described["from_service"]).toMatchObject({
      input_schema: { required: ["prompt"], properties: { resolution: { enum: ["720p", "1080p"] } } },
    });

    const wrong = await agent.call("submit", {
      model: modelId,
      key: "roof",
      input: { promt: "x", resolution: "720" },
    });
    expect(wrong.isError).toBe(true);
    expect(wrong.data).toMatchObject({
      error: "input",
      paid: false,
      issues: [
        { path: "/promt", code: "unknown_field", nearest: "prompt" },
        { path: "/resolution", code: "enum", nearest: '"720p"' },
        { path: "/prompt", code: "required" },
      ],
    });
    expect(stage.emulator.charged).toBe(0);

    const price = await agent.call("estimate", { model: modelId, input });
    expect(price.data).toMatchObject({ counted_usd: 0.5, budget: { max_usd: 5, left_usd: 5 } });
    const sent = await agent.call("submit", { model: modelId, key: "roof", input });
    expect(sent.data).toMatchObject({ key: "roof", state: "accepted", budget: { left_usd: 4.5 } });
    const again = await agent.call("submit", { model: modelId, key: "roof", input });
    expect(again.data).toMatchObject({ repeated: true, key: "roof", job: sent.data["job"] });

    const updates: string[] = [];
    const waited = await agent.call(
      "wait",
      { job: "roof" },
      { onprogress: ({ message = "" }) => updates.push(message) },
    );
    expect(waited.data).toMatchObject({ state: "done", cost_usd: 0.05 });
    expect(updates.at(-1)).toBe("completed");
    const result = await agent.call("result", { job: String(sent.data["job"]) });
    expect(result.data["from_service"]).toMatchObject({
      output: { video: expect.stringContaining(stage.emulator.url) },
    });
    expect((await agent.call("balance")).data).toMatchObject({
      balance_usd: 99.95,
      budget: { left_usd: 4.95 },
    });
    expect(stage.emulator.charged).toBe(1);
  });
});

import { describe, expect, test } from "vitest";
import { JobTimeoutError } from "../../src/index.js";
import type { ClientOptions } from "../../src/index.js";
import { succeeded } from "../support/service.js";
import type { Answer } from "../support/service.js";
import { startWait, stateOf } from "../support/waiting.js";

describe("what a poll asks", () => {
  test("the first one at a job just submitted leaves after the shortest interval", async () => {
    const { clock, client, service } = startWait({});
    await clock.run(client.run("a/b", {}));
    expect(service.seen.map(({ at }) => at)).toEqual([1000, 1500, 1500]);
  });

  test("the result with its cost first, and without where that failed", async () => {
    const { clock, job, service } = startWait({
      result: (_request, nth) => (nth === 1 ? { status: 500 } : { body: succeeded() }),
    });
    await clock.run(job.result());
    expect(service.seen.slice(1).map(({ path }) => path)).toEqual([
      "/v1/requests/job-1/result?include_cost=true",
      "/v1/requests/job-1/result",
    ]);
  });

  test("and waits for a result of twenty seconds, though not for its cost", async () => {
    const { clock, job, service } = startWait({ result: () => ({ body: succeeded(), delayMs: 20_000 }) });
    expect((await clock.run(job.result())).requestId).toBe("job-1");
    expect(service.count("result")).toBe(2);
  });

  test("at first after each shortest interval, however long the client has run", async () => {
    const { clock, job, service } = startWait({
      status: () => stateOf(clock.now() < 1_002_000 ? "in_queue" : "completed"),
    });
    clock.jump(1e6);
    await clock.run(job.result());
    expect(service.seen.map(({ at }) => at - 1_001_000)).toEqual([0, 500, 1000, 1000]);
  });

  test("row 71: after a fault that names a wait nothing before it is over", async () => {
    const { clock, job, service } = startWait({
      status: (_request, nth) =>
        nth === 1 ? { status: 503, headers: { "retry-after": "40" } } : stateOf("completed"),
    });
    await clock.run(job.result());
    expect(service.seen[1]!.at - service.seen[0]!.at).toBe(40_000);
  });

  test("after one fault the next poll comes within a second", async () => {
    const { clock, job, service } = startWait({
      status: (_request, nth) => (nth === 1 ? { status: 503 } : stateOf("completed")),
    });
    await clock.run(job.result());
    expect(service.seen[1]!.at - service.seen[0]!.at).toBeLessThan(1000);
  });
});

describe("row 73: the last poll before the deadline", () => {
  test("is sent whatever the interval", async () => {
    for (let timeoutMs = 60_000; timeoutMs < 66_000; timeoutMs += 500) {
      const { clock, job } = startWait({
        status: () => stateOf(clock.now() < timeoutMs - 100 ? "in_progress" : "completed"),
      });
      expect((await clock.run(job.result({ timeoutMs }))).requestId).toBe("job-1");
    }
  });

  test("is the last one, also where another would be due with the deadline", async () => {
    const { clock, job, service, failure } = startWait({ status: () => stateOf("in_progress") });
    expect(await failure(job.result({ timeoutMs: 5000 }))).toBeInstanceOf(JobTimeoutError);
    expect([service.seen.at(-1)!.at, clock.now()]).toEqual([5500, 6000]);
  });
});

test("each change of the word is told, with a job of one's own to write into", async () => {
  const words = ["pending", "queued", "queued", "completed"];
  const told: string[] = [];
  const onStatus: ClientOptions["onStatus"] = ({ word }, ref) => {
    told.push(`${word} ${ref.id} ${ref.model}`);
    Object.assign(ref, { id: "other" });
  };
  const { clock, job, lines } = startWait(
    { status: (_request, nth) => stateOf(words[nth - 1]) },
    { onStatus },
  );
  await clock.run(job.result());
  expect(told).toEqual(["pending job-1 a/b", "queued job-1 a/b", "completed job-1 a/b"]);
  expect(lines).toEqual([]);
});

test("a page in place of a status is an error with its status and text", async () => {
  const { job, failure } = startWait({ status: () => ({ body: "<html>Log in</html>" }) });
  expect(await failure(job.status())).toMatchObject({
    code: "response",
    status: 200,
    body: "<html>Log in</html>",
    job: { id: "job-1", model: "a/b" },
  });
});

describe("row 70: the date of the answers", () => {
  test.each<[string, (at: number) => Record<string, string>]>([
    ["goes on", (at) => ({ date: new Date(at).toUTCString() })],
    ["is not told", () => ({})],
  ])("is no reason for a warning where it %s", async (_name, headersAt) => {
    const { clock, job, lines } = startWait({
      status: () => ({
        ...stateOf(clock.now() < 100_000 ? "in_progress" : "completed"),
        headers: headersAt(clock.now()),
      }),
    });
    await clock.run(job.result());
    expect(lines).toEqual([]);
  });
});

test.each<[string, Answer | Error, string]>([
  ["none", new Error("lost"), "connection"],
  ["a page", { body: "<html>" }, "response"],
  ["another job's", { body: { request_id: "job-2", status: "completed" } }, "response"],
  ["no status", { body: { request_id: "job-1" } }, "response"],
  ["a fault", { status: 500 }, "http"],
  ["a refusal", { status: 401 }, "auth"],
])("the error of a poll whose answer is %s names the job", async (_name, answer, code) => {
  const { job, failure } = startWait({ status: () => answer });
  expect(await failure(job.status())).toMatchObject({ code, job: { id: "job-1", model: "a/b" } });
});

import { expect, test } from "vitest";
import { createClient, NotFoundError } from "../../src/index.js";
import { createClock } from "../support/clock.js";
import { accepted, createService } from "../support/service.js";
import type { Answer } from "../support/service.js";

/** A service that does not know a new job until some time after the submit. */
const setup = (lagMs: number) => {
  const clock = createClock(0);
  const know = (body: object) => (): Answer =>
    clock.now() < lagMs ? { status: 404, body: { error_code: 404001 } } : { body };
  const service = createService(clock, {
    submit: () => ({ body: accepted() }),
    status: know({ request_id: "job-1", status: "in_queue" }),
    cancel: know({ request_id: "job-1", outcome: "cancelled" }),
  });
  const lines: string[] = [];
  const log = (line: string) => void lines.push(line);
  const logger = { info: log, error: log };
  const client = createClient({ token: "test-token", fetch: service.fetch, clock, logger });
  return { clock, client, service, lines };
};

test("row 136: a job that was submitted a moment ago and is not known yet is polled again", async () => {
  const { clock, client } = setup(1000);
  const job = await clock.run(client.submit("a/b", {}));
  expect((await clock.run(job.status())).status).toBe("in_queue");
});

test("row 136: a job that was submitted a moment ago and is not known yet is cancelled all the same", async () => {
  const { clock, client } = setup(3000);
  const job = await clock.run(client.submit("a/b", {}));
  expect(await clock.run(job.cancel())).toEqual({ outcome: "cancelled", status: "cancelled" });
});

test("row 136: so it is by an abort with cancelOnAbort", async () => {
  const { clock, client, lines } = setup(3000);
  const controller = new AbortController();
  const onJob = () => controller.abort("enough");
  const run = client.run("a/b", {}, { signal: controller.signal, cancelOnAbort: true, onJob });
  await expect(clock.run(run)).rejects.toMatchObject({ code: "job_aborted", cause: "enough" });
  await clock.advance(20_000);
  expect(lines.join()).toContain("cancelled after the abort");
});

test("row 136: a job from elsewhere, or from long ago, that is not there is an error at once", async () => {
  const { clock, client, service } = setup(Infinity);
  const job = await clock.run(client.submit("a/b", {}));
  await expect(clock.run(client.job("a/b", job.id).status())).rejects.toThrow(NotFoundError);
  await clock.advance(60_000);
  for (const call of [job.status, job.cancel])
    await expect(clock.run<unknown>(call())).rejects.toThrow(NotFoundError);
  expect([service.count("status"), service.count("cancel")]).toEqual([2, 1]);
});

import { createClient } from "../../src/index.js";
import type { ClientOptions, RunComfyError } from "../../src/index.js";
import { createClock } from "./clock.js";
import { accepted, createService, succeeded } from "./service.js";
import type { Answer } from "./service.js";

/** A client, a job and the service behind them; unless told otherwise, the job is done. */
export const startWait = (routes: Parameters<typeof createService>[1], options: ClientOptions = {}) => {
  const clock = createClock();
  const service = createService(clock, {
    submit: () => ({ body: accepted() }),
    status: () => stateOf("completed"),
    result: () => ({ body: succeeded() }),
    ...routes,
  });
  const lines: string[] = [];
  const log = (line: string) => void lines.push(line);
  const logger = { info: log, warn: log, error: log };
  const client = createClient({
    token: "test-token",
    fetch: service.fetch,
    clock,
    random: () => 0.5,
    logger,
    ...options,
  });
  const job = client.job("a/b", "job-1");
  const failure = async (work: Promise<unknown>) =>
    clock.run(
      work.then(
        () => undefined,
        (error: unknown) => error,
      ),
    ) as Promise<RunComfyError & Record<string, unknown>>;
  return { clock, service, client, job, lines, failure };
};

/** What the status call answers. */
export const stateOf = (word: unknown, more: object = {}): Answer => ({
  body: { request_id: "job-1", status: word, ...more },
});

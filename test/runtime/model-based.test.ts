import * as fc from "fast-check";
import { expect, test } from "vitest";
import { createClient, isRunComfyError, SubmitUnknownError } from "../../src/index.js";
import type { Job } from "../../src/index.js";
import { createClock, settle } from "../support/clock.js";
import { createService } from "../support/service.js";
import type { Answer, Seen } from "../support/service.js";

/** What the service does with one request. */
type Fault =
  | "none"
  | "lost before"
  | "lost after"
  | "cut"
  | "page"
  | "429"
  | "500"
  | "503"
  | "slow"
  | "refused"
  | "absurd";
const faults: readonly Fault[] = [
  "none",
  "lost before",
  "lost after",
  "cut",
  "page",
  "429",
  "500",
  "503",
  "slow",
  "refused",
  "absurd",
];

type Step =
  | { readonly do: "submit"; readonly abortAfterMs: number | undefined }
  | {
      readonly do: "wait";
      readonly job: number;
      readonly timeoutMs: number;
      readonly abortAfterMs: number | undefined;
    }
  | { readonly do: "look" | "cancel" | "watch"; readonly job: number }
  | { readonly do: "sleep" | "jump"; readonly ms: number };

const abortAfterMs = fc.option(fc.integer({ min: 0, max: 3000 }), { nil: undefined, freq: 3 });
const job = fc.nat(5);
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant("submit" as const), abortAfterMs }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant("wait" as const),
      job,
      timeoutMs: fc.integer({ min: 1, max: 90_000 }),
      abortAfterMs,
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constantFrom("look" as const, "cancel" as const, "watch" as const), job }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constantFrom("sleep" as const, "jump" as const),
      ms: fc.integer({ min: 0, max: 20_000 }),
    }),
  },
);

interface ServerJob {
  readonly id: string;
  readonly startsAt: number;
  readonly endsAt: number;
  readonly fails: boolean;
  cancelled: boolean;
}

/** The service: it charges when it takes a job, whatever becomes of its answer. */
const createModel = (clock: ReturnType<typeof createClock>, plan: readonly Fault[]) => {
  const jobs = new Map<string, ServerJob>();
  let turn = 0;
  let posts = 0;

  const stateOf = (one: ServerJob): string => {
    if (one.cancelled) return "cancelled";
    if (clock.now() >= one.endsAt) return "completed";
    return clock.now() >= one.startsAt ? "in_progress" : "in_queue";
  };
  const accept = (): Answer => {
    const id = `job-${jobs.size + 1}`;
    const startsAt = clock.now() + 1000 * (jobs.size % 4);
    jobs.set(id, {
      id,
      startsAt,
      endsAt: startsAt + 7000 * (jobs.size % 3),
      fails: jobs.size % 5 === 4,
      cancelled: false,
    });
    return { body: { request_id: id } };
  };
  const answer = (request: Seen): Answer => {
    if (request.path.startsWith("/v1/models")) return accept();
    const [, , , id = "", call = ""] = request.path.split(/[/?]/);
    const one = jobs.get(id);
    if (!one) return { status: 404, body: { error_code: 404001 } };
    const state = stateOf(one);
    if (call === "status") return { body: { request_id: id, status: state } };
    if (call === "cancel") {
      if (state === "in_queue") one.cancelled = true;
      return {
        status: 202,
        body: { request_id: id, outcome: one.cancelled ? "cancelled" : "not_cancellable" },
      };
    }
    const ended = one.fails
      ? { status: "failed", error: "no" }
      : { status: "succeeded", output: { image: `https://x/${id}` } };
    return { body: { request_id: id, ...(state === "completed" ? ended : { status: state }) } };
  };
  const reply = (request: Seen): Answer | Error => {
    if (request.path === "/v1/models/a/b") posts++;
    const fault = plan[turn++ % plan.length] ?? "none";
    if (fault === "lost before") return new TypeError("fetch failed");
    if (fault === "429") return { status: 429, body: {}, headers: turn % 2 ? { "retry-after": "2" } : {} };
    if (fault === "503") return { status: 503, body: { error: "away" }, headers: { "retry-after": "1" } };
    if (fault === "refused") return { status: 422, body: { error: "no" } };
    // From here on the service has done what it was asked.
    const good = answer(request);
    if (fault === "lost after") return new TypeError("terminated");
    if (fault === "cut") return { ...good, body: JSON.stringify(good.body).slice(0, -2) };
    if (fault === "page") return { status: 502, body: "<html>bad gateway</html>" };
    if (fault === "500") return { status: 500, body: {} };
    if (fault === "absurd") return { body: { request_id: 7, status: ["?"] } };
    return fault === "slow" ? { ...good, delayMs: 70_000 } : good;
  };
  return { jobs, reply, posts: () => posts };
};

const expectKnownError = (error: unknown) => expect(error === "enough" || isRunComfyError(error)).toBe(true);

const play = async (steps: readonly Step[], plan: readonly Fault[]): Promise<void> => {
  const clock = createClock();
  const model = createModel(clock, plan);
  const service = createService(clock, { submit: model.reply, "*": model.reply });
  const client = createClient({ token: "test-token", fetch: service.fetch, clock, random: () => 0.5 });
  const known: Job[] = [];
  const running: Promise<unknown>[] = [];
  let submits = 0;
  let unknown = 0;

  const abortAfter = (ms: number | undefined) => {
    const controller = new AbortController();
    if (ms !== undefined) running.push(clock.sleep(ms).then(() => controller.abort("enough")));
    return controller.signal;
  };
  const pick = (index: number) => known[index % Math.max(1, known.length)];

  const perform = async (one: Step): Promise<unknown> => {
    if (one.do === "submit") {
      submits++;
      return client.submit("a/b", {}, { signal: abortAfter(one.abortAfterMs) }).then(
        (made) => known.push(made),
        (error: unknown) => {
          expectKnownError(error);
          if (error instanceof SubmitUnknownError) unknown++;
        },
      );
    }
    if ("ms" in one) return undefined;
    const target = pick(one.job);
    if (!target) return undefined;
    if (one.do === "look") return target.status().catch(expectKnownError);
    if (one.do === "cancel") {
      return target.cancel().then(({ outcome }) => {
        // Never claimed without being so.
        if (outcome === "cancelled") expect(model.jobs.get(target.id)!.cancelled).toBe(true);
        return outcome;
      }, expectKnownError);
    }
    if (one.do === "watch") {
      const watch = async () => {
        for await (const update of target.watch({ timeoutMs: 5000 }))
          expect(update.requestId).toBe(target.id);
      };
      return watch().catch(expectKnownError);
    }
    if (!("timeoutMs" in one)) return undefined;
    return target
      .result({ timeoutMs: one.timeoutMs, signal: abortAfter(one.abortAfterMs) })
      .then(({ output, requestId }) => {
        expect(requestId).toBe(target.id);
        expect(output).toEqual({ image: `https://x/${target.id}` });
        expect(model.jobs.get(target.id)!.fails).toBe(false);
        return output;
      }, expectKnownError);
  };

  for (const one of steps) {
    if (one.do === "sleep") await clock.advance(one.ms);
    else if (one.do === "jump") clock.jump(one.ms);
    else running.push(perform(one));
  }
  while (running.length > 0) await clock.run(Promise.all(running.splice(0)));
  await settle();

  const charged = [...model.jobs.keys()];
  const ids = new Set(known.map(({ id }) => id));
  expect(ids.size).toBe(known.length);
  expect(charged.length).toBeLessThanOrEqual(submits);
  expect(charged.filter((id) => !ids.has(id)).length).toBeLessThanOrEqual(unknown);
  expect([...ids].every((id) => model.jobs.has(id))).toBe(true);
  expect(clock.sleeping).toBe(0);
};

test("whatever happens, no job is charged twice, and every charged job is known or announced", async () => {
  const seed = Number(process.env["FC_SEED"] ?? Date.now() % 2 ** 31);
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { minLength: 1, maxLength: 12 }),
      fc.array(fc.constantFrom(...faults), { minLength: 1, maxLength: 14 }),
      play,
    ),
    { numRuns: 1000, seed, verbose: 1 },
  );
});

import { expect, test } from "vitest";
import { describeUpdate, showJob, showSubmit } from "../../src/cli/job/job-progress.js";
import { showBatch } from "../../src/cli/batch/batch-progress.js";
import type { Terminal } from "../../src/cli/terminal/screen.js";
import { createManualClock } from "../../src/emulator/manual-clock.js";
import type { JobStatus, RequestEvent } from "../../src/index.js";

const update = (status: JobStatus, queuePosition?: number) => ({
  requestId: "job-1",
  status,
  word: status,
  ...(queuePosition !== undefined && { queuePosition }),
});

/** A session whose terminal keeps what was drawn and said. */
const openSession = (isWatched: boolean) => {
  const drawn: string[] = [];
  const terminal = {
    isWatched,
    live: (line: string) => void (line && drawn.push(line)),
    say: (line: string) => void drawn.push(line),
  } as Terminal;
  const onRequest = (_event: RequestEvent): void => {};
  return { drawn, session: { terminal, host: "model-api.runcomfy.net", onRequest } };
};

/** Lets promises that are ready go on. */
const settle = async (): Promise<void> => {
  for (let i = 0; i < 10; i++) await Promise.resolve();
};

test.for([
  [update("in_queue"), "queued"],
  [update("in_queue", 0), "queued, 1st in line"],
  [update("in_queue", 1), "queued, 2nd in line"],
  [update("in_queue", 2), "queued, 3rd in line"],
  [update("in_queue", 10), "queued, 11th in line"],
  [update("in_queue", 20), "queued, 21st in line"],
  [update("in_queue", 111), "queued, 112th in line"],
  [update("in_progress"), "running"],
  [update("completed"), "completed"],
  [{ ...update("unknown"), word: "warming up\u001b[2J" }, 'unknown state "warming up�[2J"'],
] as const)("a state in words: %s", ([state, words]) => {
  expect(describeUpdate(state)).toBe(words);
});

test("the line of a wait tells the time, the usual one, and the rest that the service asks for", async () => {
  const clock = createManualClock();
  const { drawn, session } = openSession(true);
  const progress = showJob(session, { usualMs: 80_000, clock });
  progress.update(update("in_queue", 2));
  clock.advance(42_000);
  progress.update(update("in_progress"));
  session.onRequest({
    call: "status",
    attempt: 1,
    status: 429,
    phase: "answered",
    ms: 1,
    retryAfterMs: 5000,
  });
  clock.advance(1000);
  await settle();
  progress.stop();
  expect(drawn).toContain("queued, 3rd in line, 0 s (usually 1 min 20 s)");
  expect(drawn).toContain("running, 42 s (usually 1 min 20 s)");
  expect(drawn.at(-1)).toBe("running, 43 s (usually 1 min 20 s); too many requests, next poll in 4 s");
});

test("in a pipe each change is a line", () => {
  const clock = createManualClock();
  const { drawn, session } = openSession(false);
  const progress = showJob(session, { clock });
  progress.update(update("in_queue", 0));
  clock.advance(3000);
  progress.update(update("completed"));
  progress.stop();
  expect(drawn).toEqual(["queued, 1st in line, 0 s", "completed, 3 s"]);
});

test("a submit tells that it connects, that it waits for the answer, and the seconds to the next attempt", async () => {
  const clock = createManualClock();
  const { drawn, session } = openSession(true);
  const progress = showSubmit(session, clock);
  progress.onSend();
  progress.onRefused({ retryInMs: 3000 });
  for (let second = 0; second < 3; second++) {
    clock.advance(1000);
    await settle();
  }
  progress.stop();
  expect(drawn).toEqual([
    "connecting to model-api.runcomfy.net",
    "sent to model-api.runcomfy.net, waiting for the answer",
    "next attempt in 2 s",
    "next attempt in 1 s",
    "connecting to model-api.runcomfy.net",
  ]);
});

test("the line of a batch tells of the uploads that are under way, and a pipe of those that were sent", () => {
  const states = { new: 2, held: 0, sending: 0, accepted: 1, unknown: 0, done: 1, failed: 0 };
  const progress = {
    type: "progress",
    rows: 4,
    states: { ...states, cancelled: 0, rejected: 0 },
    committedUsd: 0.1,
  } as const;
  const upload = (isWatched: boolean): readonly string[] => {
    const { drawn, session } = openSession(isWatched);
    const { onEvent, beginUpload } = showBatch(session.terminal, 1);
    const [first, second, none] = [beginUpload(), beginUpload(), beginUpload()];
    first.onProgress({ sentBytes: 1e6, totalBytes: 5e6 });
    onEvent(progress);
    second.onProgress({ sentBytes: 2e6, totalBytes: 6e6 });
    none.end(true);
    first.end(true);
    second.end(false);
    return drawn;
  };
  const rest = "1 running, $0.10 of $1.00";
  const bar = "[#####...............] 1 of 4 done";
  expect(upload(true)).toEqual([
    "uploading 1.0 MB of 5.0 MB",
    `${bar}, uploading 1.0 MB of 5.0 MB, ${rest}`,
    `${bar}, uploading 3.0 MB of 11.0 MB, ${rest}`,
    `${bar}, uploading 2.0 MB of 6.0 MB, ${rest}`,
    `${bar}, ${rest}`,
  ]);
  // A pipe has no live line: `live` does nothing there.
  expect(upload(false).filter((line) => !/uploading|done/.test(line))).toEqual(["uploaded 5.0 MB"]);
});

// The status requests of each client for a job, and the time from the job's end until the client notices, for jobs of 2 seconds to 10
// minutes. All clients run under one virtual clock against the same kind of job; nothing is sent anywhere.
import { createFalClient } from "@fal-ai/client";
import FakeTimers from "@sinonjs/fake-timers";
import Replicate from "replicate";
import { createClient } from "../dist/src/index.js";
import { printTable } from "./support/measure.mjs";

const durations = [2, 5, 8, 10, 30, 60, 120, 300, 600];
const jobsEach = 20;

const json = (body) =>
  new Response(JSON.stringify(body), { status: 200, headers: { "content-type": "application/json" } });
const clients = {
  "runcomfy-models": (job) => {
    const fetch = async (input, init) => {
      const { url, method } =
        input instanceof Request ? input : { url: String(input), method: init?.method ?? "GET" };
      if (method === "POST") return json({ request_id: "r" });
      job.countRequest();
      if (url.includes("/status"))
        return json({ request_id: "r", status: job.done() ? "completed" : "in_progress" });
      return json({
        request_id: "r",
        status: job.done() ? "succeeded" : "in_progress",
        output: { video: "https://example.com/v.mp4" },
      });
    };
    return createClient({ token: "bench", fetch }).run("a/b", {});
  },
  "@fal-ai/client": (job) => {
    const fetch = async (input, init) => {
      const url = String(input);
      if ((init?.method ?? "GET").toUpperCase() === "POST") return json({ request_id: "r" });
      job.countRequest();
      if (url.includes("/status"))
        return json({ request_id: "r", status: job.done() ? "COMPLETED" : "IN_PROGRESS" });
      return json({ video: "https://example.com/v.mp4" });
    };
    return createFalClient({ credentials: "a:b", fetch }).subscribe("a/b", { input: {} });
  },
  replicate: (job) => {
    const prediction = () => ({
      id: "r",
      status: job.done() ? "succeeded" : "processing",
      output: job.done() ? ["https://example.com/v.mp4"] : null,
      urls: { get: "https://api.replicate.com/v1/predictions/r" },
    });
    const fetch = async (_input, init) => {
      if (init?.method !== "POST") job.countRequest();
      return json(prediction());
    };
    return new Replicate({ auth: "t", fetch, useFileOutput: false }).run("a/b", {
      input: {},
      wait: { mode: "poll" },
    });
  },
};

const run = async (start, seconds) => {
  const clock = FakeTimers.install({
    toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval", "Date", "performance"],
  });
  try {
    let requests = 0;
    let settled = false;
    const ends = clock.now + seconds * 1000;
    const job = { done: () => clock.now >= ends, countRequest: () => requests++ };
    const result = start(job).finally(() => (settled = true));
    result.catch(() => {});
    // Real turns of the event loop let streams and promises of the clients settle before virtual time goes on.
    while (!settled) {
      for (let turn = 0; turn < 4 && !settled; turn++) await new Promise((resolve) => setImmediate(resolve));
      if (!settled) await clock.nextAsync();
    }
    await result;
    return { requests, late: (clock.now - ends) / 1000 };
  } finally {
    clock.uninstall();
  }
};

const mean = (numbers) => numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
const rows = [];
for (const seconds of durations) {
  let ours;
  for (const [client, start] of Object.entries(clients)) {
    const runs = [];
    for (let index = 0; index < jobsEach; index++) {
      runs.push(await run(start, seconds * (0.95 + (0.1 * (index + 0.5)) / jobsEach)));
    }
    const requests = mean(runs.map((one) => one.requests));
    ours ??= requests;
    rows.push({
      "job of, s": seconds,
      client,
      "status requests": Math.round(requests),
      "times ours": requests / ours,
      "found late by, s": mean(runs.map((one) => one.late)),
    });
  }
}
printTable(
  `Status requests for one job, and time from its end to its discovery (means of ${jobsEach} jobs, virtual clock)`,
  rows,
);
console.log(
  "\nAims: about 40 status requests for a job of one minute, 150 for ten; found within 0.35 s on average when the job takes under ten seconds.",
);

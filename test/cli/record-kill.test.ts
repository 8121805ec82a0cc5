import { afterAll, beforeAll, expect, test } from "vitest";
import { loadCatalogue } from "../../src/emulator/index.js";
import { openStage, readJson } from "./command.js";
import type { Running, Stage } from "./command.js";

const kling = "kling/kling-3.0/standard/text-to-video";

/** A model that the package does not know. */
const openModel = {
  id: "new/model",
  input: { type: "object", properties: {}, additionalProperties: true },
} as const;

let stage: Stage;
beforeAll(async () => {
  stage = await openStage({ queueMs: 3_600_000, models: [...loadCatalogue(), openModel] });
});
afterAll(() => stage.close());

const readEntry = async (key: string) => {
  const { jobs } = readJson(await stage.run(["jobs", "--json"])) as {
    jobs: { key: string; state: string; job?: { id: string } }[];
  };
  return jobs.find((job) => job.key === key);
};

interface Stop {
  /** Default one that this package has. */
  readonly model?: string;
  readonly words?: readonly string[];
  /** Prepares the service, starts the command, and resolves when it has come to this point. */
  readonly reach: (start: () => Running) => Promise<Running>;
  /** The state that the record tells afterwards; `"none"` where it does not know the job. */
  readonly state: string;
  /** The number of jobs that the service may have accepted. */
  readonly mostJobs: number;
}

const stops: { readonly [name: string]: Stop } = {
  "while it asks what the model is": {
    model: "new/model",
    reach: async (start) => {
      stage.emulator.faults.add({ route: "entry", never: true });
      const asked = stage.emulator.nextRequest(({ route }) => route === "entry");
      const command = start();
      await asked;
      return command;
    },
    state: "none",
    mostJobs: 0,
  },
  "while its request waits for another attempt": {
    reach: async (start) => {
      stage.emulator.faults.add({ route: "submit", status: 429, retryAfter: 600 });
      const command = start();
      await command.saw(/follows in 600/);
      return command;
    },
    state: "new",
    mostJobs: 0,
  },
  "once the request has arrived, before the service has taken it": {
    reach: async (start) => {
      stage.emulator.faults.add({ route: "submit", never: true, processed: false });
      const asked = stage.emulator.nextRequest(({ route }) => route === "submit");
      const command = start();
      await asked;
      return command;
    },
    state: "unknown",
    mostJobs: 0,
  },
  "once the service has taken the job, before it has answered": {
    reach: async (start) => {
      stage.emulator.faults.add({ route: "submit", never: true });
      const asked = stage.emulator.nextRequest(({ route }) => route === "submit");
      const command = start();
      await asked;
      return command;
    },
    state: "unknown",
    mostJobs: 1,
  },
  "in the middle of the answer": {
    reach: async (start) => {
      stage.emulator.faults.add({ route: "submit", drip: { everyMs: 60_000, bytes: 20, head: false } });
      const asked = stage.emulator.nextRequest(({ route }) => route === "submit");
      const command = start();
      await asked;
      return command;
    },
    state: "unknown",
    mostJobs: 1,
  },
  "while its files are saved": {
    words: ["--save", "videos"],
    reach: async (start) => {
      stage.emulator.faults.add({ route: "media", never: true, times: "always" });
      const asked = stage.emulator.nextRequest(({ route }) => route === "media");
      const command = start();
      await command.saw(/queued/);
      stage.emulator.finish(stage.emulator.jobs.at(-1)!.id);
      await asked;
      return command;
    },
    state: "done",
    mostJobs: 1,
  },
  "while it waits": {
    reach: async (start) => {
      const command = start();
      await command.saw(/queued/);
      return command;
    },
    state: "accepted",
    mostJobs: 1,
  },
};

let count = 0;

test.for(Object.entries(stops))(
  "killed %s, the record says all that may be paid, and the same key pays no second time",
  async ([, { model = kling, words: further = [], reach, state, mostJobs }]) => {
    const key = `killed-${++count}`;
    const words = ["run", model, "--prompt", key, "--key", key, ...further];
    const before = stage.emulator.jobs.length;
    const command = await reach(() => stage.start(words));
    command.child.kill("SIGKILL");
    await command.ended;
    stage.emulator.faults.clear();
    const jobs = stage.emulator.jobs.slice(before);
    const entry = await readEntry(key);
    expect(jobs.length).toBeLessThanOrEqual(mostJobs);
    expect(entry?.state ?? "none").toBe(state);
    if (state === "accepted") expect(entry?.job?.id).toBe(jobs[0]!.id);
    const again = await stage.run(["submit", ...words.slice(1, 6)]);
    const total = stage.emulator.jobs.length - before;
    if (state === "unknown") expect({ code: again.code, total }).toEqual({ code: 3, total: jobs.length });
    else expect({ code: again.code, total }).toEqual({ code: 0, total: 1 });
  },
);

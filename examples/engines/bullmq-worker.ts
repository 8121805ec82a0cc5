import { Queue, Worker } from "bullmq"; // 5 or 6
import { Redis } from "ioredis";
import { createClient } from "runcomfy-models";
import * as wan from "runcomfy-models/models/wan-ai/wan-2.7/text-to-video";
import { createOnce, redisStore } from "runcomfy-models/once";

type Row = { key: string; input: wan.Input };
const connection = new Redis(process.env["REDIS_URL"]!, { maxRetriesPerRequest: null });
const store = redisStore(connection);
await store.open(); // refuses a Redis that may forget what was paid
const once = createOnce({ client: createClient(), store, space: "film" });
const waits = new Queue("wait", { connection });

// A job whose worker was killed comes back; by default the second time already counts as a failure.
const options = { connection, concurrency: 4, maxStalledCount: 1000 };
export const submits = new Worker<Row>(
  "submit",
  async ({ data: { key, input } }) => {
    const record = await once.submit(key, wan.model, input);
    if (record.state === "unknown") console.error(key, "was perhaps paid: accept or refuse it");
    // Adding the same id again does nothing. BullMQ takes no colon and no bare number as an id.
    else await waits.add("wait", { key }, { jobId: `wait-${key}` });
  },
  options,
);
export const results = new Worker<Row>(
  "wait",
  async ({ data: { key } }) => {
    const { output } = await once.result<wan.Output>(key);
    console.log(key, output.video);
  },
  options,
);

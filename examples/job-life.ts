import { createClient } from "runcomfy-models";
import { model } from "runcomfy-models/models/wan-ai/wan-2.7/text-to-video";

const client = createClient();

// Sends one paid request and gives a handle of the job, not yet a video.
const job = await client.submit(model, { prompt: "Rain on a tin roof." });
console.log("accepted", job.id);

for await (const { status, queuePosition } of job.watch()) {
  console.log(status, queuePosition ?? "");
}

// A "completed" job may have failed: only its result says so.
const { output, cost, requestId } = await job.result();
console.log(requestId, output.video, cost);

import { createClient } from "runcomfy-models";
import { model } from "runcomfy-models/models/wan-ai/wan-2.7/text-to-video";

const client = createClient();

// One paid request. What comes back is a handle, not yet a video.
const job = await client.submit(model, { prompt: "Rain on a tin roof." });
console.log("accepted", job.id);

for await (const { status, queuePosition } of job.watch()) {
  console.log(status, queuePosition ?? "");
}

// "completed" may still be a failure: only the result tells.
const { output, cost, requestId } = await job.result();
console.log(requestId, output.video, cost);

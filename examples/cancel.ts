import { createClient } from "runcomfy-models";
import { model } from "runcomfy-models/models/wan-ai/wan-2.7/text-to-video";

const client = createClient();
const job = await client.submit(model, { prompt: "Rain on a tin roof." });

const { outcome, status } = await job.cancel();
if (outcome === "cancelled") console.log("cancelled in the queue, not billed");
else console.log(`too late: the job is ${status}, and billed`);

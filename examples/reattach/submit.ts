import { writeFileSync } from "node:fs";
import { createClient } from "runcomfy-models";
import { model } from "runcomfy-models/models/wan-ai/wan-2.7/text-to-video";

const job = await createClient().submit(model, { prompt: "Rain on a tin roof." });

// The file holds the request id and the model's id.
writeFileSync("job.json", JSON.stringify(job));
